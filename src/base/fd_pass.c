/* SPDX-License-Identifier: Apache-2.0 */
#include "base/fd_pass.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mem.h"

int fd_pass_over(int socket_fd, const char *text, int fd, struct err *e)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} space = {};
	union {
		const char *in;
		char *out;
	} words = { .in = text };
	struct iovec part = { words.out, strlen(text) };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = space.bytes,
		.msg_controllen = sizeof space.bytes,
	};
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);

	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof fd);
	memcpy(CMSG_DATA(head), &fd, sizeof fd);
	if (sendmsg(socket_fd, &message, MSG_NOSIGNAL) < 0)
		return err_sys(e, "send a descriptor");
	return 0;
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
