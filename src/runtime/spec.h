/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plan of one container: everything that the kernel will be asked for, as data. It follows the
 * OCI runtime specification 1.3 (config.md, config-linux.md) in names and meaning. Nobody here
 * decides anything: engine and confine write a spec, `runtime` carries it out.
 *
 * All pointers live in the arena that the spec was planned in. Strings are NUL-terminated.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "runtime/resources.h"
#include "runtime/spec_hooks.h"
#include "runtime/spec_mount.h"
#include "runtime/spec_process.h"

enum namespace_kind {
	NS_USER,
	NS_PID,
	NS_MOUNT,
	NS_NETWORK,
	NS_IPC,
	NS_UTS,
	NS_CGROUP,
	NS_TIME,
	NS_COUNT,
};

enum namespace_mode {
	NS_MODE_HOST, /* stay in the caller's */
	NS_MODE_NEW,
	NS_MODE_JOIN, /* the one that `path` names */
};

struct spec_namespace {
	enum namespace_mode mode;
	const char *path;
};

struct spec_sysctl {
	const char *name, *value; /* "net.ipv4.ping_group_range", "0 2147483647" */
};

/* time_namespaces(7) */
struct spec_time_offset {
	int64_t sec;
	uint32_t nsec;
};

/* A device of the host's network namespace that goes to the container's. */
struct spec_net_device {
	const char *name, *name_inside; /* NULL: the same */
};

/* Intel RDT; kernel: arch/x86/resctrl.rst. */
struct spec_rdt {
	int set;		     /* otherwise nothing of it is touched */
	const char *clos_id;	     /* NULL: a group of the container's own; "/": the root */
	const char *const *schemata; /* NULL-terminated lines in their order, or NULL */
	int monitoring;
};

struct spec {
	const char *id;
	struct spec_namespace namespaces[NS_COUNT];
	const struct id_range *uid_map, *gid_map; /* with NS_USER new */
	size_t n_uid_map, n_gid_map;
	struct spec_time_offset monotonic, boottime; /* with NS_TIME new */
	const char *hostname, *domainname;	     /* with NS_UTS new */
	struct spec_rootfs rootfs;
	const struct spec_mount *mounts;
	size_t n_mounts;
	/* Nodes to make after the mounts, with `default_devices` the six usual ones and links too. */
	const struct spec_device *devices;
	size_t n_devices;
	int default_devices;
	const struct spec_sysctl *sysctls;
	size_t n_sysctls;
	/* Bits 1 << enum namespace_kind that the caller's sysctls act on: not to be our own. */
	uint32_t sysctl_namespaces;
	const struct spec_net_device *net_devices; /* with a network namespace of its own */
	size_t n_net_devices;
	struct spec_rdt rdt;
	struct spec_hooks hooks;
	const char *cgroup; /* path below each hierarchy's base of ours: "cale/<id>" */
	struct resources resources;
	struct spec_process process;
};
