/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sd_notify(3) from a container to the supervisor of who called us, by a relay (runtime/notify.h):
 *
 *	oci_notify_prepare()	create and run, when they have $NOTIFY_SOCKET: the folder ROOT/ID/notify is
 *				mounted at /run/notify, read-only, and the program gets a NOTIFY_SOCKET
 *	oci_notify_open()	start and run, before the program runs: the socket in that folder
 *	oci_notify_await()	start, and run in the background: until the program is ready or has ended
 *	oci_notify_begin()	run in the foreground: beside it, as long as it runs
 *
 * A document that has a NOTIFY_SOCKET or a /run/notify of its own (Podman's, whose conmon relays) is left
 * alone.
 */
#pragma once

#include <pthread.h>

#include "oci/container.h"

int oci_notify_prepare(struct oci_container *c, struct err *e);
/* Was it? */
int oci_notify_is_prepared(const struct oci_container *c);

struct oci_notify {
	int socket_fd, host_fd, pid_fd; /* socket_fd -1: nothing to relay */
	pid_t pid;
	pthread_t thread;
	int has_thread;
};
#define OCI_NOTIFY_NONE                                                                            \
	{                                                                                          \
		.socket_fd = -1, .host_fd = -1, .pid_fd = -1                                       \
	}

/* `address` as in the environment; NULL or "", or a container that wasn't prepared: nothing to relay. */
int oci_notify_open(const struct oci_container *c, const char *address, struct oci_notify *ret,
		    struct err *e);
int oci_notify_await(const struct oci_notify *n, struct err *e);
int oci_notify_begin(struct oci_notify *n, struct err *e);
/* The process has ended, if it was begun: waits for its last words. */
void oci_notify_end(struct oci_notify *n);
#define cleanup_oci_notify __attribute__((__cleanup__(oci_notify_end)))
