/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys that leave an attached container running: "ctrl-p,ctrl-q". Pure.
 *
 * A key is one character or ctrl- with a letter or one of @ [ \ ] ^ _. Bytes that might be the
 * beginning of the sequence are held back until it is clear that they aren't.
 */
#pragma once

#include <stddef.h>

#include "base/err.h"

#define DETACH_KEYS_MAX	    16
#define DETACH_KEYS_DEFAULT "ctrl-p,ctrl-q"

struct detach_keys {
	unsigned char keys[DETACH_KEYS_MAX];
	size_t n;      /* 0: no detaching */
	size_t n_seen; /* how many of them are held back right now */
	int is_complete;
};

/* "" means that there are none. */
int detach_keys_parse(const char *text, struct detach_keys *ret, struct err *e);
/*
 * Passes n typed bytes through. `out` has n + DETACH_KEYS_MAX bytes; returns how many of them are to
 * be sent on. When the sequence is complete, `is_complete` is set and bytes after it are dropped.
 */
size_t detach_keys_filter(struct detach_keys *k, const char *in, size_t n, char *out);
