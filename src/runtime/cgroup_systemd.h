/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Groups that systemd makes: each container gets a unit of its own (a scope), which it may divide as
 * it likes, and which lives on when the login session that started it ends. Talks to the system's
 * manager, or to a user's own one, over D-Bus: org.freedesktop.systemd1(5), systemd's
 * CONTROL_GROUP_INTERFACE and CGROUP_DELEGATION documents.
 *
 *	struct systemd_request r = { .name = &name, .pid = child, … };   (systemd_plan.h)
 *	cgroup_systemd_start(&r, &place, e);      the child is in place.path now
 *	… the limits are written into the files of place.path as well …
 *	cgroup_systemd_update(&r, e);
 *	… everything in it is killed …
 *	cgroup_systemd_stop(name.unit, &owner, e);
 *
 * A child is to be moved before it does anything; it needn't be a child of ours.
 */
#pragma once

#include <limits.h>
#include <sys/types.h>

#include "base/err.h"
#include "runtime/systemd_plan.h"

struct systemd_place {
	/*
	 * "/system.slice/cale-x.scope", below where the hierarchy is mounted. On v1 systemd uses
	 * the same path in each hierarchy, but makes and enters it only in those that it manages:
	 * the others (cpuset, freezer, hugetlb …) are the caller's.
	 */
	char path[PATH_MAX];
};

/* Is there such a manager at all? It costs a look at the file system, no call. */
int cgroup_systemd_is_there(const struct systemd_owner *owner);

/*
 * Starts the unit, waits until it is (half a minute at most) and finds out where it is. A failed
 * unit of the same name is cleared away first; a running one is ERR_CONFLICT, no manager
 * ERR_NOT_FOUND. On error nothing is left behind. `r->name->is_slice`: only the slice is made,
 * nobody moves, and one that is there already is as good.
 */
int cgroup_systemd_start(const struct systemd_request *r, struct systemd_place *ret, struct err *e);
/* Sets the limits of `r->resources` on the unit `r->name`. */
int cgroup_systemd_update(const struct systemd_request *r, struct err *e);
/*
 * Moves `r->pid` into the unit, or into the group `below` it ("", or "/init"). The kernel lets a
 * user move nobody from a login session into a scope; their manager may.
 */
int cgroup_systemd_move(const struct systemd_request *r, const char *below, struct err *e);
/* Stops the unit and forgets it; one that isn't there any more is success. */
int cgroup_systemd_stop(const char *unit, const struct systemd_owner *owner, struct err *e);
