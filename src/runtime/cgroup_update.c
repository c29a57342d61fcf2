/* SPDX-License-Identifier: Apache-2.0 */
/* New limits of a running container. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/fd.h"
#include "runtime/cgroup_control.h"
#include "runtime/cgroup_group.h"
#include "runtime/cgroup_undo.h"

/* v2 kills for a limit that is too low; where that was asked, it is refused as v1's kernel does. */
static int check(const struct cgroup *c, const struct resources *r, struct err *e)
{
	const struct cgroup_group *g = cgroup_group_with(c, CGROUP_MEMORY);
	cleanup_free char *text = NULL;
	struct err ignored;
	int64_t usage;

	if (!r->memory_check_update || !g || g->ops->version != 2)
		return 0;
	text = fd_read_file(g->fd, "memory.current", 64, &ignored);
	if (!text)
		return 0;
	usage = strtoll(text, NULL, 10);
	if (r->memory_swap_bytes > 0 && r->memory_swap_bytes <= usage)
		return err_set(e, ERR_CONFLICT,
			       "rejecting memory+swap limit %" PRId64 " <= usage %" PRId64,
			       r->memory_swap_bytes, usage);
	if (r->memory_bytes > 0 && r->memory_bytes <= usage)
		return err_set(e, ERR_CONFLICT,
			       "rejecting memory limit %" PRId64 " <= usage %" PRId64,
			       r->memory_bytes, usage);
	return 0;
}

/* Everything that `r` asks for, noted in `u` unless that is NULL. */
static int apply(const struct cgroup *c, const struct resources *r, struct cgroup_undo *u,
		 struct err *e)
{
	cleanup_arena struct arena *own = u ? NULL : arena_new();
	struct cgroup_settings settings[2];
	const struct cgroup_application application = {
		.cgroup = c, .settings = settings, .n = ARRAY_SIZE(settings), .undo = u
	};

	for (int i = 0; i < 2; i++) {
		settings[i] = (struct cgroup_settings){ .resources = r, .version = i + 1 };
		if (cgroup_settings_plan(&settings[i], u ? u->arena : own, e) < 0)
			return -1;
	}
	return check(c, r, e) < 0 ? -1 : cgroup_apply(&application, e);
}

int cgroup_update_noted(const struct cgroup *c, const struct resources *r, struct cgroup_undo *u,
			struct err *e)
{
	if (apply(c, r, u, e) == 0)
		return 0;
	cgroup_undo(u, e);
	return -1;
}

int cgroup_limit_further(const struct cgroup *c, const struct resources *r, struct err *e)
{
	return apply(c, r, NULL, e);
}

int cgroup_update(const struct cgroup *c, const struct resources *r, struct err *e)
{
	cleanup_cgroup_undo struct cgroup_undo *u = cgroup_undo_new();

	return cgroup_update_noted(c, r, u, e);
}
