/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/status.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fd_pass.h"
#include "base/mem.h"

enum status_kind {
	STATUS_PREPARED = 'p',
	STATUS_READY = 'r',
	STATUS_LISTENER = 'l',
	STATUS_FAILED = 'f',
};

struct status_message {
	char kind;
	struct err error;
};

int status_pair(int ret_fds[2], struct err *e)
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret_fds) < 0)
		return err_sys(e, "create a socket pair");
	return 0;
}

static int send_kind(int fd, char kind, int descriptor, struct err *e)
{
	const struct fd_message m = { &kind, 1, &descriptor, descriptor >= 0, 0 };

	return fd_send(fd, &m) < 0 ? err_sys(e, "report to the caller") : 0;
}

int status_send_prepared(int fd, struct err *e)
{
	char kind = STATUS_PREPARED;

	if (send(fd, &kind, 1, MSG_NOSIGNAL) != 1)
		return err_sys(e, "report to the caller");
	return 0;
}

int status_send_ready(int fd, int pty_fd, struct err *e)
{
	return send_kind(fd, STATUS_READY, pty_fd, e);
}

int status_send_listener(int fd, int listener_fd, struct err *e)
{
	return send_kind(fd, STATUS_LISTENER, listener_fd, e);
}

int status_await_request(int fd, char *text, size_t room, struct err *e)
{
	char kind;
	struct iovec parts[] = { { &kind, 1 }, { text, room ? room - 1 : 0 } };
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = text ? 2 : 1 };
	ssize_t n;

	do {
		n = recvmsg(fd, &message, 0);
	} while (n < 0 && errno == EINTR);
	if (n < 1)
		return err_set(e, ERR_SYSTEM, "the caller is gone");
	if (text)
		text[n - 1] = '\0';
	return kind;
}

int status_await_go(int fd, char *text, size_t room, struct err *e)
{
	int kind = status_await_request(fd, text, room, e);

	if (kind < 0)
		return -1;
	return kind == STATUS_GO ? 0 : err_set(e, ERR_INVALID, "unexpected message");
}

int status_accept(int listen_fd, struct err *e)
{
	int fd;

	do {
		fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC);
	} while (fd < 0 && (errno == EINTR || errno == ECONNABORTED));
	return fd < 0 ? err_sys(e, "wait for the start") : fd;
}

void status_send_failure(int fd, const struct err *e)
{
	struct status_message m = { .kind = STATUS_FAILED, .error = *e };

	/* Nobody left to tell is the only way that this fails. */
	(void)!send(fd, &m, sizeof m, MSG_NOSIGNAL);
}

/* One message; 0 at end of file, else its kind; a failure is put into *e and is -1. */
static int receive(int fd, int *ret_pty_fd, struct err *e)
{
	struct status_message m = {};
	int descriptor;
	const struct fd_room room = { &m, sizeof m, &descriptor, ret_pty_fd ? 1 : 0 };
	ssize_t n = fd_receive(fd, &room);

	if (n < 0)
		return err_sys(e, "read the container's status");
	if (ret_pty_fd && descriptor >= 0)
		*ret_pty_fd = descriptor;
	if (n == sizeof m && m.kind == STATUS_FAILED) {
		*e = m.error;
		return -1;
	}
	return n ? m.kind : 0;
}

int status_await_event(int fd, int *ret_pty_fd, struct err *e)
{
	int kind;

	*ret_pty_fd = -1;
	kind = receive(fd, ret_pty_fd, e);
	if (kind == STATUS_READY || kind == STATUS_PREPARED)
		return kind == STATUS_READY ? STATUS_IS_READY : STATUS_IS_PREPARED;
	if (kind < 0)
		return -1;
	return err_set(e, ERR_SYSTEM, "the container's process died while it was set up");
}

int status_send_go(int fd, const char *text, struct err *e)
{
	char go = STATUS_GO;
	union {
		const char *in;
		char *out;
	} words = { .in = text };
	struct iovec parts[] = { { &go, 1 }, { words.out, text ? strlen(text) : 0 } };
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };

	if (parts[1].iov_len >= STATUS_TEXT_MAX)
		return err_set(e, ERR_LIMIT, "the container's state is longer than %d bytes",
			       STATUS_TEXT_MAX);
	if (sendmsg(fd, &message, MSG_NOSIGNAL) < 0)
		return err_sys(e, "start the container's process");
	return 0;
}

int status_await_exec(int fd, int *ret_listener_fd, struct err *e)
{
	int kind;

	*ret_listener_fd = -1;
	kind = receive(fd, ret_listener_fd, e);
	if (kind == STATUS_LISTENER && *ret_listener_fd >= 0)
		return 1;
	if (kind > 0)
		return err_set(e, ERR_SYSTEM, "unexpected message from the container's process");
	return kind;
}
