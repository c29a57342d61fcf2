/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What files of control groups held before an update wrote to them, so that one that fails half-way
 * leaves the limits as they were. Used by cgroup*.c; others have it as `struct cgroup_undo *` only.
 */
#pragma once

#include "base/mem.h"
#include "runtime/cgroup_group.h"

struct cgroup_undo_entry {
	const struct cgroup_group *group; /* outlives the entry */
	const struct cgroup_setting *setting;
	const char *before; /* the file's text; NULL: it can't be read */
};

struct cgroup_undo {
	struct arena *arena; /* the settings live in it too */
	struct cgroup_undo_entry *entries;
	size_t n;
};

/* Right before the setting is written. */
void cgroup_undo_note(struct cgroup_undo *u, const struct cgroup_group *g,
		      const struct cgroup_setting *s);

/*
 * Pure: the lines that take the setting back, each a write of its own, from what its file held before.
 * Files that have a line for each device or interface tell of no more than those that were set.
 */
const char *cgroup_undo_text(const struct cgroup_setting *s, const char *before, struct arena *a);
