/* SPDX-License-Identifier: Apache-2.0 */
/* The outside's view of `--init`: which process is the program. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"
#include "runtime/init.h"

#define PROGRAM_PID	  2 /* in its own pid namespace: pid 1's first child */
#define STATUS_BYTES_MAX  (16 << 10)
#define CHILDREN_READ_MAX 32

/* Children stand in the order of their birth, orphans behind them: the program is the first. */
static pid_t first_child(pid_t init)
{
	char path[64], text[CHILDREN_READ_MAX] = "";
	struct err ignored;

	snprintf(path, sizeof path, "/proc/%d/task/%d/children", init, init);
	cleanup_fd int fd = fd_open(AT_FDCWD, path, O_RDONLY, &ignored);

	if (fd < 0 || fd_read_full(fd, text, sizeof text - 1, &ignored) < 0)
		return 0;
	return (pid_t)strtol(text, NULL, 10);
}

/* Its last pid in "NSpid:", the innermost namespace's. */
static int is_program(pid_t pid, pid_t init)
{
	char path[64], parent[32];
	struct err ignored;
	const char *p;

	snprintf(path, sizeof path, "/proc/%d/status", pid);
	snprintf(parent, sizeof parent, "\nPPid:\t%d\n", init);
	cleanup_free char *status = fd_read_file(AT_FDCWD, path, STATUS_BYTES_MAX, &ignored);

	if (!status || !strstr(status, parent))
		return 0;
	p = strstr(status, "\nNSpid:");
	if (!p)
		return 0;
	p += strlen("\nNSpid:");
	p += strcspn(p, "\n");
	while (p[-1] >= '0' && p[-1] <= '9')
		p--;
	return strtol(p, NULL, 10) == PROGRAM_PID;
}

int init_open_program(pid_t init, struct err *e)
{
	pid_t pid = first_child(init);
	cleanup_fd int fd = pid > 0 ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;

	/* Looked at while the descriptor keeps the pid from changing hands. */
	if (fd < 0 || !is_program(pid, init))
		return err_set(e, ERR_NOT_FOUND, "the program of init %d is gone", init);
	return take_fd(&fd);
}
