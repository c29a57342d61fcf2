/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The conversation between the caller and the process that becomes a container, over a SEQPACKET
 * socket pair:
 *
 *	child → caller	STATUS_READY, with the terminal's descriptor if there is one
 *	caller → child	one byte: go on
 *	child → caller	STATUS_LISTENER with the descriptor, if its seccomp filter notifies
 *	child → caller	end of file: the program was executed
 *	at any point	child → caller STATUS_FAILED with a struct err, then it exits
 *
 * Until the exec the child runs only our code; its messages are trusted.
 */
#pragma once

#include "base/err.h"

int status_pair(int ret_fds[2], struct err *e);

/* Child's side; async-signal-safe. */
int status_send_ready(int fd, int pty_fd, struct err *e);
int status_send_listener(int fd, int listener_fd, struct err *e);
int status_await_go(int fd, struct err *e);
void status_send_failure(int fd, const struct err *e);

/* Caller's side. *ret_pty_fd is -1 or the caller's. The child's error becomes ours. */
int status_await_ready(int fd, int *ret_pty_fd, struct err *e);
int status_send_go(int fd, struct err *e);
/* 0: executed; 1: *ret_listener_fd is the caller's, to be called again. */
int status_await_exec(int fd, int *ret_listener_fd, struct err *e);
