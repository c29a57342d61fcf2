/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A container's messages to who supervises it: sd_notify(3), by a socket of ours that the container
 * gets instead of the supervisor's own. The container is hostile: of what it says the lines on a short
 * list go on, rewritten by us, without descriptors and not faster than the relay lets them. It can say
 * that it is ready, or what it is busy with; not which process is the main one, nor who may speak.
 */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

#define NOTIFY_BYTES_MAX  4096 /* of a message; systemd takes no more either */
#define NOTIFY_STATUS_MAX 256

struct notify_lines {
	char text[NOTIFY_BYTES_MAX]; /* without a newline at the end */
	size_t n;		     /* 0: nothing of it goes on */
	int ready;
};

/* Pure: what of a message goes on. */
void notify_filter(const char *message, size_t n, struct notify_lines *ret);

/*
 * The supervisor's socket, $NOTIFY_SOCKET: an absolute path or, behind an "@", an abstract name.
 * ERR_USAGE for anything else.
 */
int notify_connect(const char *address, struct err *e);
/* Ours, which any user of the container can send to, as `name` in `dir_fd`; a leftover is replaced. */
int notify_listen(int dir_fd, const char *name, struct err *e);

struct notify_relay {
	int socket_fd;	/* notify_listen() */
	int host_fd;	/* notify_connect() */
	int pid_fd;	/* the container's first process */
	pid_t main_pid; /* told along with being ready: who is to be supervised; 0: who tells it */
	int until_ready;
};
/* Until the process has ended (0) or, where that is asked for, was ready (1). */
int notify_relay(const struct notify_relay *r, struct err *e);
