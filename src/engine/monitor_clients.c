/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The monitor's clients: accepted when they are the same user's, heard as far as their state
 * allows, sent what they are owed, dropped when they misbehave or vanish.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/mem.h"
#include "engine/monitor_private.h"

/* As Docker does with -i: stdin ends with the client that had it, but a terminal stays. */
static void end_stdin_of(struct monitor *m, struct monitor_client_slot *c)
{
	if (m->stdin_fd < 0 || !(c->streams & MONITOR_STDIN) || !m->r->stdin_once ||
	    m->r->spec->process.terminal)
		return;
	c->closes_stdin = 1;
	monitor_io_write_stdin(m);
}

void monitor_client_drop(struct monitor *m, int i)
{
	struct monitor_client_slot *c = &m->clients[i];

	if (c->fd < 0)
		return;
	close(c->fd);
	c->fd = -1;
	c->owes_ready = c->owes_end = 0;
	for (int s = 0; s < 2; s++)
		m->streams[s].owed &= ~(UINT64_C(1) << i);
	end_stdin_of(m, c); /* what it sent before it went is still written */
}

/* -1: it doesn't take more now, or is gone (and dropped). */
static int send_packet(struct monitor *m, int i, struct iovec *parts, size_t n_parts)
{
	const struct msghdr packet = { .msg_iov = parts, .msg_iovlen = n_parts };
	ssize_t n;

	do {
		n = sendmsg(m->clients[i].fd, &packet, MSG_DONTWAIT | MSG_NOSIGNAL);
	} while (n < 0 && errno == EINTR);
	if (n < 0 && errno != EAGAIN)
		monitor_client_drop(m, i);
	return n < 0 ? -1 : 0;
}

static int send_message(struct monitor *m, int i, const struct message *message)
{
	char packet[MESSAGE_SMALL_MAX];
	struct iovec part = { packet, message_encode(message, packet) };

	return send_packet(m, i, &part, 1);
}

static int send_chunk(struct monitor *m, int i, int stream)
{
	char type = stream ? MESSAGE_STDERR : MESSAGE_STDOUT;
	struct iovec parts[2] = { { &type, 1 },
				  { m->streams[stream].chunk, m->streams[stream].n } };

	if (send_packet(m, i, parts, 2) < 0)
		return -1;
	m->streams[stream].owed &= ~(UINT64_C(1) << i);
	return 0;
}

int monitor_client_is_owed(const struct monitor *m, int i)
{
	const struct monitor_client_slot *c = &m->clients[i];

	return c->owes_ready || c->owes_end || ((m->streams[0].owed | m->streams[1].owed) >> i & 1);
}

void monitor_client_send(struct monitor *m, int i)
{
	struct monitor_client_slot *c = &m->clients[i];
	const struct message ready = { .type = MESSAGE_STDIN_READY };
	const struct message end = { .type = MESSAGE_END,
				     .end = { m->state.exit_code, m->state.oom_killed,
					      m->will_restart } };

	for (int s = 0; s < 2; s++) {
		if (c->fd >= 0 && (m->streams[s].owed >> i & 1) && send_chunk(m, i, s) < 0)
			return;
	}
	if (c->fd >= 0 && c->owes_ready && send_message(m, i, &ready) == 0) {
		c->owes_ready = 0;
		c->state = CLIENT_ATTACHED_STDIN;
	}
	/* The last word: whatever it says after it isn't heard. */
	if (c->fd >= 0 && c->owes_end && send_message(m, i, &end) == 0)
		monitor_client_drop(m, i);
}

/* Answers and forgets. */
static void refuse(struct monitor *m, int i, const struct err *why)
{
	const struct message answer = { .type = MESSAGE_ERROR, .error = *why };

	send_message(m, i, &answer);
	monitor_client_drop(m, i);
}

static int find_slot(const struct monitor *m)
{
	for (int i = 0; i < MONITOR_CLIENTS_MAX; i++) {
		if (m->clients[i].fd < 0 && !m->clients[i].n_in && !m->clients[i].closes_stdin)
			return i;
	}
	return -1;
}

static void attach(struct monitor *m, int i, unsigned streams)
{
	struct monitor_client_slot *c = &m->clients[i];

	if (!m->r->open_stdin || m->stdin_fd < 0)
		streams &= ~MONITOR_STDIN;
	c->state = CLIENT_ATTACHED;
	c->streams = streams;
	c->owes_ready = (streams & MONITOR_STDIN) != 0;
	monitor_client_send(m, i);
}

void monitor_client_adopt(struct monitor *m, int fd, unsigned streams)
{
	m->clients[0] = (struct monitor_client_slot){ .fd = fd };
	attach(m, 0, streams);
}

