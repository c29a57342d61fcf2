/* SPDX-License-Identifier: Apache-2.0 */
/* The monitor's side of a container's stdin, stdout, stderr or terminal. */
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "engine/monitor_private.h"

/* A terminal that nobody has open reads as EIO until somebody opens it again. */
#define PTY_PAUSE_USEC 100000
/* At the end: how long to wait for pipes that something outside of the container keeps open. */
#define DRAIN_QUIET_USEC 1000000

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static int make_pipe(int *ret_read, int *ret_write, struct err *e)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		return err_sys(e, "make a pipe");
	*ret_read = fds[0];
	*ret_write = fds[1];
	return 0;
}

/* Only our ends don't block: the flag belongs to the open file, and the other end has its own. */
static int open_pipes(struct monitor *m, struct runtime_io *io, struct err *e)
{
	if (m->r->open_stdin) {
		if (make_pipe(&io->stdio[0], &m->stdin_fd, e) < 0 ||
		    fd_set_nonblock(m->stdin_fd, 1, e) < 0)
			return -1;
	} else {
		io->stdio[0] = fd_open(AT_FDCWD, "/dev/null", O_RDONLY, e);
		if (io->stdio[0] < 0)
			return -1;
	}
	for (int i = 0; i < 2; i++) {
		if (make_pipe(&m->streams[i].fd, &io->stdio[1 + i], e) < 0 ||
		    fd_set_nonblock(m->streams[i].fd, 1, e) < 0)
			return -1;
	}
	return 0;
}

int monitor_io_open(struct monitor *m, struct runtime_io *ret, struct err *e)
{
	*ret = (struct runtime_io){ .stdio = { -1, -1, -1 },
				    .rows = m->r->rows,
				    .columns = m->r->columns };
	for (int i = 0; i < 2; i++) {
		m->streams[i].fd = -1;
		m->streams[i].n = 0;
		m->streams[i].owed = 0;
		m->streams[i].paused_until = 0;
	}
	m->stdin_fd = -1;
	if (m->r->spec->process.terminal)
		return 0;
	if (open_pipes(m, ret, e) == 0)
		return 0;
	monitor_io_started(m, ret);
	monitor_io_close(m);
	return -1;
}

void monitor_io_started(struct monitor *m, struct runtime_io *io)
{
	struct err ignored;

	for (int i = 0; i < 3; i++)
		close_fd(&io->stdio[i]);
	if (m->process.pty_fd < 0)
		return;
	m->streams[0].fd = m->process.pty_fd;
	m->process.pty_fd = -1;
	fd_set_nonblock(m->streams[0].fd, 1, &ignored);
	if (m->r->open_stdin)
		m->stdin_fd = fcntl(m->streams[0].fd, F_DUPFD_CLOEXEC, 3);
}

static void close_stdin(struct monitor *m)
{
	close_fd(&m->stdin_fd);
	for (int i = 0; i < MONITOR_CLIENTS_MAX; i++) {
		m->clients[i].n_in = 0;
		m->clients[i].owes_ready = 0;
		m->clients[i].closes_stdin = 0;
	}
}

void monitor_io_close(struct monitor *m)
{
	close_stdin(m);
	for (int i = 0; i < 2; i++)
		close_fd(&m->streams[i].fd);
}

int monitor_io_is_drained(const struct monitor *m)
{
	for (int i = 0; i < 2; i++) {
		if (m->streams[i].fd >= 0 || m->streams[i].owed)
			return 0;
	}
	return 1;
}

static void end_stream(struct monitor *m, int i)
{
	close_fd(&m->streams[i].fd);
	if (m->streams[0].fd < 0 && m->streams[1].fd < 0)
		log_end_lines(&m->log);
}

/* Nothing came: is that the end? */
static void read_nothing(struct monitor *m, int i, ssize_t n, int64_t now)
{
	int is_pty = m->r->spec->process.terminal;

	if (n < 0 && errno == EINTR)
		return;
	if (n < 0 && errno == EAGAIN) {
		if (m->phase != PHASE_RUNNING && now - m->ended > DRAIN_QUIET_USEC)
			end_stream(m, i);
	} else if (is_pty && m->phase == PHASE_RUNNING) {
		m->streams[i].paused_until = now + PTY_PAUSE_USEC;
	} else {
		end_stream(m, i);
	}
}

void monitor_io_read(struct monitor *m, int i)
{
	static const unsigned bits[2] = { MONITOR_STDOUT, MONITOR_STDERR };
	struct monitor_stream *s = &m->streams[i];
	ssize_t n;

	if (s->fd < 0 || s->owed)
		return;
	n = read(s->fd, s->chunk, sizeof s->chunk);
	if (n <= 0) {
		read_nothing(m, i, n, clock_monotonic_usec());
		return;
	}
	log_set_time(&m->log, clock_now_nsec());
	log_add(&m->log, (enum log_stream)i, s->chunk, (size_t)n);
	s->n = (size_t)n;
	for (int c = 0; c < MONITOR_CLIENTS_MAX; c++) {
		if (m->clients[c].fd >= 0 && (m->clients[c].streams & bits[i]))
			s->owed |= UINT64_C(1) << c;
	}
	for (int c = 0; c < MONITOR_CLIENTS_MAX && s->owed; c++) {
		if (s->owed >> c & 1)
			monitor_client_send(m, c);
	}
}

/* Writes what one client sent. -1: nobody reads stdin any more. */
static int write_of_client(struct monitor *m, int i)
{
	struct monitor_client_slot *c = &m->clients[i];
	ssize_t n = write(m->stdin_fd, m->inputs[i] + c->in_done, c->n_in - c->in_done);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	c->in_done += (size_t)n;
	if (c->in_done < c->n_in)
		return 0;
	c->n_in = c->in_done = 0;
	c->owes_ready = c->fd >= 0;
	return 0;
}

void monitor_io_write_stdin(struct monitor *m)
{
	for (int i = 0; i < MONITOR_CLIENTS_MAX && m->stdin_fd >= 0; i++) {
		struct monitor_client_slot *c = &m->clients[i];

		if (c->n_in && write_of_client(m, i) < 0) {
			close_stdin(m);
			return;
		}
		if (!c->n_in && c->closes_stdin) {
			close_stdin(m);
			return;
		}
		if (c->owes_ready)
			monitor_client_send(m, i);
	}
}

void monitor_io_resize(const struct monitor *m, uint16_t rows, uint16_t columns)
{
	const struct winsize size = { .ws_row = rows, .ws_col = columns };

	if (m->r->spec->process.terminal && m->streams[0].fd >= 0)
		ioctl(m->streams[0].fd, TIOCSWINSZ, &size);
}
