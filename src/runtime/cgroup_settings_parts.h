/* SPDX-License-Identifier: Apache-2.0 */
/* What cgroup_settings*.c share. */
#pragma once

#include "runtime/cgroup_settings.h"

struct cgroup_planning {
	struct cgroup_settings *settings;
	struct arena *arena;
};

/* A row at the end. Valid until the next one. */
struct cgroup_setting *cgroup_row(const struct cgroup_planning *p, enum resource r,
				  const char *file, const char *value);
/* The same with a formatted value. */
#define cgroup_row_printf(p, r, file, ...)                                                         \
	cgroup_row(p, r, file, arena_printf((p)->arena, __VA_ARGS__))
/* The row that is used where `s` has no file. */
struct cgroup_setting *cgroup_row_otherwise(const struct cgroup_planning *p,
					    struct cgroup_setting *s, const char *file,
					    const char *value);
/* This version has nothing for it, or `why` (may be NULL). */
void cgroup_row_impossible(const struct cgroup_planning *p, enum resource r, const char *why);
/* A name that becomes part of a file name or a word in a line. */
int cgroup_is_plain_word(const char *name);

void cgroup_plan_memory(const struct cgroup_planning *p);
int cgroup_plan_cpu(const struct cgroup_planning *p, struct err *e);
int cgroup_plan_io(const struct cgroup_planning *p, struct err *e);
void cgroup_plan_devices(const struct cgroup_planning *p);
