/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What this host can enforce for this user, each feature tried rather than guessed where that costs
 * no more than a child process: `cale info` prints all rows, a refusal names one.
 *
 * Nothing is left changed. Not for the hot path: the planner asks what it needs more cheaply.
 */
#pragma once

#include "base/err.h"
#include "base/mem.h"

enum host_feature {
	HOST_KERNEL,
	HOST_USER_NAMESPACES,
	HOST_USER_IDS, /* rootless: the ids that may be mapped, and the programs that do it */
	HOST_OVERLAY,
	HOST_IDMAPPED_MOUNTS,
	HOST_CGROUPS,
	HOST_MEMORY_LIMIT,
	HOST_SWAP_LIMIT,
	HOST_CPU_LIMIT,
	HOST_CPUSET_LIMIT,
	HOST_PIDS_LIMIT,
	HOST_NO_NEW_PRIVILEGES,
	HOST_SECCOMP,
	HOST_LANDLOCK,
	HOST_APPARMOR,
	HOST_SELINUX,
	HOST_PTRACE_SCOPE,
	HOST_LOW_PORTS, /* below 1024, with the host's network */
	HOST_PING,	/* without CAP_NET_RAW, with the host's network */
	HOST_FEATURE_COUNT,
};

enum host_state {
	HOST_ENFORCED,
	HOST_PARTLY,
	HOST_MISSING,
};

struct host_row {
	const char *name; /* "Memory limit" */
	enum host_state state;
	const char *detail; /* what there is: "v1, /sys/fs/cgroup/memory", or NULL */
	const char *cause;  /* why it isn't enforced, or NULL */
	const char *mend;   /* the command that mends it, or NULL */
};

struct host_question {
	const char *folder; /* an existing one on the file system that holds the containers */
	int rootless;	    /* not root of the initial user namespace */
};

/* One feature; strings live in the arena. */
struct host_row host_ask(enum host_feature f, const struct host_question *q, struct arena *a);
/* "enforced", "partly", "missing". */
const char *host_state_text(enum host_state s);
/* 0, or ERR_UNENFORCED with cause and mend when the feature is missing. */
int host_check(enum host_feature f, const struct host_question *q, struct err *e);
