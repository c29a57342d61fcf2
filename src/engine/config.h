/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a container was asked to be: flags, the image's config and the user's defaults in one
 * structure, in Docker's terms, together with where each setting came from. Pure data; the flag
 * parser writes it, plan.h turns it into a spec, config_json.h keeps it.
 *
 * All pointers live in one arena. Lists are NULL-terminated and counted. 0 and NULL mean "not set"
 * unless said otherwise.
 */
#pragma once

#include "engine/settings.h"

enum config_mount_kind {
	CONFIG_MOUNT_BIND,
	CONFIG_MOUNT_VOLUME,
	CONFIG_MOUNT_TMPFS,
};

enum tristate {
	UNSET,
	NO,
	YES,
};

struct config_mount {
	enum config_mount_kind kind;
	const char *source; /* host path, or volume name ("" anonymous) */
	const char *target;
	enum tristate readonly, recursive_readonly; /* ro, rro */
	enum tristate noexec, nosuid, nodev;
	const char *propagation; /* rprivate … */
	int64_t tmpfs_size_bytes;
	uint32_t tmpfs_mode; /* 0: 1777 */
	int volume_nocopy;
	int create_source; /* -v makes a missing host folder, --mount refuses */
};

struct config_security {
	const char *seccomp;	  /* NULL the default, "unconfined", or the profile's JSON text */
	const char *seccomp_name; /* file it came from, for messages */
	enum tristate no_new_privileges; /* default yes */
	const char *apparmor;
	char **labels; /* SELinux: "disable", "type:…" */
	size_t n_labels;
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
	struct config_ulimit {
		const char *name; /* "nofile" */
		uint64_t soft, hard;
	} * ulimits;
	size_t n_ulimits;
	char **cap_add, **cap_drop; /* canonical: "CAP_NET_RAW" or "ALL" */
	size_t n_cap_add, n_cap_drop;
	struct config_security security;
	struct config_restart restart;
	const char *network; /* "none", "host" */
	const char *userns;  /* NULL the default, "host" */
	struct settings_origin origin;
};
