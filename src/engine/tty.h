/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The user's terminal: raw mode and its end, window size.
 *
 *	cleanup_by(tty_restore) struct tty_mode mode = { .fd = -1 };
 *	if (tty_raw(fd, &mode, e) < 0) …
 */
#pragma once

#include <termios.h>

#include "base/err.h"

struct tty_mode {
	int fd; /* -1: nothing to restore */
	struct termios saved;
};

/* `fd` stays the caller's and open until tty_restore(). */
int tty_raw(int fd, struct tty_mode *ret, struct err *e);
/* Once or more often; async-signal-safe. */
void tty_restore(struct tty_mode *mode);
/* 0 × 0 when `fd` is no terminal. */
void tty_size(int fd, unsigned short *ret_rows, unsigned short *ret_columns);
