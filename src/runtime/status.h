/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The conversation between the caller and the process that becomes a container, over a SEQPACKET
 * socket pair:
 *
 *	caller → child	go on, if it had to wait for its groups, with where they are (place.h)
 *	child → caller	STATUS_PREPARED, if the caller has something to do at that moment (hooks)
 *	caller → child	go on, with the container's state as text for the hooks inside
 *	child → caller	STATUS_READY, with the terminal's descriptor if there is one
 *	caller → child	go on, as above
 *	child → caller	STATUS_LISTENER with the descriptor, if its seccomp filter notifies
 *	child → caller	end of file: the program was executed
 *	at any point	child → caller STATUS_FAILED with a struct err, then it exits
 *
 * Until the exec the child runs only our code; its messages are trusted.
 */
#pragma once

#include <stddef.h>

#include "base/err.h"

#define STATUS_TEXT_MAX 65536

int status_pair(int ret_fds[2], struct err *e);

/* Child's side; async-signal-safe. */
int status_send_prepared(int fd, struct err *e);
int status_send_ready(int fd, int pty_fd, struct err *e);
int status_send_listener(int fd, int listener_fd, struct err *e);
/* What one who connects to the start socket may want. */
enum status_request {
	STATUS_GO = 'g',
	STATUS_NAMESPACES = 'n', /* namespaces_pass.h */
};
/* Which of them, or -1. The text that came along, "" for none, NUL-terminated; `text` may be NULL. */
int status_await_request(int fd, char *text, size_t room, struct err *e);
int status_await_go(int fd, char *text, size_t room, struct err *e);
/* Goes on with whoever connects to the listening socket. */
int status_accept(int listen_fd, struct err *e);
void status_send_failure(int fd, const struct err *e);

/* Caller's side. *ret_pty_fd is -1 or the caller's. The child's error becomes ours. */
enum status_event { STATUS_IS_PREPARED, STATUS_IS_READY };
int status_await_event(int fd, int *ret_pty_fd, struct err *e); /* an enum status_event */
/* `text` is at most STATUS_TEXT_MAX bytes; NULL: none. */
int status_send_go(int fd, const char *text, struct err *e);
/* 0: executed; 1: *ret_listener_fd is the caller's, to be called again. */
int status_await_exec(int fd, int *ret_listener_fd, struct err *e);
