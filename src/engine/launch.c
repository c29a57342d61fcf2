/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/launch.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/signals.h"
#include "confine/defaults.h"
#include "engine/monitor.h"
#include "engine/teardown.h"

int container_stop_timeout(const struct config *config)
{
	return (int)(config->origin.of[SETTING_STOP_TIMEOUT] == ORIGIN_DEFAULT
			     ? defaults.stop_timeout_sec
			     : config->stop_timeout_sec);
}

/* Runs in the monitor, before anybody is told of the end: the name is free again by then. */
static void release(void *data, const struct container_state *state)
{
	const struct launch *l = data;
	struct err ignored;

	(void)state;
	if (l->record->config.auto_remove)
		container_retire(&l->engine->containers, l->record->id, l->record->config.name,
				 l->record->slice, &ignored);
}

/*
 * Whoever holds the container's lock is about to start or remove it and waits for this monitor to
 * end; the folder under their feet stays.
 */
static void remove_run_dir(const struct launch *l)
{
	struct err ignored;
	cleanup_fd int dir_fd =
		container_open_dir(&l->engine->containers, l->record->id, 0, &ignored);

	if (dir_fd < 0 || flock(dir_fd, LOCK_EX | LOCK_NB) == 0)
		container_remove_run_dir(&l->engine->containers, l->record->id);
}

/* Runs in the monitor, after clients know: nobody waits for this. */
static void clean_up(void *data, const struct container_state *state)
{
	const struct launch *l = data;

	(void)state;
	remove_run_dir(l);
	/* One that wasn't retired is kept for a restart. */
	if (l->record->config.auto_remove &&
	    faccessat(l->engine->containers.containers_fd, l->record->id, F_OK, 0) < 0)
		teardown_retired(l->engine, l->record);
}

/* Ascending, as fd_close_from() wants them. */
static int by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static int spawn(const struct launch *l, const struct container_begin *begin, int monitor_side,
		 struct err *e)
{
	const struct config *config = &l->record->config;
	struct container_store *s = &l->engine->containers;
	int keep[] = { s->containers_fd, s->names_fd, s->ids_fd,
		       s->tmp_fd,	 s->run_fd,   l->engine->home.root_fd };
	cleanup_fd int run_fd = container_open_run_dir(s, l->record->id, 1, e);
	/* Opened anew: with ours the monitor would hold the container's lock for its whole life. */
	cleanup_fd int state_fd =
		run_fd < 0 ? -1 : fd_open(l->dir_fd, ".", O_RDONLY | O_DIRECTORY, e);
	struct monitor_request request = {
		.spec = &l->plan->spec,
		.state_dir_fd = state_fd,
		.run_dir_fd = run_fd,
		.log = LOG_OPTIONS_DEFAULT,
		.restart = config->restart,
		.auto_remove = config->auto_remove,
		.open_stdin = config->open_stdin,
		.stdin_once = config->open_stdin && (begin->streams & MONITOR_STDIN),
		.stop_signal = signals_parse(config->stop_signal ?: defaults.stop_signal, e),
		.stop_timeout_sec = container_stop_timeout(config),
		.rows = begin->rows,
		.columns = begin->columns,
		.client_fd = monitor_side,
		.client_streams = begin->streams,
		.hooks = { (void *)l, release, clean_up },
		.keep_fds = keep,
		.n_keep_fds = ARRAY_SIZE(keep),
	};
	pid_t pid;

	if (state_fd < 0 || request.stop_signal < 0)
		return -1;
	qsort(keep, ARRAY_SIZE(keep), sizeof *keep, by_number);
	if (monitor_spawn(&request, &pid, e) == 0)
		return 0;
	if (e->code != ERR_CONFLICT)
		container_remove_run_dir(s, l->record->id);
	return -1;
}

int launch_container(const struct launch *l, struct container_begin *begin, struct err *e)
{
	cleanup_fd int client_side = -1, monitor_side = -1;

	begin->client_fd = -1;
	memcpy(begin->id, l->record->id, sizeof begin->id);
	if (rootfs_refresh(l->dir_fd, l->record->driver, e) < 0)
		return -1;
	if (begin->streams && monitor_socketpair(&client_side, &monitor_side, e) < 0)
		return -1;
	if (spawn(l, begin, monitor_side, e) < 0) {
		teardown_cgroup(l->record->id);
		return -1;
	}
	begin->client_fd = take_fd(&client_side);
	return 0;
}
