/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/exec_relay.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/fd.h"
#include "engine/tty.h"

#define CHUNK_BYTES 16384

enum source {
	SOURCE_STDIN,
	SOURCE_TARGET, /* where stdin goes takes more */
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
	/*
	 * What was typed and not yet taken. Its write never blocks: a program that waits for us to
	 * read its output takes no input until then.
	 */
	size_t n, done;
	char passed[CHUNK_BYTES + DETACH_KEYS_MAX];
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

static int target(const struct relay_state *s)
{
	return s->r->pty_fd >= 0 ? s->r->pty_fd : s->r->stdin_fd;
}

static void close_stdin(struct relay_state *s)
{
	s->fds[SOURCE_STDIN].fd = s->fds[SOURCE_TARGET].fd = -1;
	cleanup_fdp(&s->r->stdin_fd);
	s->r->stdin_fd = -1;
}

/* As much as is taken now; nothing more is read before the rest of it was. */
static void pass_stdin(struct relay_state *s)
{
	ssize_t n = write(target(s), s->passed + s->done, s->n - s->done);

	if (n < 0 && errno != EINTR && errno != EAGAIN) {
		close_stdin(s);
		return;
	}
	s->done += n > 0 ? (size_t)n : 0;
	s->fds[SOURCE_STDIN].fd = s->done < s->n ? -1 : STDIN_FILENO;
	s->fds[SOURCE_TARGET].fd = s->done < s->n ? target(s) : -1;
}

static void forward_stdin(struct relay_state *s)
{
	char typed[CHUNK_BYTES];
	ssize_t n = read(STDIN_FILENO, typed, sizeof typed);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		close_stdin(s);
		return;
	}
	s->n = (size_t)n;
	s->done = 0;
	if (s->r->pty_fd < 0) {
		memcpy(s->passed, typed, s->n);
	} else {
		s->n = detach_keys_filter(&s->r->detach_keys, typed, s->n, s->passed);
		s->detached = s->r->detach_keys.is_complete;
	}
	pass_stdin(s);
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
	if (s->fds[SOURCE_TARGET].revents)
		pass_stdin(s);
	else if (s->fds[SOURCE_STDIN].revents)
		forward_stdin(s);
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
			[SOURCE_TARGET] = { -1, POLLOUT, 0 },
			[SOURCE_STDOUT] = { terminal ? r->pty_fd : r->stdout_fd, POLLIN, 0 },
			[SOURCE_STDERR] = { r->stderr_fd, POLLIN, 0 },
			[SOURCE_PROCESS] = { r->pid_fd, POLLIN, 0 },
			[SOURCE_WINDOW] = { -1, POLLIN, 0 },
		},
	};
	sigset_t old;

	signal(SIGPIPE, SIG_IGN);
	if (r->forward_stdin && fd_set_nonblock(target(&s), 1, e) < 0)
		return -1;
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
