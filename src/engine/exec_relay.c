/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/exec_relay.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/fd.h"
#include "engine/tty.h"

#define CHUNK_BYTES 16384

enum source {
	SOURCE_STDIN,
	SOURCE_STDOUT,
	SOURCE_STDERR,
	SOURCE_PROCESS,
	SOURCE_WINDOW,
	SOURCE_COUNT,
};

struct relay_state {
	struct exec_relay *r;
	struct pollfd fds[SOURCE_COUNT];
	int detached;
};

/* Reads once and writes all of it; 0 at the end of the source, which is then no longer watched. */
static int move(struct pollfd *p, int to, struct err *e)
{
	char chunk[CHUNK_BYTES];
	ssize_t n = read(p->fd, chunk, sizeof chunk);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 1;
	/* EIO: the last process has closed the terminal. */
	if (n <= 0) {
		p->fd = -1;
		return 0;
	}
	/* Nobody reads our output any more: the process goes on without it. */
	if (fd_write_all(to, chunk, (size_t)n, e) < 0)
		p->fd = -1;
	return 1;
}

static void close_stdin(struct relay_state *s)
{
	s->fds[SOURCE_STDIN].fd = -1;
	cleanup_fdp(&s->r->stdin_fd);
	s->r->stdin_fd = -1;
}

static void forward_stdin(struct relay_state *s, struct err *e)
{
	char typed[CHUNK_BYTES], passed[CHUNK_BYTES + DETACH_KEYS_MAX];
	int to = s->r->pty_fd >= 0 ? s->r->pty_fd : s->r->stdin_fd;
	ssize_t n = read(STDIN_FILENO, typed, sizeof typed);
	size_t n_passed;

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		close_stdin(s);
		return;
	}
	if (s->r->pty_fd < 0) {
		if (fd_write_all(to, typed, (size_t)n, e) < 0)
			close_stdin(s);
		return;
	}
	n_passed = detach_keys_filter(&s->r->detach_keys, typed, (size_t)n, passed);
	s->detached = s->r->detach_keys.is_complete;
	if (fd_write_all(to, passed, n_passed, e) < 0)
		close_stdin(s);
}

static void pass_window_size(int pty_fd)
{
	struct winsize size = {};

	tty_size(STDIN_FILENO, &size.ws_row, &size.ws_col);
	if (size.ws_row)
		ioctl(pty_fd, TIOCSWINSZ, &size);
}

static void drain(struct relay_state *s, struct err *e)
{
	static const int outputs[] = { SOURCE_STDOUT, SOURCE_STDERR };

	for (size_t i = 0; i < ARRAY_SIZE(outputs); i++) {
		struct pollfd *p = &s->fds[outputs[i]];

		while (p->fd >= 0 && poll(p, 1, 0) > 0 && p->revents)
			move(p, outputs[i] == SOURCE_STDERR ? STDERR_FILENO : STDOUT_FILENO, e);
	}
}

static void step(struct relay_state *s, struct err *e)
{
	struct signalfd_siginfo info;

	if (s->fds[SOURCE_STDOUT].revents)
		move(&s->fds[SOURCE_STDOUT], STDOUT_FILENO, e);
	if (s->fds[SOURCE_STDERR].revents)
		move(&s->fds[SOURCE_STDERR], STDERR_FILENO, e);
	if (s->fds[SOURCE_STDIN].revents)
		forward_stdin(s, e);
	if (s->fds[SOURCE_WINDOW].revents && read(s->fds[SOURCE_WINDOW].fd, &info, sizeof info) > 0)
		pass_window_size(s->r->pty_fd);
}

static int watch_window(sigset_t *old)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGWINCH);
	sigprocmask(SIG_BLOCK, &set, old);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int exec_relay_run(struct exec_relay *r, struct err *e)
{
	const int terminal = r->pty_fd >= 0;
	cleanup_by(tty_restore) struct tty_mode mode = { .fd = -1 };
	struct relay_state s = {
		.r = r,
		.fds = {
			[SOURCE_STDIN] = { r->forward_stdin ? STDIN_FILENO : -1, POLLIN, 0 },
			[SOURCE_STDOUT] = { terminal ? r->pty_fd : r->stdout_fd, POLLIN, 0 },
			[SOURCE_STDERR] = { r->stderr_fd, POLLIN, 0 },
			[SOURCE_PROCESS] = { r->pid_fd, POLLIN, 0 },
			[SOURCE_WINDOW] = { -1, POLLIN, 0 },
		},
	};
	sigset_t old;

	signal(SIGPIPE, SIG_IGN);
	if (terminal) {
		if (r->forward_stdin && isatty(STDIN_FILENO) && tty_raw(STDIN_FILENO, &mode, e) < 0)
			return -1;
		s.fds[SOURCE_WINDOW].fd = watch_window(&old);
	}
	while (!s.detached && !s.fds[SOURCE_PROCESS].revents) {
		if (poll(s.fds, SOURCE_COUNT, -1) < 0) {
			if (errno == EINTR)
				continue;
			cleanup_fdp(&s.fds[SOURCE_WINDOW].fd);
			return err_sys(e, "poll");
		}
		step(&s, e);
	}
	if (!s.detached)
		drain(&s, e);
	cleanup_fdp(&s.fds[SOURCE_WINDOW].fd);
	return s.detached;
}