static int is_ours(int fd)
{
	struct ucred peer;
	socklen_t n = sizeof peer;

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) == 0 && peer.uid == geteuid();
}

/* Without this it would take the closed connection for the end of the container. */
static void say_full(int fd)
{
	struct message answer = { .type = MESSAGE_ERROR };
	char packet[MESSAGE_SMALL_MAX];

	err_set(&answer.error, ERR_LIMIT, "the container's monitor serves %d clients already",
		MONITOR_CLIENTS_MAX);
	(void)!send(fd, packet, message_encode(&answer, packet), MSG_DONTWAIT | MSG_NOSIGNAL);
}

int monitor_client_accept(struct monitor *m)
{
	cleanup_fd int fd = accept4(m->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	int slot = find_slot(m);

	if (fd < 0)
		return -1;
	if (!is_ours(fd))
		return 0;
	if (slot < 0)
		say_full(fd);
	else
		m->clients[slot] = (struct monitor_client_slot){ .fd = take_fd(&fd) };
	return 0;
}

static void hear_attach(struct monitor *m, int i, const struct message *message)
{
	const struct message ok = { .type = MESSAGE_OK };
	struct err e;

	if (m->phase != PHASE_RUNNING) {
		err_set(&e, ERR_CONFLICT, "the container isn't running");
		refuse(m, i, &e);
		return;
	}
	if (send_message(m, i, &ok) < 0)
		monitor_client_drop(m, i);
	else
		attach(m, i, message->streams);
}

static void hear_wait(struct monitor *m, int i, const struct message *message)
{
	(void)message;
	m->clients[i].state = CLIENT_WAITING;
	m->clients[i].owes_end = m->is_told && !m->will_restart;
	monitor_client_send(m, i);
}

static void hear_stop(struct monitor *m, int i, const struct message *message)
{
	hear_wait(m, i, message);
	m->state.stopped_by_user = 1;
	monitor_stop_run(m, message->stop.signal, message->stop.timeout_sec);
}

static void hear_stop_keep(struct monitor *m, int i, const struct message *message)
{
	m->is_kept = 1;
	hear_stop(m, i, message);
}

static void hear_signal(struct monitor *m, int i, const struct message *message)
{
	const struct message ok = { .type = MESSAGE_OK };
	struct err e;

	/* As Docker: who ends it on purpose doesn't want it to come back. */
	if (message->signal == 9 /* SIGKILL */ || message->signal == m->r->stop_signal) {
		m->state.stopped_by_user = 1;
		m->is_stopping = 1;
	}
	if (monitor_send_signal(m, message->signal, &e) < 0 && m->clients[i].state == CLIENT_NEW) {
		refuse(m, i, &e);
		return;
	}
	if (m->clients[i].state != CLIENT_NEW)
		return;
	send_message(m, i, &ok);
	monitor_client_drop(m, i);
}

static void hear_stdin(struct monitor *m, int i, const struct message *message)
{
	struct monitor_client_slot *c = &m->clients[i];

	c->state = CLIENT_ATTACHED;
	if (m->stdin_fd < 0)
		return;
	memcpy(m->inputs[i], message->data.bytes, message->data.n);
	c->n_in = message->data.n;
	c->in_done = 0;
	monitor_io_write_stdin(m);
}

static void hear_stdin_close(struct monitor *m, int i, const struct message *message)
{
	(void)message;
	end_stdin_of(m, &m->clients[i]);
}

static void hear_resize(struct monitor *m, int i, const struct message *message)
{
	(void)i;
	monitor_io_resize(m, message->resize.rows, message->resize.columns);
}

static void (*const hear[])(struct monitor *, int, const struct message *) = {
	[MESSAGE_ATTACH] = hear_attach, [MESSAGE_WAIT] = hear_wait,
	[MESSAGE_STDIN] = hear_stdin,	[MESSAGE_STDIN_CLOSE] = hear_stdin_close,
	[MESSAGE_RESIZE] = hear_resize, [MESSAGE_SIGNAL] = hear_signal,
	[MESSAGE_STOP] = hear_stop,	[MESSAGE_STOP_KEEP] = hear_stop_keep,
};

void monitor_client_receive(struct monitor *m, int i)
{
	char packet[MESSAGE_PACKET_MAX];
	struct message message;
	struct err e;
	ssize_t n = recv(m->clients[i].fd, packet, sizeof packet, MSG_DONTWAIT | MSG_TRUNC);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	/* A longer packet than any message is reported with its true length and was cut. */
	if (n <= 0 || (size_t)n > sizeof packet ||
	    message_decode(packet, (size_t)n, &message, &e) < 0 ||
	    !message_is_allowed(m->clients[i].state, message.type)) {
		monitor_client_drop(m, i);
		return;
	}
	hear[message.type](m, i, &message);
}
