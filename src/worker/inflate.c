/* SPDX-License-Identifier: Apache-2.0 */
#include "worker/inflate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#define ZLIB_CONST
#include <zlib.h>
#include <zstd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "image/bounds.h"

#define BUFFER_BYTES (256 << 10)
#define MAGIC_BYTES  10

struct inflate {
	struct inflate_source source;
	enum inflate_method method;
	int raw_end; /* the raw input was read to its end */
	int between; /* not inside a gzip member or zstd frame */
	int64_t raw_bytes, plain_bytes;
	size_t at, have; /* unread part of `in` */
	z_stream gzip;
	ZSTD_DCtx *zstd;
	unsigned char in[BUFFER_BYTES], out[BUFFER_BYTES];
};

static const struct {
	const char *magic;
	size_t n;
	enum inflate_method method;
	const char *refused; /* its name, when it isn't supported */
} magics[] = {
	{ "\x1f\x8b", 2, INFLATE_GZIP, NULL },
	{ "\x28\xb5\x2f\xfd", 4, INFLATE_ZSTD, NULL },
	{ "\xfd"
	  "7zXZ",
	  5, 0, "xz" },
	{ "BZh91AY&SY", 10, 0, "bzip2" },
	{ "PK\x03\x04", 4, 0, "zip" },
};

/* Appends to what is unread in `in`. */
static int refill(struct inflate *i, size_t want, struct err *e)
{
	memmove(i->in, i->in + i->at, i->have);
	i->at = 0;
	while (i->have < want && !i->raw_end) {
		ssize_t n = read(i->source.fd, i->in + i->have, sizeof i->in - i->have);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, "read");
		if (n == 0)
			i->raw_end = 1;
		else if (i->source.tap &&
			 i->source.tap(i->source.context, i->in + i->have, (size_t)n, e) < 0)
			return -1;
		i->have += (size_t)n;
		i->raw_bytes += n;
	}
	return 0;
}

static int start_method(struct inflate *i, struct err *e)
{
	/* 15 + 16: the largest window, gzip's own header and checksum. */
	if (i->method == INFLATE_GZIP && inflateInit2(&i->gzip, 15 + 16) != Z_OK)
		return err_set(e, ERR_SYSTEM, "zlib can't start");
	if (i->method != INFLATE_ZSTD)
		return 0;
	i->zstd = ZSTD_createDCtx();
	if (!i->zstd ||
	    ZSTD_isError(ZSTD_DCtx_setParameter(i->zstd, ZSTD_d_windowLogMax, LIMIT_ZSTD_WINDOW)))
		return err_set(e, ERR_SYSTEM, "zstd can't start");
	return 0;
}

static int detect(struct inflate *i, struct err *e)
{
	if (refill(i, MAGIC_BYTES, e) < 0)
		return -1;
	for (size_t m = 0; m < ARRAY_SIZE(magics); m++) {
		if (i->have < magics[m].n || memcmp(i->in, magics[m].magic, magics[m].n) != 0)
			continue;
		if (magics[m].refused) {
			err_set(e, ERR_INVALID, "%s-compressed data is not supported",
				magics[m].refused);
			return err_hint(e, "compress it with gzip or zstd, or not at all");
		}
		i->method = magics[m].method;
	}
	return start_method(i, e);
}

struct inflate *inflate_open(const struct inflate_source *source, struct err *e)
{
	cleanup_by(inflate_freep) struct inflate *i = xcalloc(1, sizeof *i);

	i->source = *source;
	i->between = 1;
	return detect(i, e) < 0 ? NULL : take_ptr(i);
}

void inflate_freep(struct inflate **i)
{
	if (!*i)
		return;
	if ((*i)->method == INFLATE_GZIP)
		inflateEnd(&(*i)->gzip);
	ZSTD_freeDCtx((*i)->zstd);
	free(*i);
}

enum inflate_method inflate_method(const struct inflate *i)
{
	return i->method;
}

int64_t inflate_raw_bytes(const struct inflate *i)
{
	return i->raw_bytes;
}

int64_t inflate_plain_bytes(const struct inflate *i)
{
	return i->plain_bytes;
}

/* One call of zlib. Returns bytes of output. */
static ssize_t step_gzip(struct inflate *i, struct err *e)
{
	z_stream *z = &i->gzip;
	int r;

	if (i->between)
		inflateReset(z);
	z->next_in = i->in + i->at;
	z->avail_in = (uInt)i->have;
	z->next_out = i->out;
	z->avail_out = sizeof i->out;
	r = inflate(z, Z_NO_FLUSH);
	if (r != Z_OK && r != Z_STREAM_END && r != Z_BUF_ERROR)
		return err_set(e, ERR_INVALID, "damaged gzip data: %s",
			       z->msg ?: "no reason given");
	i->at += i->have - z->avail_in;
	i->have = z->avail_in;
	i->between = r == Z_STREAM_END;
	return (ssize_t)(sizeof i->out - z->avail_out);
}

static ssize_t step_zstd(struct inflate *i, struct err *e)
{
	ZSTD_inBuffer in = { i->in + i->at, i->have, 0 };
	ZSTD_outBuffer out = { i->out, sizeof i->out, 0 };
	size_t r = ZSTD_decompressStream(i->zstd, &out, &in);

	if (ZSTD_isError(r))
		return err_set(e, ERR_INVALID, "damaged zstd data: %s", ZSTD_getErrorName(r));
	i->at += in.pos;
	i->have -= in.pos;
	i->between = r == 0;
	return (ssize_t)out.pos;
}

static ssize_t step_plain(struct inflate *i, const void **ret)
{
	size_t n = i->have;

	*ret = i->in + i->at;
	i->have = 0;
	return (ssize_t)n;
}

static int check_limits(const struct inflate *i, struct err *e)
{
	if (i->plain_bytes > i->source.max_bytes)
		return err_set(e, ERR_LIMIT, "more than %lld bytes unpacked",
			       (long long)i->source.max_bytes);
	if (i->plain_bytes > LIMIT_RATIO_FREE && i->plain_bytes / LIMIT_RATIO > i->raw_bytes)
		return err_set(e, ERR_LIMIT, "it unpacks to more than %d times its size",
			       LIMIT_RATIO);
	return 0;
}

ssize_t inflate_read(struct inflate *i, const void **ret, struct err *e)
{
	for (;;) {
		ssize_t n;

		if (!i->have && refill(i, 1, e) < 0)
			return -1;
		if (!i->have && i->between)
			return 0;
		*ret = i->out;
		if (i->method == INFLATE_PLAIN)
			n = step_plain(i, ret);
		else
			n = i->method == INFLATE_GZIP ? step_gzip(i, e) : step_zstd(i, e);
		if (n < 0)
			return -1;
		i->plain_bytes += n;
		if (check_limits(i, e) < 0)
			return -1;
		if (n > 0)
			return n;
		/* No output and nothing left to read: it stopped in the middle. */
		if (!i->have && i->raw_end && !i->between)
			return err_set(e, ERR_INVALID, "the compressed data is cut off");
	}
}
