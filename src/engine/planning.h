/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a container's record to a plan that can be carried out here: gathers the facts about this host
 * that the pure planner asks for, and compiles the seccomp profile that it names.
 */
#pragma once

#include "engine/container_record.h"
#include "engine/engine.h"
#include "engine/container_image.h"
#include "engine/plan.h"

struct planning_subject {
	struct engine *engine;
	const struct container_record *record;
	const struct container_image *image;
};
int planning_make(const struct planning_subject *s, struct arena *a, struct plan *ret,
		  struct err *e);
