/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/sweep.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/process.h"
#include "engine/container_record.h"
#include "engine/monitor.h"
#include "engine/state.h"
#include "engine/teardown.h"

#define EXIT_KILLED	   137
#define DEATH_TIMEOUT_MSEC 10000

/* The first process dies with its monitor by itself, unless the program has undone that. */
static void kill_orphans(const struct container_state *state, const char *id)
{
	struct err ignored;
	cleanup_fd int pid_fd = process_open(&state->init, &ignored);

	if (pid_fd >= 0) {
		struct pollfd p = { .fd = pid_fd, .events = POLLIN };

		syscall(SYS_pidfd_send_signal, pid_fd, SIGKILL, NULL, 0);
		poll(&p, 1, DEATH_TIMEOUT_MSEC);
	}
	teardown_cgroup(id);
}

static void mark_dead(struct container_state *state)
{
	state->status = CONTAINER_EXITED;
	state->init = state->monitor = (struct process_id){};
	state->exit_code = EXIT_KILLED;
	state->finished_nsec = clock_now_nsec();
	snprintf(state->error, sizeof state->error, "its monitor was killed");
}

/* 1: there was something to mend, or could have been. */
static int mend(struct engine *en, const char *id, int dir_fd)
{
	cleanup_fd int run_fd = -1, lock = -1;
	struct container_state state;
	struct err ignored;

	run_fd = container_open_run_dir(&en->containers, id, 0, &ignored);
	if (run_fd >= 0) {
		lock = monitor_lock(run_fd, &ignored);
		if (lock < 0)
			return 0; /* it lives */
	}
	if (container_state_read(dir_fd, &state, &ignored) < 0)
		return 0;
	if (run_fd < 0 && state.status != CONTAINER_RUNNING && state.status != CONTAINER_RESTARTING)
		return 0;
	kill_orphans(&state, id);
	if (state.status == CONTAINER_RUNNING || state.status == CONTAINER_RESTARTING) {
		mark_dead(&state);
		container_state_write(dir_fd, &state, FILE_DURABLE, &ignored);
	}
	container_remove_run_dir(&en->containers, id);
	return 1;
}

void container_mend(struct engine *en, const char *id, int dir_fd)
{
	mend(en, id, dir_fd);
}

int container_repair(struct engine *en, const char *id, int dir_fd)
{
	return mend(en, id, dir_fd) && teardown_if_unwanted(en, id, dir_fd);
}

static void repair_unlocked(struct engine *en, const char *id)
{
	struct err ignored;
	cleanup_fd int dir_fd = container_open_dir(&en->containers, id, 0, &ignored);

	if (dir_fd < 0) {
		teardown_cgroup(id);
		container_remove_run_dir(&en->containers, id);
		return;
	}
	if (flock(dir_fd, LOCK_EX | LOCK_NB) < 0)
		return;
	container_repair(en, id, dir_fd);
}

static void before_sweep(void *data, int dir_fd)
{
	teardown_marked_volumes(data, dir_fd);
}

/* Only containers that run, or ran when something died, have a folder below runroot. */
void engine_sweep(struct engine *en)
{
	int copy = openat(en->containers.run_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *entry;

	container_store_sweep(&en->containers, before_sweep, en);
	while (dir && (entry = readdir(dir))) {
		cleanup_fd int run_fd = -1;

		if (strlen(entry->d_name) != CONTAINER_ID_DIGITS)
			continue;
		run_fd = openat(en->containers.run_fd, entry->d_name,
				O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (run_fd >= 0 && !monitor_is_alive(run_fd))
			repair_unlocked(en, entry->d_name);
	}
	if (dir)
		closedir(dir);
}
