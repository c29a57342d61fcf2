/* SPDX-License-Identifier: Apache-2.0 */
#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/signal_reset.h"

#define SPAWN_FDS_MAX 16

int process_identify(pid_t pid, struct process_id *ret, struct err *e)
{
	char path[32], *p;
	cleanup_free char *stat = NULL;

	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	stat = fd_read_file(AT_FDCWD, path, 4096, e);
	if (!stat)
		return -1;
	/* The second field is the command in parentheses and may hold anything, ")" too. */
	p = strrchr(stat, ')');
	for (int field = 2; p && field < 22; field++)
		p = strchr(p + 1, ' ');
	if (!p)
		return err_set(e, ERR_SYSTEM, "%s has an unknown form", path);
	*ret = (struct process_id){ pid, strtoull(p + 1, NULL, 10) };
	return 0;
}

int process_open(const struct process_id *id, struct err *e)
{
	cleanup_fd int fd = -1;
	struct process_id now;

	if (id->pid <= 0)
		return err_set(e, ERR_NOT_FOUND, "no process");
	fd = (int)syscall(SYS_pidfd_open, id->pid, 0);
	if (fd < 0 && errno != ESRCH)
		return err_sys(e, "pidfd_open %d", id->pid);
	/*
	 * The pidfd is held while the start time is read, so the pid can't change hands between. One
	 * that has ended and wasn't reaped yet is gone, too: its descriptor is readable.
	 */
	if (fd < 0 || poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, 0) != 0 ||
	    process_identify(id->pid, &now, e) < 0 || now.start_ticks != id->start_ticks)
		return err_set(e, ERR_NOT_FOUND, "process %d is gone", id->pid);
	return take_fd(&fd);
}

int process_wait(pid_t pid, struct err *e)
{
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return err_sys(e, "wait for process %d", pid);
	}
	return status;
}

int process_exit_code(int wait_status)
{
	return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

/* Runs in the child; only async-signal-safe calls. */
static _Noreturn void become(const struct process_run *run, const int *fds)
{
	static const char *const no_env[] = { NULL };

	signal_reset_all();
	for (size_t i = 0; i < run->n_fds; i++) {
		if (dup2(fds[i], (int)i) < 0)
			_exit(127);
	}
	fd_close_from((int)run->n_fds, NULL, 0);
	execve(run->argv[0], (char *const *)run->argv, (char *const *)(run->env ?: no_env));
	_exit(127);
}

pid_t process_spawn(const struct process_run *run, struct err *e)
{
	int fds[SPAWN_FDS_MAX];
	size_t n = 0;
	pid_t pid = -1;

	if (run->n_fds > SPAWN_FDS_MAX)
		return err_set(e, ERR_SYSTEM, "too many descriptors for %s", run->argv[0]);
	/* High copies first, so that no dup2 in the child overwrites a source. */
	for (; n < run->n_fds; n++) {
		int source =
			run->fds[n] >= 0 ? fcntl(run->fds[n], F_DUPFD_CLOEXEC, SPAWN_FDS_MAX) : -1;

		if (run->fds[n] < 0) {
			cleanup_fd int null = open("/dev/null", O_RDWR | O_CLOEXEC);

			source = fcntl(null, F_DUPFD_CLOEXEC, SPAWN_FDS_MAX);
		}
		fds[n] = source;
		if (source < 0) {
			err_sys(e, "duplicate a descriptor");
			goto out;
		}
	}
	pid = fork();
	if (pid == 0)
		become(run, fds);
	if (pid < 0)
		err_sys(e, "fork");
out:
	while (n--)
		close(fds[n]);
	return pid;
}

int process_run(const struct process_run *run, struct err *e)
{
	pid_t pid = process_spawn(run, e);
	int status;

	if (pid < 0)
		return -1;
	status = process_wait(pid, e);
	if (status < 0)
		return -1;
	if (status == 0)
		return 0;
	if (process_exit_code(status) == 127)
		return err_set(e, ERR_SYSTEM, "%s can't be run", run->argv[0]);
	return err_set(e, ERR_SYSTEM, "%s ended with status %d", run->argv[0],
		       process_exit_code(status));
}
