/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/criu_wire.h"

#include <string.h>

enum { WIRE_NUMBER = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_32 = 5 };

/* Fields of criu_req and criu_resp. */
enum {
	REQUEST_KIND = 1,
	REQUEST_OPTIONS = 2,
	REQUEST_NOTIFY_SUCCESS = 3,
	REQUEST_FEATURES = 5,
};
/* Of criu_features. */
enum { FEATURE_TRACKS_MEMORY = 1, FEATURE_LAZY_PAGES = 2 };
enum {
	ANSWER_KIND = 1,
	ANSWER_SUCCESS = 2,
	ANSWER_RESTORE = 4,
	ANSWER_NOTIFY = 5,
	ANSWER_ERRNO = 7,
	ANSWER_FEATURES = 8,
	ANSWER_ERROR_TEXT = 9,
};

/* ---- writing ---- */

static void put_varint(struct text *t, uint64_t value)
{
	char bytes[10];
	size_t n = 0;

	do {
		bytes[n] = (char)(value & 0x7f);
		value >>= 7;
		if (value)
			bytes[n] |= (char)0x80;
		n++;
	} while (value);
	text_add_bytes(t, bytes, n);
}

static void put_bytes(struct text *t, unsigned field, const char *bytes, size_t n)
{
	put_varint(t, (uint64_t)field << 3 | WIRE_BYTES);
	put_varint(t, n);
	text_add_bytes(t, bytes, n);
}

void criu_put_number(struct text *t, unsigned field, uint64_t value)
{
	put_varint(t, (uint64_t)field << 3 | WIRE_NUMBER);
	put_varint(t, value);
}

void criu_put_string(struct text *t, unsigned field, const char *value)
{
	put_bytes(t, field, value, strlen(value));
}

void criu_put_message(struct text *t, unsigned field, const struct text *inner)
{
	put_bytes(t, field, inner->s, inner->n);
}

void criu_put_pair(struct text *t, unsigned field, const char *one, const char *two)
{
	cleanup_by(text_free) struct text inner = {};

	criu_put_string(&inner, 1, one);
	criu_put_string(&inner, 2, two);
	criu_put_message(t, field, &inner);
}

void criu_put_inherited(struct text *t, const char *key, int fd)
{
	cleanup_by(text_free) struct text inner = {};

	criu_put_string(&inner, 1, key);
	criu_put_number(&inner, 2, (uint64_t)fd);
	criu_put_message(t, CRIU_INHERIT_FD, &inner);
}

void criu_make_request(struct text *t, enum criu_kind kind, const struct text *options)
{
	criu_put_number(t, REQUEST_KIND, kind);
	criu_put_message(t, REQUEST_OPTIONS, options);
}

void criu_make_feature_request(struct text *t)
{
	cleanup_by(text_free) struct text wanted = {};

	criu_put_number(&wanted, FEATURE_TRACKS_MEMORY, 1);
	criu_put_number(&wanted, FEATURE_LAZY_PAGES, 1);
	criu_put_number(t, REQUEST_KIND, CRIU_FEATURES);
	criu_put_message(t, REQUEST_FEATURES, &wanted);
}

void criu_make_acknowledgement(struct text *t, int success)
{
	criu_put_number(t, REQUEST_KIND, CRIU_NOTIFY);
	criu_put_number(t, REQUEST_NOTIFY_SUCCESS, success != 0);
}

/* ---- reading ---- */

struct reader {
	const unsigned char *at, *end;
};

struct field {
	unsigned number;
	uint64_t value;	     /* of a number */
	struct reader bytes; /* of the rest */
};

static int get_varint(struct reader *r, uint64_t *ret)
{
	*ret = 0;
	for (unsigned shift = 0; shift < 64 && r->at < r->end; shift += 7) {
		unsigned char byte = *r->at++;

		*ret |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return 0;
	}
	return -1;
}

/* 1, 0 at the end, -1 */
static int next_field(struct reader *r, struct field *f)
{
	uint64_t tag, n;

	*f = (struct field){};
	if (r->at == r->end)
		return 0;
	if (get_varint(r, &tag) < 0 || tag >> 3 > UINT32_MAX)
		return -1;
	f->number = (unsigned)(tag >> 3);
	switch (tag & 7) {
	case WIRE_NUMBER:
		return get_varint(r, &f->value) < 0 ? -1 : 1;
	case WIRE_BYTES:
		if (get_varint(r, &n) < 0)
			return -1;
		break;
	case WIRE_64:
		n = 8;
		break;
	case WIRE_32:
		n = 4;
		break;
	default:
		return -1;
	}
	if (n > (uint64_t)(r->end - r->at))
		return -1;
	f->bytes = (struct reader){ r->at, r->at + n };
	r->at += n;
	return 1;
}

static void copy_string(const struct reader *from, char *to, size_t room)
{
	size_t n = (size_t)(from->end - from->at);

	if (n >= room)
		n = room - 1;
	memcpy(to, from->at, n);
	to[n] = '\0';
}

/* criu_restore_resp has the pid as 1; criu_notify a script as 1 and the pid as 2. */
static int read_inner(struct reader r, unsigned pid_field, struct criu_answer *ret)
{
	struct field f;
	int more;

	while ((more = next_field(&r, &f)) > 0) {
		if (f.number == pid_field)
			ret->pid = (int)f.value;
		else if (f.number == 1 && f.bytes.at)
			copy_string(&f.bytes, ret->script, sizeof ret->script);
	}
	return more;
}

static int read_features(struct reader r, struct criu_answer *ret)
{
	struct field f;
	int more;

	while ((more = next_field(&r, &f)) > 0) {
		if (f.number == FEATURE_TRACKS_MEMORY)
			ret->tracks_memory = f.value != 0;
		else if (f.number == FEATURE_LAZY_PAGES)
			ret->has_lazy_pages = f.value != 0;
	}
	return more;
}

static int read_field(const struct field *f, struct criu_answer *ret)
{
	switch (f->number) {
	case ANSWER_KIND:
		ret->kind = (unsigned)f->value;
		break;
	case ANSWER_SUCCESS:
		ret->success = f->value != 0;
		break;
	case ANSWER_RESTORE:
		return read_inner(f->bytes, 1, ret);
	case ANSWER_NOTIFY:
		return read_inner(f->bytes, 2, ret);
	case ANSWER_FEATURES:
		return read_features(f->bytes, ret);
	case ANSWER_ERRNO:
		ret->error = (int)f->value;
		break;
	case ANSWER_ERROR_TEXT:
		if (f->bytes.at)
			copy_string(&f->bytes, ret->error_text, sizeof ret->error_text);
		break;
	}
	return 0;
}

int criu_read_answer(const char *bytes, size_t n, struct criu_answer *ret, struct err *e)
{
	struct reader r = { (const unsigned char *)bytes, (const unsigned char *)bytes + n };
	struct field f;
	int more;

	*ret = (struct criu_answer){};
	while ((more = next_field(&r, &f)) > 0) {
		if (read_field(&f, ret) < 0)
			more = -1;
		if (more < 0)
			break;
	}
	return more < 0 ? err_set(e, ERR_INVALID, "criu: its answer makes no sense") : 0;
}
