/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opening the engine: finds the home, enters the user's kept namespaces when rootless, and clears
 * away what crashed commands left.
 */
#pragma once

#include "engine/engine.h"

struct engine_options {
	struct home_options home;
	const char *storage_driver; /* NULL: overlay where it works */
	int starts_processes;	    /* may go on as a sealed copy of itself: base/self.h */
};

int engine_open(const struct engine_options *options, struct engine *ret, struct err *e);
void engine_close(struct engine *en);
