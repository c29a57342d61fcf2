/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console SOCKET: takes the terminals that OCI runtimes send with --console-socket and keeps the last few of
 * them open and empty, so that nobody inside waits or sees them hang up early.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define KEPT 16

static int take(int s)
{
	char byte[256], control[CMSG_SPACE(sizeof(int))];
	struct iovec v = { byte, sizeof byte };
	struct msghdr m = { .msg_iov = &v,
			    .msg_iovlen = 1,
			    .msg_control = control,
			    .msg_controllen = sizeof control };
	struct cmsghdr *c;
	int fd = -1;

	if (recvmsg(s, &m, MSG_CMSG_CLOEXEC) < 0)
		return -1;
	c = CMSG_FIRSTHDR(&m);
	if (c && c->cmsg_type == SCM_RIGHTS)
		memcpy(&fd, CMSG_DATA(c), sizeof fd);
	return fd;
}

static int listening(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
	if (s < 0 || bind(s, (struct sockaddr *)&a, sizeof a) < 0 || listen(s, 16) < 0) {
		perror(path);
		return -1;
	}
	return s;
}

int main(int argc, char **argv)
{
	struct pollfd p[KEPT + 1];
	char waste[4096];
	int next = 0;

	if (argc != 2)
		return 2;
	p[0].fd = listening(argv[1]);
	if (p[0].fd < 0)
		return 1;
	for (int i = 0; i <= KEPT; i++) {
		p[i].events = POLLIN;
		if (i > 0)
			p[i].fd = -1;
	}
	while (getppid() != 1 && poll(p, KEPT + 1, 1000) >= 0) {
		for (int i = 1; i <= KEPT; i++) {
			if (p[i].fd >= 0 && p[i].revents &&
			    read(p[i].fd, waste, sizeof waste) <= 0) {
				close(p[i].fd);
				p[i].fd = -1;
			}
		}
		if (p[0].revents & POLLIN) {
			int s = accept4(p[0].fd, NULL, NULL, SOCK_CLOEXEC);
			struct pollfd *slot = &p[1 + next++ % KEPT];

			if (slot->fd >= 0)
				close(slot->fd);
			slot->fd = s < 0 ? -1 : take(s);
			if (s >= 0)
				close(s);
		}
	}
	return 0;
}
