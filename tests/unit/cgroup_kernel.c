/* SPDX-License-Identifier: Apache-2.0 */
#include "cgroup_kernel.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/fd.h"
#include "base/process.h"
#include "runtime/cgroup_host.h"

int is_missing(enum resource r)
{
	char hint[320];
	const char *why = cgroup_why_not(r, hint, sizeof(hint));

	if (why)
		print_message("# not here: %s (%s)\n", why, hint);
	return why != NULL;
}

int host_has_v1(void)
{
	cleanup_arena struct arena *a = arena_new();
	struct cgroup_host h;
	struct err e;

	return cgroup_host_read(a, &h, &e) == 0 && h.n && h.list[0].version == 1;
}

const char *file_of(const struct cgroup *c, const char *file)
{
	static char text[4096];
	struct cgroup_view views[CGROUP_HIERARCHIES_MAX];
	size_t n = cgroup_views(c, views, ARRAY_SIZE(views));

	for (size_t i = 0; i < n; i++) {
		cleanup_fd int fd = openat(views[i].fd, file, O_RDONLY | O_CLOEXEC);
		ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

		if (got < 0)
			continue;
		text[got] = '\0';
		text[strcspn(text, "\n")] = '\0';
		return text;
	}
	return NULL;
}

const char *value_of(const struct cgroup *c, const char *v1, const char *v2)
{
	return file_of(c, v1) ?: file_of(c, v2) ?: "none";
}

int write_to(const struct cgroup *c, const char *file, const char *text)
{
	struct cgroup_view views[CGROUP_HIERARCHIES_MAX];
	size_t n = cgroup_views(c, views, ARRAY_SIZE(views));
	struct err e = {};

	for (size_t i = 0; i < n; i++)
		if (faccessat(views[i].fd, file, F_OK, 0) == 0)
			return fd_write_file(views[i].fd, file, text, &e);
	return -1;
}

pid_t fork_into(const struct cgroup *c)
{
	struct clone_args args = { .exit_signal = SIGCHLD };
	pid_t pid;

	if (cgroup_clone_fd(c) >= 0) {
		args.flags = CLONE_INTO_CGROUP;
		args.cgroup = (uint64_t)cgroup_clone_fd(c);
	}
	pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
	if (pid == 0 && cgroup_join_self(c) < 0)
		_exit(111);
	return pid;
}

pid_t sleeper_in(const struct cgroup *c)
{
	int fds[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork_into(c);
	if (pid == 0) {
		close(fds[1]);
		close(fds[0]);
		for (;;)
			pause();
	}
	assert_true(pid > 0);
	close(fds[1]);
	assert_int_equal(read(fds[0], &byte, 1), 0);
	close(fds[0]);
	return pid;
}

int wait_for(pid_t pid)
{
	struct err e;

	return process_wait(pid, &e);
}

void finish(struct cgroup *c)
{
	struct err e = {};

	if (cgroup_kill(c, &e) < 0 || cgroup_remove(c, &e) < 0)
		fail_msg("%s", e.text);
	cgroup_close(c);
}
