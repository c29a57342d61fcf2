/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One poll loop. Output is taken from the monitor only when the last of it was written, and is
 * written only as far as our descriptors take it without blocking, so that a signal is passed on
 * also while a pager holds everything up.
 */
#include "engine/attach.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "engine/attach_signals.h"
#include "engine/monitor_message.h"
#include "engine/tty.h"

/* A pipe that polls as writable takes so much at once (PIPE_BUF). */
#define WRITE_BYTES 4096

struct attach {
	const struct attach_options *o;
	struct attach_result *result;
	struct attach_signals signals;
	struct tty_mode tty;
	struct detach_keys keys;
	int stdin_fd; /* -1: not any more */
	int may_send; /* the monitor takes one piece of stdin */
	int is_done;
	int out_fd; /* where `out` goes */
	const char *out;
	size_t n_out;
	char packet[MESSAGE_PACKET_MAX];
	char typed[1 + MESSAGE_DATA_MAX]; /* a STDIN packet */
};

static void attach_close(struct attach *a)
{
	tty_restore(&a->tty);
	attach_signals_close(&a->signals);
}

static int finish(struct attach *a, enum attach_outcome outcome)
{
	a->result->outcome = outcome;
	a->is_done = 1;
	return 0;
}

/* What can't be sent any more isn't an error: the next receive tells how it ended. */
static void send_small(const struct attach *a, const struct message *m)
{
	char packet[MESSAGE_SMALL_MAX];

	(void)!send(a->o->socket_fd, packet, message_encode(m, packet), MSG_NOSIGNAL);
}

static void send_size(const struct attach *a)
{
	struct message m = { .type = MESSAGE_RESIZE };
	unsigned short rows, columns;

	tty_size(a->o->stdout_fd, &rows, &columns);
	m.resize.rows = rows;
	m.resize.columns = columns;
	if (a->o->tty && rows && columns)
		send_small(a, &m);
}

static int take_output(struct attach *a, const struct message *m)
{
	a->out_fd = m->type == MESSAGE_STDERR ? a->o->stderr_fd : a->o->stdout_fd;
	a->out = m->data.bytes;
	a->n_out = a->out_fd >= 0 ? m->data.n : 0;
	return 0;
}

static int take_message(struct attach *a, const struct message *m, struct err *e)
{
	switch (m->type) {
	case MESSAGE_STDOUT:
	case MESSAGE_STDERR:
		return take_output(a, m);
	case MESSAGE_STDIN_READY:
		a->may_send = 1;
		return 0;
	case MESSAGE_END:
		a->result->end = (struct monitor_end){ m->end.exit_code, m->end.oom_killed,
						       m->end.will_restart };
		return finish(a, ATTACH_ENDED);
	case MESSAGE_ERROR:
		*e = m->error;
		return -1;
	default:
		return err_set(e, ERR_INVALID, "the monitor sent a message of type %d", m->type);
	}
}

static int on_socket(struct attach *a, struct err *e)
{
	struct message m;
	ssize_t n = recv(a->o->socket_fd, a->packet, sizeof a->packet, MSG_TRUNC);

	/* A reset (it left without reading all that we said) comes before its last words. */
	if (n < 0 && (errno == EINTR || errno == ECONNRESET))
		return 0;
	if (n == 0)
		return err_set(e, ERR_SYSTEM, "the container's monitor has died");
	if (n < 0)
		return err_sys(e, "receive from the monitor");
	if ((size_t)n > sizeof a->packet || message_decode(a->packet, (size_t)n, &m, e) < 0)
		return err_set(e, ERR_INVALID, "the monitor sent a malformed message");
	return take_message(a, &m, e);
}

static int on_output(struct attach *a, struct err *e)
{
	struct stat st;
	size_t n = a->n_out;
	ssize_t done;

	if (n > WRITE_BYTES && (fstat(a->out_fd, &st) < 0 || !S_ISREG(st.st_mode)))
		n = WRITE_BYTES;
	done = write(a->out_fd, a->out, n);
	if (done < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (done < 0 && errno == EPIPE)
		return finish(a, ATTACH_OUTPUT_CLOSED);
	if (done < 0)
		return err_sys(e, "write the container's output");
	a->out += done;
	a->n_out -= (size_t)done;
	return 0;
}

static int on_stdin(struct attach *a)
{
	const struct message close_stdin = { .type = MESSAGE_STDIN_CLOSE };
	char raw[MESSAGE_DATA_MAX - DETACH_KEYS_MAX];
	ssize_t got = read(a->stdin_fd, raw, sizeof raw);
	size_t n;

	if (got < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (got <= 0) {
		a->stdin_fd = -1;
		send_small(a, &close_stdin);
		return 0;
	}
	n = detach_keys_filter(&a->keys, raw, (size_t)got, a->typed + 1);
	a->typed[0] = MESSAGE_STDIN;
	if (n) {
		(void)!send(a->o->socket_fd, a->typed, n + 1, MSG_NOSIGNAL);
		a->may_send = 0;
	}
	return a->keys.is_complete ? finish(a, ATTACH_DETACHED) : 0;
}

static int on_signal(struct attach *a, struct err *e)
{
	const int number = attach_signals_read(&a->signals);
	const struct message m = { .type = MESSAGE_SIGNAL, .signal = number };

	if (number == SIGWINCH)
		send_size(a);
	else if (number && a->o->sig_proxy)
		send_small(a, &m);
	else if (number) {
		tty_restore(&a->tty);
		attach_signals_die_of(&a->signals, number);
		return err_set(e, ERR_SYSTEM, "ended by signal %d", number);
	}
	return 0;
}

/* One round of the loop. A negative descriptor isn't looked at. */
static int attach_turn(struct attach *a, struct err *e)
{
	struct pollfd fds[] = {
		{ a->signals.fd, POLLIN, 0 },
		{ a->n_out ? a->out_fd : -1, POLLOUT, 0 },
		{ a->n_out ? -1 : a->o->socket_fd, POLLIN, 0 },
		{ a->may_send ? a->stdin_fd : -1, POLLIN, 0 },
	};

	if (poll(fds, ARRAY_SIZE(fds), -1) < 0)
		return errno == EINTR ? 0 : err_sys(e, "poll");
	if (fds[0].revents && on_signal(a, e) < 0)
		return -1;
	if (fds[1].revents && on_output(a, e) < 0)
		return -1;
	if (fds[2].revents && on_socket(a, e) < 0)
		return -1;
	if (!a->is_done && fds[3].revents)
		return on_stdin(a);
	return 0;
}

int attach_run(const struct attach_options *o, struct attach_result *ret, struct err *e)
{
	cleanup_by(attach_close) struct attach a = {
		.o = o,
		.result = ret,
		.signals = { .fd = -1 },
		.tty = { .fd = -1 },
		.stdin_fd = o->stdin_fd,
	};

	if (attach_signals_open(&a.signals, o->sig_proxy, e) < 0)
		return -1;
	if (o->tty && o->stdin_fd >= 0 && isatty(o->stdin_fd)) {
		a.keys = o->detach_keys;
		if (tty_raw(o->stdin_fd, &a.tty, e) < 0)
			return -1;
	}
	send_size(&a);
	while (!a.is_done) {
		if (attach_turn(&a, e) < 0)
			return -1;
	}
	return 0;
}
