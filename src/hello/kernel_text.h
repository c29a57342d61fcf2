/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The notations of proc(5) and cgroups(7), parsed. Pure: text in, values in the arena out.
 *
 * The kernel writes these texts, but parts of them are chosen by others (mount points, interface
 * and cgroup names), so a line that doesn't have the expected form is skipped, never guessed at.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"

/* The next line of *rest, NUL-terminated in place, or NULL; empty lines are skipped. */
char *kernel_line(char **rest);

/* The value of "Name:\tvalue" in /proc/PID/status, or NULL. */
const char *kernel_status_field(struct arena *a, const char *status, const char *name);

/* Names of the bits of a capability set as status prints it (hexadecimal). */
struct capability_set {
	const char **names; /* "CAP_CHOWN" …, in numerical order; unknown ones "CAP_41" */
	size_t n;
	bool beyond_default; /* holds one that a container doesn't get by default */
};
int kernel_capabilities(struct arena *a, const char *hex, struct capability_set *ret);

/* A line of /proc/PID/uid_map: `count` ids from `inside` on are `outside` in the parent's terms. */
struct id_range {
	int64_t inside, outside, count;
};
int kernel_id_range(const char *line, struct id_range *ret);
/* Does it map every id to itself, as without a user namespace? */
bool kernel_id_range_is_identity(const struct id_range *range);

/* A line of /proc/PID/mountinfo; octal escapes are resolved. */
struct mount_line {
	const char *root, *point, *options, *type, *source, *super_options;
};
int kernel_mount_line(struct arena *a, const char *line, struct mount_line *ret);
/* Is `option` one of the comma-separated words of `list`? */
bool kernel_has_option(const char *list, const char *option);

/* A line of /proc/PID/cgroup: "4:memory:/a/b"; version 2 has no controllers. */
struct cgroup_line {
	const char *controllers, *path;
};
int kernel_cgroup_line(struct arena *a, const char *line, struct cgroup_line *ret);
/*
 * The cgroup's path below a mount of its hierarchy whose root is `mount_root`: "" or "/a/b". NULL where
 * the mount shows another part of the tree, as after entering a cgroup namespace with the old mounts.
 */
const char *kernel_cgroup_below(const char *path, const char *mount_root);
/* "max", -1 and version 1's huge numbers mean that there is no limit. */
bool kernel_is_unlimited(const char *value);
/* CPUs from a quota and a period in microseconds: "1.5"; NULL when it is none. */
const char *kernel_cpus(struct arena *a, const char *quota, const char *period);

/* The interface's name in a line of /proc/net/dev, or NULL. */
const char *kernel_net_device(struct arena *a, const char *line);
/* The inode number in "uts:[4026531838]", or -1. */
int64_t kernel_namespace_inode(const char *link);
