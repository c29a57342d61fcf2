/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The id maps of a user namespace: user_namespaces(7). Written by ourselves where we may, else by
 * newuidmap(1) and newgidmap(1), which know what /etc/subuid and /etc/subgid give a user.
 */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"
#include "runtime/spec_mount.h"

enum id_map_kind { ID_MAP_USERS, ID_MAP_GROUPS, ID_MAP_KINDS };

/* Writes a map of the process's new user namespace directly. */
int id_map_write(pid_t pid, enum id_map_kind kind, const struct id_range *map, size_t n,
		 struct err *e);
/* An ordinary user's own id alone needs no helper; setgroups(2) is given up with the group's. */
int id_map_write_own(pid_t pid, enum id_map_kind kind, const struct id_range *own, struct err *e);
/* By newuidmap or newgidmap; ERR_NOT_FOUND when it isn't installed. */
int id_map_by_helper(pid_t pid, enum id_map_kind kind, const struct id_range *map, size_t n,
		     struct err *e);

/* The id outside of `inside` in a map, or -1. Pure. */
int64_t id_map_outside(const struct id_range *map, size_t n, uint32_t inside);
/* The id inside of `outside`, or -1. Pure. */
int64_t id_map_inside(const struct id_range *map, size_t n, uint32_t outside);
/*
 * The map of the process's namespace as we, who are outside of it, see it: how many ranges, or -1. The
 * caller frees *ret.
 */
ssize_t id_map_read(pid_t pid, enum id_map_kind kind, struct id_range **ret, struct err *e);
