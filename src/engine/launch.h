/* SPDX-License-Identifier: Apache-2.0 */
/* Starting a container that exists: from its record to a monitor that watches it. */
#pragma once

#include "engine/container.h"
#include "engine/container_record.h"
#include "engine/plan.h"

/* The caller holds the lock of the container's folder `dir_fd`; the container isn't running. */
struct launch {
	struct engine *engine;
	const struct container_record *record;
	struct plan *plan;
	int dir_fd;
};
int launch_container(const struct launch *l, struct container_begin *begin, struct err *e);

/* Seconds from SIGTERM to SIGKILL. */
int container_stop_timeout(const struct config *config);
