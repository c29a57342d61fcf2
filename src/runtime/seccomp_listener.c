/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/seccomp_listener.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/fd.h"

#define TIMEOUT_SEC 30

/* A path that is too long for an address is named through a descriptor of itself: *ret_fd. */
static int make_address(const char *path, struct sockaddr_un *ret, socklen_t *ret_n, int *ret_fd,
			struct err *e)
{
	size_t n = strlen(path);

	*ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
	*ret_n = sizeof *ret;
	if (*path == '@') {
		if (n > sizeof ret->sun_path)
			return err_set(e, ERR_LIMIT, "listenerPath %s is too long", path);
		memcpy(ret->sun_path, path, n);
		ret->sun_path[0] = '\0';
		*ret_n = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
		return 0;
	}
	if (n < sizeof ret->sun_path) {
		memcpy(ret->sun_path, path, n + 1);
		return 0;
	}
	*ret_fd = fd_open(AT_FDCWD, path, O_PATH, e);
	if (*ret_fd < 0)
		return -1;
	snprintf(ret->sun_path, sizeof ret->sun_path, "/proc/self/fd/%d", *ret_fd);
	return 0;
}

static int connect_agent(const char *path, struct err *e)
{
	const struct timeval timeout = { .tv_sec = TIMEOUT_SEC };
	cleanup_fd int fd = -1, path_fd = -1;
	struct sockaddr_un address;
	socklen_t n;

	if (make_address(path, &address, &n, &path_fd, e) < 0)
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout) < 0)
		return err_sys(e, "create a socket");
	if (connect(fd, (const struct sockaddr *)&address, n) < 0)
		return err_sys(e, "connect to %s", path);
	return take_fd(&fd);
}

static int send_state(int fd, const char *text, int listener_fd, struct err *e)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} space = {};
	struct iovec part = { (void *)(uintptr_t)text, strlen(text) };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = space.bytes,
		.msg_controllen = sizeof space.bytes,
	};
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);

	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof listener_fd);
	memcpy(CMSG_DATA(head), &listener_fd, sizeof listener_fd);
	while (part.iov_len) {
		ssize_t n = sendmsg(fd, &message, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, "send the container process state");
		part.iov_base = (char *)part.iov_base + n;
		part.iov_len -= (size_t)n;
		/* The descriptor goes with the first part only. */
		message.msg_control = NULL;
		message.msg_controllen = 0;
	}
	return 0;
}

int seccomp_listener_send(const char *path, const char *state_json, int listener_fd, struct err *e)
{
	cleanup_fd int fd = -1;

	if (!path || !*path)
		return err_set(e, ERR_INVALID, "seccomp listenerPath is not set");
	fd = connect_agent(path, e);
	if (fd < 0) {
		err_hint(e, "the agent has to listen there before the container starts");
		return err_wrap(e, "failed to connect with seccomp agent specified in the seccomp "
				   "profile");
	}
	if (send_state(fd, state_json, listener_fd, e) < 0)
		return err_wrap(e, "seccomp agent at %s", path);
	return 0;
}
