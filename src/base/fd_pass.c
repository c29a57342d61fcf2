/* SPDX-License-Identifier: Apache-2.0 */
#include "base/fd_pass.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mem.h"

union space {
	char bytes[CMSG_SPACE(FD_PASS_MAX * sizeof(int))];
	struct cmsghdr align;
};

int fd_send(int socket_fd, const struct fd_message *m)
{
	union space space = {};
	struct iovec part = { (void *)(uintptr_t)m->bytes, m->n };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = space.bytes,
		.msg_controllen = sizeof space.bytes,
	};
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);

	if (m->n_fds > FD_PASS_MAX) {
		errno = EINVAL;
		return -1;
	}
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(m->n_fds * sizeof(int));
	memcpy(CMSG_DATA(head), m->fds, m->n_fds * sizeof(int));
	message.msg_controllen = CMSG_SPACE(m->n_fds * sizeof(int));
	return sendmsg(socket_fd, &message, m->flags | MSG_NOSIGNAL) < 0 ? -1 : 0;
}

/* What came and isn't wanted mustn't stay open. */
static void close_those(const struct cmsghdr *head)
{
	size_t n = head->cmsg_len > CMSG_LEN(0) ? (head->cmsg_len - CMSG_LEN(0)) / sizeof(int) : 0;
	int fd;

	for (size_t i = 0; i < n; i++) {
		memcpy(&fd, CMSG_DATA(head) + i * sizeof(int), sizeof fd);
		close(fd);
	}
}

ssize_t fd_receive(int socket_fd, const struct fd_room *room)
{
	union space space = {};
	struct iovec part = { room->bytes, room->n };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = space.bytes,
		.msg_controllen = sizeof space.bytes,
	};
	struct cmsghdr *head;
	ssize_t n;

	for (size_t i = 0; i < room->n_fds; i++)
		room->fds[i] = -1;
	do {
		n = recvmsg(socket_fd, &message, MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	head = n < 0 ? NULL : CMSG_FIRSTHDR(&message);
	if (!head || head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS)
		return n;
	if (room->n_fds && head->cmsg_len == CMSG_LEN(room->n_fds * sizeof(int)))
		memcpy(room->fds, CMSG_DATA(head), room->n_fds * sizeof(int));
	else
		close_those(head);
	return n;
}

int fd_pass_over(int socket_fd, const char *text, int fd, struct err *e)
{
	const struct fd_message m = { text, strlen(text), &fd, 1, 0 };

	return fd_send(socket_fd, &m) < 0 ? err_sys(e, "send a descriptor") : 0;
}

int fd_pass(const char *path, const char *text, int fd, struct err *e)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	cleanup_fd int socket_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	/* A short name for a path that may be longer than sun_path is. */
	cleanup_fd int file_fd = open(path, O_PATH | O_CLOEXEC);

	if (socket_fd < 0 || file_fd < 0)
		return err_sys(e, "socket %s", path);
	snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d", file_fd);
	if (connect(socket_fd, (const struct sockaddr *)&address, sizeof address) < 0)
		return err_sys(e, "connect to %s", path);
	return fd_pass_over(socket_fd, text, fd, e);
}
