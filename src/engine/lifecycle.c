/* SPDX-License-Identifier: Apache-2.0 */
/* Ending, waiting for and removing containers. A running one is spoken to through its monitor. */
#include <limits.h>
#include <signal.h>
#include <string.h>

#include "engine/container.h"
#include "engine/container_record.h"
#include "engine/monitor.h"
#include "engine/state.h"
#include "engine/sweep.h"
#include "engine/launch.h"
#include "engine/teardown.h"

#define MONITOR_GONE_MSEC 60000

static int not_running(const char *name, struct err *e)
{
	return err_set(e, ERR_CONFLICT, "container %s is not running", name);
}

/* After a failed question to its monitor, which may just clean up, or have left since we looked. */
static int say_if_ended(const char *name, struct err *e)
{
	return e->code == ERR_CONFLICT || e->code == ERR_NOT_FOUND ? not_running(name, e) : -1;
}

/* The run folder of a container with a living monitor; ERR_CONFLICT "is not running". */
static int open_running(struct engine *en, const char *name, char *ret_id, struct err *e)
{
	cleanup_fd int run_fd = -1;
	struct err ignored;

	if (container_resolve(&en->containers, name, ret_id, e) < 0)
		return -1;
	run_fd = container_open_run_dir(&en->containers, ret_id, 0, &ignored);
	if (run_fd < 0 || !monitor_is_alive(run_fd))
		return not_running(name, e);
	return take_fd(&run_fd);
}

/* stop.timeout_sec INT_MIN: the container's own. */
static int stop_running(struct engine *en, const char *name, struct monitor_stop stop,
			struct err *e)
{
	cleanup_arena struct arena *a = arena_new();
	struct container_record record;
	cleanup_fd int run_fd = -1, dir_fd = -1;
	char id[CONTAINER_ID_SIZE];
	struct monitor_end end;

	run_fd = open_running(en, name, id, e);
	if (run_fd < 0)
		return e->code == ERR_CONFLICT ? 0 : -1;
	if (stop.timeout_sec == INT_MIN) {
		dir_fd = container_open_dir(&en->containers, id, 0, e);
		if (dir_fd < 0 || container_record_read(dir_fd, a, &record, e) < 0)
			return -1;
		stop.timeout_sec = container_stop_timeout(&record.config);
	}
	if (monitor_stop(run_fd, &stop, &end, e) < 0)
		return e->code == ERR_NOT_FOUND ? 0 : err_wrap(e, "stop container %s", name);
	return 0;
}

int container_stop(struct engine *en, const char *name, int signal, int timeout_sec, struct err *e)
{
	const struct monitor_stop stop = { signal, timeout_sec, .keep = 0 };

	return stop_running(en, name, stop, e);
}

int container_kill(struct engine *en, const char *name, int signal, struct err *e)
{
	char id[CONTAINER_ID_SIZE];
	cleanup_fd int run_fd = open_running(en, name, id, e);

	if (run_fd < 0 || (monitor_signal(run_fd, signal, e) < 0 && say_if_ended(name, e)))
		return err_wrap(e, "cannot kill container %s", name);
	return 0;
}

int container_restart(struct engine *en, const char *name, int signal, int timeout_sec,
		      struct err *e)
{
	const struct monitor_stop stop = { signal, timeout_sec, .keep = 1 };
	char id[CONTAINER_ID_SIZE];
	struct container_begin begin = {};

	if (container_resolve(&en->containers, name, id, e) < 0 ||
	    stop_running(en, id, stop, e) < 0)
		return -1;
	return container_start(en, id, &begin, e);
}

int container_wait(struct engine *en, const char *name, int *ret_exit_code, struct err *e)
{
	char id[CONTAINER_ID_SIZE];
	cleanup_fd int run_fd = open_running(en, name, id, e), dir_fd = -1;
	struct container_state state;
	struct monitor_end end;

	if (run_fd < 0 && e->code != ERR_CONFLICT)
		return -1;
	if (run_fd >= 0 && monitor_wait(run_fd, &end, e) == 0) {
		*ret_exit_code = end.exit_code;
		return 0;
	}
	dir_fd = container_open_dir(&en->containers, id, 0, e);
	if (dir_fd < 0 || container_state_read(dir_fd, &state, e) < 0)
		return -1;
	*ret_exit_code = state.exit_code;
	return 0;
}

/* Kills a running container and waits until its monitor has cleaned up. */
static int kill_for_removal(struct engine *en, const char *id, struct err *e)
{
	const struct monitor_stop at_once = { SIGKILL, -1, .keep = 0 };
	cleanup_fd int run_fd = container_open_run_dir(&en->containers, id, 0, e);
	struct monitor_end end;

	if (run_fd < 0 || !monitor_is_alive(run_fd))
		return 0;
	if (monitor_stop(run_fd, &at_once, &end, e) < 0 && e->code != ERR_NOT_FOUND)
		return -1;
	return monitor_wait_gone(run_fd, MONITOR_GONE_MSEC, e);
}

static int remove_stopped(struct engine *en, const char *id, const char *name, int volumes,
			  struct err *e)
{
	cleanup_fd int dir_fd = container_open_dir(&en->containers, id, 1, e), run_fd = -1;
	struct container_state state;
	struct err ignored;

	if (dir_fd < 0)
		return -1;
	if (container_repair(en, id, dir_fd))
		return 0;
	run_fd = container_open_run_dir(&en->containers, id, 0, &ignored);
	if (run_fd >= 0 && monitor_is_alive(run_fd)) {
		const char *doing = "running";

		if (container_state_read(dir_fd, &state, &ignored) == 0) {
			doing = container_status_text(state.status);
			/* It has ended, and its monitor is just cleaning up. */
			if (state.status == CONTAINER_EXITED &&
			    monitor_wait_gone(run_fd, MONITOR_GONE_MSEC, &ignored) == 0)
				return teardown_container(en, id, volumes, e);
		}
		err_set(e, ERR_CONFLICT, "cannot remove container \"%s\": container is %s", name,
			doing);
		return err_hint(e, "stop the container before removing or force remove");
	}
	return teardown_container(en, id, volumes, e);
}

int container_remove(struct engine *en, const char *name, const struct container_remove *options,
		     struct err *e)
{
	char id[CONTAINER_ID_SIZE];

	if (container_resolve(&en->containers, name, id, e) < 0)
		return -1;
	if (options->force && kill_for_removal(en, id, e) < 0)
		return -1;
	if (remove_stopped(en, id, name, options->volumes, e) < 0)
		/* A --rm container took itself away while we waited. */
		return e->code == ERR_NOT_FOUND && options->force ? 0 : -1;
	return 0;
}

int container_attach(struct engine *en, const char *name, unsigned streams, int *ret_tty,
		     struct err *e)
{
	cleanup_arena struct arena *a = arena_new();
	struct container_record record;
	char id[CONTAINER_ID_SIZE];
	cleanup_fd int run_fd = open_running(en, name, id, e), dir_fd = -1;
	int fd;

	if (run_fd < 0)
		return -1;
	dir_fd = container_open_dir(&en->containers, id, 0, e);
	if (dir_fd < 0 || container_record_read(dir_fd, a, &record, e) < 0)
		return -1;
	*ret_tty = record.config.tty;
	if (!record.config.open_stdin)
		streams &= ~MONITOR_STDIN;
	fd = monitor_connect_attached(run_fd, streams, e);
	return fd < 0 ? say_if_ended(name, e) : fd;
}
