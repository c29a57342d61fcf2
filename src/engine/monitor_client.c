/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/monitor_client.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mem.h"
#include "engine/monitor_request.h"
#include "engine/monitor_message.h"

int monitor_socketpair(int *ret_client_fd, int *ret_monitor_fd, struct err *e)
{
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
		return err_sys(e, "make a pair of sockets");
	*ret_client_fd = fds[0];
	*ret_monitor_fd = fds[1];
	return 0;
}

int monitor_connect(int run_dir_fd, struct err *e)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	cleanup_fd int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return err_sys(e, "make a socket");
	snprintf(name.sun_path, sizeof name.sun_path, "/proc/self/fd/%d/%s", run_dir_fd,
		 MONITOR_SOCKET);
	if (connect(fd, (struct sockaddr *)&name, sizeof name) == 0)
		return take_fd(&fd);
	if (errno == ENOENT || errno == ECONNREFUSED)
		return err_set(e, ERR_NOT_FOUND, "the container has no monitor");
	return err_sys(e, "connect to the monitor");
}

static int send_message(int fd, const struct message *m, struct err *e)
{
	char packet[MESSAGE_SMALL_MAX];
	size_t n = message_encode(m, packet);

	/* When it has closed the connection already, what it said before is still to be read. */
	if (send(fd, packet, n, MSG_NOSIGNAL) == (ssize_t)n || errno == EPIPE ||
	    errno == ECONNRESET)
		return 0;
	return err_sys(e, "send to the monitor");
}

/* The next message, which must be of type `wanted`. An ERROR becomes ours. */
static int receive(int fd, enum message_type wanted, struct message *ret, struct err *e)
{
	char packet[MESSAGE_SMALL_MAX];
	ssize_t n;

	do {
		n = recv(fd, packet, sizeof packet, MSG_TRUNC);
		/* A reset is reported once, before the last words. */
	} while (n < 0 && (errno == EINTR || errno == ECONNRESET));
	if (n == 0)
		return err_set(e, ERR_NOT_FOUND, "the container's monitor has ended");
	if (n < 0)
		return err_sys(e, "receive from the monitor");
	if ((size_t)n > sizeof packet || message_decode(packet, (size_t)n, ret, e) < 0)
		return err_set(e, ERR_INVALID, "the monitor sent a malformed message");
	if (ret->type == MESSAGE_ERROR) {
		*e = ret->error;
		return -1;
	}
	if (ret->type != wanted)
		return err_set(e, ERR_INVALID, "the monitor sent a message of type %d", ret->type);
	return 0;
}

/* One question, one answer; the connection, or -1. */
static int ask(int run_dir_fd, const struct message *question, struct message *ret, struct err *e)
{
	cleanup_fd int fd = monitor_connect(run_dir_fd, e);
	enum message_type wanted =
		question->type == MESSAGE_ATTACH || question->type == MESSAGE_SIGNAL ? MESSAGE_OK
										     : MESSAGE_END;

	if (fd < 0 || send_message(fd, question, e) < 0 || receive(fd, wanted, ret, e) < 0)
		return -1;
	return take_fd(&fd);
}

int monitor_connect_attached(int run_dir_fd, unsigned streams, struct err *e)
{
	const struct message question = { .type = MESSAGE_ATTACH, .streams = streams };
	struct message answer;

	return ask(run_dir_fd, &question, &answer, e);
}

int monitor_signal(int run_dir_fd, int signal, struct err *e)
{
	const struct message question = { .type = MESSAGE_SIGNAL, .signal = signal };
	struct message answer;
	cleanup_fd int fd = ask(run_dir_fd, &question, &answer, e);

	return fd < 0 ? -1 : 0;
}

static int ask_for_end(int run_dir_fd, const struct message *question, struct monitor_end *ret,
		       struct err *e)
{
	struct message answer;
	cleanup_fd int fd = ask(run_dir_fd, question, &answer, e);

	if (fd < 0)
		return -1;
	*ret = (struct monitor_end){ answer.end.exit_code, answer.end.oom_killed,
				     answer.end.will_restart };
	return 0;
}

int monitor_stop(int run_dir_fd, const struct monitor_stop *stop, struct monitor_end *ret,
		 struct err *e)
{
	const struct message question = { .type = stop->keep ? MESSAGE_STOP_KEEP : MESSAGE_STOP,
					  .stop = { stop->signal, stop->timeout_sec } };

	return ask_for_end(run_dir_fd, &question, ret, e);
}

int monitor_wait(int run_dir_fd, struct monitor_end *ret, struct err *e)
{
	const struct message question = { .type = MESSAGE_WAIT };

	return ask_for_end(run_dir_fd, &question, ret, e);
}
