/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The real runtime behind struct monitor_runtime: a cgroup of its own for each run, and
 * src/runtime for the process. `data` is a struct monitor_runtime_data.
 */
#pragma once

#include "engine/monitor_request.h"

struct monitor_runtime_data {
	const struct spec *spec;
	struct cgroup *cgroup; /* of the present run; NULL: none, or the spec names none */
};

const struct monitor_runtime *monitor_runtime_get(void);
