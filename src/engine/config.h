/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a container was asked to be: flags, the image's config and the user's defaults in one
 * structure, in Docker's terms, together with where each setting came from. Pure data; the flag
 * parser writes it (config_text.h reads the notations), config_merge.h adds the image's part,
 * plan.h turns it into a spec, config_json.h keeps it.
 *
 * All pointers live in one arena. Lists are NULL-terminated and counted. 0 and NULL mean "not set"
 * unless said otherwise.
 */
#pragma once

#include "base/mem.h"
#include "engine/settings.h"

/* Limits of what a user may ask for. An image's are in image/record.h. */
#define CONFIG_STRINGS_MAX 4096	       /* env, labels, args …: items of one list */
#define CONFIG_TEXT_MAX	   (128 << 10) /* bytes of one of them; the kernel's own for arguments */
#define CONFIG_NAME_MAX	   255	       /* containers, volumes */
#define CONFIG_MOUNTS_MAX  1024
#define CONFIG_ULIMITS_MAX 16
#define CONFIG_CAPS_MAX	   128

enum config_mount_kind { CONFIG_MOUNT_BIND, CONFIG_MOUNT_VOLUME, CONFIG_MOUNT_TMPFS };
#define CONFIG_MOUNT_KINDS 3

enum tristate { UNSET, NO, YES };

struct config_mount {
	enum config_mount_kind kind;
	const char *source; /* absolute host path, or volume name ("" anonymous); NULL for tmpfs */
	const char *target; /* absolute, without ".", ".." and double slashes */
	/* ro covers the mounts below a bind's source, too: rro says the same. */
	enum tristate readonly, recursive_readonly;
	enum tristate noexec, nosuid, nodev;
	int non_recursive;	 /* a bind leaves the mounts below source out */
	const char *propagation; /* rprivate … */
	int64_t tmpfs_size_bytes;
	uint32_t tmpfs_mode; /* 0: 1777 */
	int volume_nocopy;
	int anonymous;	    /* a volume that we made up a name for: it may go with its container */
	int create_source;  /* -v makes a missing host folder, --mount refuses */
	enum origin origin; /* flag, or image (VOLUME) */
};

struct config_security {
	const char *seccomp; /* NULL, "builtin" (the default), "unconfined", or a profile's JSON */
	const char *seccomp_name;	 /* file it came from, for messages */
	enum tristate no_new_privileges; /* default yes */
	const char *apparmor;
	char **labels; /* SELinux: "disable", "type:…" */
	size_t n_labels;
	int systempaths_unconfined; /* nothing of /proc and /sys is masked */
};

struct config_restart {
	enum { RESTART_NO, RESTART_ALWAYS, RESTART_UNLESS_STOPPED, RESTART_ON_FAILURE } kind;
	uint32_t maximum; /* on-failure:N; 0 without limit */
};

struct config {
	const char *name;  /* NULL: one is made up */
	const char *image; /* as the user wrote it */
	const char *image_id;
	char **entrypoint, **cmd, **env, **labels; /* entrypoint {""}: explicitly none */
	size_t n_entrypoint, n_cmd, n_env, n_labels;
	const char *workdir, *user, *hostname, *stop_signal;
	int64_t stop_timeout_sec; /* -1: not set */
	int tty, open_stdin, auto_remove, detach, init, readonly_rootfs, privileged;
	struct config_mount *mounts;
	size_t n_mounts;
	int64_t memory_bytes, memory_swap_bytes, memory_reservation_bytes, nano_cpus;
	uint64_t cpu_shares, cpu_period_usec;
	int64_t cpu_quota_usec;
	const char *cpuset_cpus, *cpuset_mems;
	int64_t pids_limit; /* 0: not set; -1: unlimited */
	int64_t shm_bytes;
	struct config_ulimit {
		const char *name;    /* "nofile" */
		uint64_t soft, hard; /* UINT64_MAX: unlimited */
	} * ulimits;
	size_t n_ulimits;
	char **cap_add, **cap_drop; /* canonical: "CAP_NET_RAW" or "ALL" */
	size_t n_cap_add, n_cap_drop;
	struct config_security security;
	struct config_restart restart;
	const char *network; /* NULL the default, "none", "host" */
	const char *userns;  /* NULL the default, "host" */
	struct settings_origin origin;
};

/* The settings of somebody who asked for nothing. */
void config_init(struct config *ret);
/* Notes `by` as the origin of every setting that was made and has none yet. */
void config_mark(struct config *c, enum origin by);
/* Appends to a NULL-terminated list of the arena. */
void config_push(struct arena *a, char ***list, size_t *n, const char *s);
