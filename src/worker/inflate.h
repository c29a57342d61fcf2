/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a stream that is plain, gzip (RFC 1952, several members) or zstd (RFC 8878, several frames),
 * as its first bytes say, and hands out plain bytes. Everything is read once. Truncated input,
 * garbage behind the end, a zstd window above LIMIT_ZSTD_WINDOW and more output than the limits
 * allow are errors. xz and bzip2 are refused by name.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

struct inflate;

enum inflate_method {
	INFLATE_PLAIN,
	INFLATE_GZIP,
	INFLATE_ZSTD,
};

struct inflate_source {
	int fd;		   /* borrowed */
	int64_t max_bytes; /* of output */
	/* Sees each raw byte once, in order, before it is used; may be NULL. */
	int (*tap)(void *context, const void *data, size_t n, struct err *e);
	void *context;
};

/* Reads the first bytes. NULL on error. */
struct inflate *inflate_open(const struct inflate_source *source, struct err *e);
void inflate_freep(struct inflate **i);
enum inflate_method inflate_method(const struct inflate *i);

/*
 * The next bytes, valid until the next call; 0 at the end, when the raw input was read to its end too.
 */
ssize_t inflate_read(struct inflate *i, const void **ret, struct err *e);
int64_t inflate_raw_bytes(const struct inflate *i);
int64_t inflate_plain_bytes(const struct inflate *i);
