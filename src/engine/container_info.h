/* SPDX-License-Identifier: Apache-2.0 */
/* What `ps`, `inspect` and `logs` show of containers. Nothing here takes a lock. */
#pragma once

#include <jansson.h>

#include "engine/container_record.h"
#include "engine/engine.h"
#include "engine/log_read.h"
#include "engine/state.h"

struct container_summary {
	struct container_record record;
	struct container_state state;
};

/* Newest first; those that vanish meanwhile are left out. Into the arena. */
struct container_summary *container_list(struct engine *en, struct arena *a, size_t *ret_n,
					 struct err *e);
int container_summarize(struct engine *en, const char *name, struct arena *a,
			struct container_summary *ret, struct err *e);
/* Docker's words: "Up 5 minutes", "Exited (0) 2 seconds ago"; into the arena. */
const char *container_status_line(const struct container_summary *c, struct arena *a);
/* Docker's inspect object; the caller's. */
json_t *container_inspect(struct engine *en, const char *name, struct err *e);
/* `options->is_alive` and `data` are set here. */
int container_logs(struct engine *en, const char *name, struct log_read_options *options,
		   struct err *e);
