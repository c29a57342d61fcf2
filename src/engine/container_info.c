/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/container_info.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "engine/monitor.h"

static int is_alive(const struct container_store *s, const char *id)
{
	struct err ignored;
	cleanup_fd int run_fd = container_open_run_dir(s, id, 0, &ignored);

	return run_fd >= 0 && monitor_is_alive(run_fd);
}

static int summarize(struct engine *en, const char *id, struct arena *a,
		     struct container_summary *ret, struct err *e)
{
	cleanup_fd int dir_fd = container_open_dir(&en->containers, id, 0, e);

	if (dir_fd < 0 || container_record_read(dir_fd, a, &ret->record, e) < 0)
		return -1;
	return container_state_read(dir_fd, &ret->state, e);
}

int container_summarize(struct engine *en, const char *name, struct arena *a,
			struct container_summary *ret, struct err *e)
{
	char id[CONTAINER_ID_SIZE];

	if (container_resolve(&en->containers, name, id, e) < 0)
		return -1;
	return summarize(en, id, a, ret, e);
}

static int by_creation(const void *a, const void *b)
{
	int64_t x = ((const struct container_summary *)a)->record.created_nsec;
	int64_t y = ((const struct container_summary *)b)->record.created_nsec;

	return (x < y) - (x > y);
}

struct container_summary *container_list(struct engine *en, struct arena *a, size_t *ret_n,
					 struct err *e)
{
	struct container_summary *list;
	struct err ignored;
	size_t n_ids;
	char **ids = container_list_ids(&en->containers, a, &n_ids, e);

	if (!ids)
		return NULL;
	list = arena_alloc(a, (n_ids + 1) * sizeof *list);
	*ret_n = 0;
	for (size_t i = 0; i < n_ids; i++) {
		if (summarize(en, ids[i], a, &list[*ret_n], &ignored) == 0)
			(*ret_n)++;
	}
	qsort(list, *ret_n, sizeof *list, by_creation);
	return list;
}

const char *container_status_line(const struct container_summary *c, struct arena *a)
{
	const struct container_state *s = &c->state;
	int64_t now = clock_now_nsec();
	char span[32];

	switch (s->status) {
	case CONTAINER_RUNNING:
		clock_human_span(now - s->started_nsec, span);
		return arena_printf(a, "Up %s", span);
	case CONTAINER_RESTARTING:
		clock_human_span(now - s->finished_nsec, span);
		return arena_printf(a, "Restarting (%d) %s ago", s->exit_code, span);
	case CONTAINER_EXITED:
		clock_human_span(now - s->finished_nsec, span);
		return arena_printf(a, "Exited (%d) %s ago", s->exit_code, span);
	case CONTAINER_DEAD:
		return "Dead";
	default:
		return "Created";
	}
}

struct log_followed {
	const struct container_store *store;
	const char *id;
};

static int still_logs(void *data)
{
	const struct log_followed *f = data;

	return is_alive(f->store, f->id);
}

int container_logs(struct engine *en, const char *name, struct log_read_options *options,
		   struct err *e)
{
	char id[CONTAINER_ID_SIZE];
	struct log_followed followed = { &en->containers, id };
	cleanup_fd int dir_fd = -1;

	if (container_resolve(&en->containers, name, id, e) < 0)
		return -1;
	dir_fd = container_open_dir(&en->containers, id, 0, e);
	if (dir_fd < 0)
		return -1;
	options->is_alive = still_logs;
	options->data = &followed;
	return log_read(dir_fd, id, options, e);
}
