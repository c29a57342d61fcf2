/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/namespaces_pass.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/fd_pass.h"
#include "base/mem.h"
#include "runtime/status.h"

/*
 * Of a listening socket the kernel keeps who made it listen. Ids are seen through our user namespace, where
 * several may look alike: the socket's own permissions are the first line. A process of our own pid
 * namespace has a number, one from outside hasn't, unless we are in its pid namespace ourselves.
 */
static int is_owner_outside(int listen_fd, int peer_fd)
{
	struct ucred owner, peer;
	socklen_t n = sizeof owner;

	if (getsockopt(listen_fd, SOL_SOCKET, SO_PEERCRED, &owner, &n) < 0)
		return 0;
	n = sizeof peer;
	if (getsockopt(peer_fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) < 0)
		return 0;
	return peer.uid == owner.uid && (getpid() != 1 || peer.pid == 0);
}

void namespaces_hand_over(int listen_fd, int peer_fd, int proc_fd)
{
	struct namespaces n = NAMESPACES_NONE;
	const char kind = STATUS_NAMESPACES;
	const struct fd_message m = { &kind, 1, n.fds, NS_COUNT, MSG_DONTWAIT };
	int complete = is_owner_outside(listen_fd, peer_fd);

	for (int i = 0; i < NS_COUNT && complete; i++) {
		char path[32];

		snprintf(path, sizeof path, "self/ns/%s", namespace_file((enum namespace_kind)i));
		n.fds[i] = openat(proc_fd, path, O_RDONLY | O_CLOEXEC);
		complete = n.fds[i] >= 0;
	}
	if (complete)
		(void)fd_send(peer_fd, &m);
	namespaces_close(&n);
}

int namespaces_ask(int socket_fd, struct namespaces *ret, struct err *e)
{
	char kind = STATUS_NAMESPACES;
	const struct fd_room room = { &kind, 1, ret->fds, NS_COUNT };

	*ret = (struct namespaces)NAMESPACES_NONE;
	if (send(socket_fd, &kind, 1, MSG_NOSIGNAL) != 1)
		return err_sys(e, "ask the container's process for its namespaces");
	if (fd_receive(socket_fd, &room) == 1 && ret->fds[0] >= 0)
		return 0;
	err_set(e, ERR_DENIED,
		"the container waits for its start, and its process gives nobody but who made it "
		"its namespaces");
	return err_hint(e, "start it first, or exec as the user who created it");
}

/* Joins what can be joined from where we are; what is left of `flags`. */
static int join_some(const struct namespaces *n, int flags)
{
	for (int i = 0; i < NS_COUNT; i++) {
		int flag = namespace_flag((enum namespace_kind)i);

		if (i != NS_USER && flags & flag && setns(n->fds[i], flag) == 0)
			flags &= ~flag;
	}
	return flags;
}

static int join_rest(const struct namespaces *n, int flags, struct err *e)
{
	flags = join_some(n, flags);
	for (int i = 0; i < NS_COUNT; i++) {
		int flag = namespace_flag((enum namespace_kind)i);

		if (flags & flag && setns(n->fds[i], flag) < 0)
			return err_sys(e, "join the container's %s namespace",
				       namespace_name((enum namespace_kind)i));
	}
	return 0;
}

static int is_same(int a, int b)
{
	struct stat one, other;

	return a >= 0 && fstat(a, &one) == 0 && fstat(b, &other) == 0 &&
	       one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

int namespaces_enter(const struct namespaces *n, int flags, struct err *e)
{
	cleanup_fd int above_fd = -1;

	if (!(flags & CLONE_NEWUSER) || namespaces_is_own_user_fd(n->fds[NS_USER]))
		return join_rest(n, flags & ~CLONE_NEWUSER, e);
	above_fd = ioctl(n->fds[NS_PID], NS_GET_USERNS);
	if (above_fd >= 0 && !namespaces_is_own_user_fd(above_fd)) {
		if (setns(above_fd, CLONE_NEWUSER) < 0)
			return err_sys(e, "join the user namespace above the container's");
		flags = join_some(n, flags);
	}
	/* By their descriptors: /proc may be the container's by now. */
	if (!is_same(above_fd, n->fds[NS_USER]) && setns(n->fds[NS_USER], CLONE_NEWUSER) < 0)
		return err_sys(e, "join the container's user namespace");
	return join_rest(n, flags & ~CLONE_NEWUSER, e);
}
