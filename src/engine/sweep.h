/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Putting right what a killed command or monitor left: run when the engine opens, and before a
 * container's state is believed. Nothing that somebody is working on is touched: they hold its lock.
 */
#pragma once

#include "engine/engine.h"

void engine_sweep(struct engine *en);
/*
 * One container, whose folder's lock the caller holds: if it says that it runs and has no monitor,
 * its processes are killed, its cgroup removed, its state made "exited" with 137.
 */
void container_mend(struct engine *en, const char *id, int dir_fd);
/* The same, and a container that was to be removed at its end is removed: then 1 is returned. */
int container_repair(struct engine *en, const char *id, int dir_fd);
