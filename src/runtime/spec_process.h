/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One process of a container as data: OCI runtime specification 1.3, config.md "Process". Part of
 * struct spec; also what an additional process (exec) is described by.
 */
#pragma once

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/resources.h"
#include "runtime/spec_scheduling.h"

struct spec_user {
	/* "name", "uid", "name:group" … looked up in the container's own files; NULL: the numbers. */
	const char *name;
	uint32_t uid, gid;
	const uint32_t *groups;
	size_t n_groups;
	int keeps_groups; /* the caller's own ones, instead of `groups` */
	int has_umask;
	uint32_t umask; /* otherwise 0022 */
};

/* seccomp(2) */
struct spec_seccomp {
	const struct sock_filter *code; /* NULL: none */
	size_t n;
	unsigned flags; /* SECCOMP_FILTER_FLAG_* */
	int notifies; /* the program returns SECCOMP_RET_USER_NOTIF somewhere: a listener is needed */
};

/* landlock(7); all 0 and NULL: no domain. Scopes are for the first process only: landlock.h. */
struct spec_landlock {
	uint64_t scopes; /* LANDLOCK_SCOPE_* */
	uint64_t handled_fs, handled_net;
	int best_effort; /* what the kernel doesn't know is left out; otherwise it is an error */
	const struct spec_landlock_path {
		const char *path; /* in the container */
		uint64_t access;
	} * paths;
	size_t n_paths;
	const struct spec_landlock_port {
		uint64_t port, access;
	} * ports;
	size_t n_ports;
};

struct spec_process {
	char *const *args; /* NULL-terminated; args[0] is searched in PATH of `env` */
	char *const *env;  /* NULL-terminated */
	const char *cwd;
	struct spec_user user;
	int terminal;
	unsigned short rows, columns; /* of the terminal; 0: as the caller says */
	uint64_t cap_bounding, cap_permitted, cap_effective, cap_inheritable,
		cap_ambient;		/* bits; those the kernel doesn't know are left out */
	int nonroot_loses_capabilities; /* permitted and effective become empty for uid != 0 */
	int no_new_privileges;
	const struct resource_limit *limits;
	size_t n_limits;
	const char *apparmor_profile; /* or NULL */
	const char *selinux_label;    /* or NULL */
	struct spec_seccomp seccomp;
	struct spec_landlock landlock;
	int init; /* a reaping init of ours is pid 1 and the program its child */
	int has_oom_score_adj;
	int oom_score_adj;
	struct spec_scheduler scheduler;
	struct spec_io_priority io_priority;
	struct spec_memory_policy memory_policy;
	const char *affinity_initial,
		*affinity_final; /* CPU lists, or NULL; additional ones only */
	int has_personality;
	uint32_t personality; /* personality(2) */
	int new_keyring;      /* a session keyring of its own */
	int no_cwd_made;      /* a missing working directory is an error */
	int no_home;	      /* HOME isn't set when it is missing */
};
