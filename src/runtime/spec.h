/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plan of one container: everything that the kernel will be asked for, as data. It follows the
 * OCI runtime specification 1.3 (config.md, config-linux.md) in names and meaning. Nobody here
 * decides anything: engine and confine write a spec, `runtime` carries it out.
 *
 * All pointers live in the arena that the spec was planned in. Strings are NUL-terminated.
 */
#pragma once

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/resources.h"
#include "runtime/spec_mount.h"

enum namespace_kind {
	NS_USER,
	NS_PID,
	NS_MOUNT,
	NS_NETWORK,
	NS_IPC,
	NS_UTS,
	NS_CGROUP,
	NS_COUNT,
};

enum namespace_mode {
	NS_MODE_HOST, /* stay in the caller's */
	NS_MODE_NEW,
};

struct id_range {
	uint32_t inside, outside, count;
};

struct spec_user {
	/* "name", "uid", "name:group" … looked up in the container's own files; NULL: the numbers. */
	const char *name;
	uint32_t uid, gid;
	const uint32_t *groups;
	size_t n_groups;
};

struct spec_process {
	char *const *args; /* NULL-terminated; args[0] is searched in PATH of `env` */
	char *const *env;  /* NULL-terminated */
	const char *cwd;
	struct spec_user user;
	int terminal;
	uint64_t cap_bounding, cap_permitted, cap_effective, cap_inheritable,
		cap_ambient;		/* bits */
	int nonroot_loses_capabilities; /* permitted and effective become empty for uid != 0 */
	int no_new_privileges;
	const struct resource_limit *limits;
	size_t n_limits;
	const char *apparmor_profile;	   /* or NULL */
	const char *selinux_label;	   /* or NULL */
	const struct sock_filter *seccomp; /* NULL: none */
	size_t n_seccomp;
	unsigned seccomp_flags;	  /* SECCOMP_FILTER_FLAG_* */
	uint64_t landlock_scopes; /* LANDLOCK_SCOPE_* */
	int init;		  /* a reaping init of ours is pid 1 and the program its child */
	int oom_score_adj;
};

struct spec_sysctl {
	const char *name, *value; /* "net.ipv4.ping_group_range", "0 2147483647" */
};

struct spec {
	const char *id;
	enum namespace_mode namespaces[NS_COUNT];
	const struct id_range *uid_map, *gid_map; /* with NS_USER new */
	size_t n_uid_map, n_gid_map;
	const char *hostname;
	struct spec_rootfs rootfs;
	const struct spec_mount *mounts;
	size_t n_mounts;
	const struct spec_sysctl *sysctls;
	size_t n_sysctls;
	const char *cgroup; /* path below each hierarchy's base of ours: "cale/<id>" */
	struct resources resources;
	struct spec_process process;
};
