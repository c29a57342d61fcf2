/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reading half of dbus_wire.h. A message is walked along its signatures; every length is held
 * against what is left before it is used, and the depth of nesting is bounded.
 */
#include "runtime/dbus_wire.h"

#include <string.h>

#include "base/utf8.h"

#define SIGNATURE_MAX	255
#define ARRAYS_MAX	32 /* nested, of each kind, in one signature */
#define STRUCTS_MAX	32
#define DEPTH_MAX	64 /* nested in one message, variants too */
#define ARRAY_BYTES_MAX (64U << 20)

enum {
	HEAD_ORDER,
	HEAD_TYPE,
	HEAD_FLAGS,
	HEAD_VERSION,
	HEAD_BODY = 4,
	HEAD_SERIAL = 8,
	HEAD_FIELDS = 12
};

struct walk {
	const uint8_t *bytes;
	size_t at, end;
	int swapped;
};

/* ---- types ---- */

/* Bytes that a value of a type is aligned to; 0 for what is no type. */
static size_t alignment_of(char type)
{
	switch (type) {
	case 'y':
	case 'g':
	case 'v':
		return 1;
	case 'n':
	case 'q':
		return 2;
	case 'b':
	case 'i':
	case 'u':
	case 'h':
	case 's':
	case 'o':
	case 'a':
		return 4;
	case 'x':
	case 't':
	case 'd':
	case '(':
	case '{':
		return 8;
	default:
		return 0;
	}
}

static int is_basic(char type)
{
	return type && type != 'v' && type != 'a' && type != '(' && type != '{' &&
	       alignment_of(type);
}

/* Behind the single complete type that `s` begins with, or NULL. */
static const char *type_end(const char *s, int arrays, int structs)
{
	char close = ')';

	if (*s == 'a') {
		if (arrays >= ARRAYS_MAX)
			return NULL;
		s++;
		if (*s != '{')
			return type_end(s, arrays + 1, structs);
		/* A dictionary's entry: a basic key and one value. */
		if (!is_basic(s[1]) || structs >= STRUCTS_MAX)
			return NULL;
		s = type_end(s + 2, arrays + 1, structs + 1);
		return s && *s == '}' ? s + 1 : NULL;
	}
	if (*s != '(')
		return *s != '{' && alignment_of(*s) ? s + 1 : NULL;
	if (structs >= STRUCTS_MAX || s[1] == close)
		return NULL;
	for (s++; s && *s != close;)
		s = type_end(s, arrays, structs + 1);
	return s ? s + 1 : NULL;
}

static int is_signature(const char *s)
{
	while (s && *s)
		s = type_end(s, 0, 0);
	return s != NULL;
}

static int is_object_path(const char *s)
{
	if (*s != '/')
		return 0;
	for (const char *p = s + 1; *p; p++) {
		if (*p == '/' && (p[-1] == '/' || !p[1]))
			return 0;
		if (*p != '/' && *p != '_' && !(*p >= '0' && *p <= '9') &&
		    !((*p | 0x20) >= 'a' && (*p | 0x20) <= 'z'))
			return 0;
	}
	return 1;
}

/* ---- values ---- */

static int walk_align(struct walk *w, size_t alignment)
{
	for (; w->at % alignment; w->at++) {
		if (w->at >= w->end || w->bytes[w->at])
			return 0;
	}
	return 1;
}

static int walk_u32(struct walk *w, uint32_t *ret)
{
	if (!walk_align(w, sizeof(*ret)) || w->end - w->at < sizeof(*ret))
		return 0;
	memcpy(ret, w->bytes + w->at, sizeof(*ret));
	if (w->swapped)
		*ret = __builtin_bswap32(*ret);
	w->at += sizeof(*ret);
	return 1;
}

/* The bytes of a string and its NUL; there must be no other one. */
static const char *walk_text(struct walk *w, size_t n)
{
	const char *s = (const char *)w->bytes + w->at;

	if (w->end - w->at <= n || memchr(s, '\0', n + 1) != s + n)
		return NULL;
	w->at += n + 1;
	return s;
}

static const char *walk_string(struct walk *w, char type)
{
	const char *s;
	uint32_t n;

	if (!walk_u32(w, &n))
		return NULL;
	s = walk_text(w, n);
	if (!s || (type == 'o' && !is_object_path(s)))
		return NULL;
	for (size_t i = 0, step; i < n; i += step) {
		step = utf8_sequence(s + i, n - i);
		if (!step)
			return NULL;
	}
	return s;
}

static const char *walk_signature(struct walk *w)
{
	const char *s;

	if (w->at >= w->end)
		return NULL;
	w->at++;
	s = walk_text(w, w->bytes[w->at - 1]);
	return s && is_signature(s) ? s : NULL;
}

static int walk_value(struct walk *w, const char **type, int depth);

static int walk_array(struct walk *w, const char **type, int depth)
{
	const char *element = *type, *after;
	size_t outer_end = w->end;
	uint32_t n;

	if (!walk_u32(w, &n) || n > ARRAY_BYTES_MAX || !walk_align(w, alignment_of(*element)) ||
	    n > w->end - w->at)
		return 0;
	/* Elements end exactly where the array does; each is at least a byte long. */
	w->end = w->at + n;
	while (w->at < w->end) {
		after = element;
		if (!walk_value(w, &after, depth))
			return 0;
	}
	w->end = outer_end;
	/* From the 'a' on: a dictionary's entry alone is no complete type. */
	*type = type_end(element - 1, 0, 0);
	return *type != NULL;
}

/* A struct or a dictionary's entry. */
static int walk_struct(struct walk *w, const char **type, int depth)
{
	if (!walk_align(w, 8))
		return 0;
	while (**type != ')' && **type != '}') {
		if (!walk_value(w, type, depth))
			return 0;
	}
	(*type)++;
	return 1;
}

static int walk_variant(struct walk *w, int depth)
{
	const char *s = walk_signature(w);

	if (!s || !*s)
		return 0;
	return walk_value(w, &s, depth) && !*s;
}

/* Checks one value and steps over it and over its type, which is part of a valid signature. */
static int walk_value(struct walk *w, const char **type, int depth)
{
	char t = *(*type)++;
	size_t size = alignment_of(t);
	uint32_t number;

	if (depth >= DEPTH_MAX)
		return 0;
	switch (t) {
	case 'a':
		return walk_array(w, type, depth + 1);
	case '(':
	case '{':
		return walk_struct(w, type, depth + 1);
	case 'v':
		return walk_variant(w, depth + 1);
	case 's':
	case 'o':
		return walk_string(w, t) != NULL;
	case 'g':
		return walk_signature(w) != NULL;
	case 'b':
		return walk_u32(w, &number) && number <= 1;
	case 'h':
		return 0; /* we never said that we take descriptors */
	default:
		if (!size || !walk_align(w, size) || w->end - w->at < size)
			return 0;
		w->at += size;
		return 1;
	}
}

/* ---- messages ---- */

static uint32_t head_u32(const uint8_t *head, size_t at)
{
	int swapped = head[HEAD_ORDER] != (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 'l' : 'B');
	uint32_t v;

	memcpy(&v, head + at, sizeof(v));
	return swapped ? __builtin_bswap32(v) : v;
}

int dbus_message_length(const uint8_t *head, size_t *ret, struct err *e)
{
	uint64_t fields, n;

	if ((head[HEAD_ORDER] != 'l' && head[HEAD_ORDER] != 'B') || head[HEAD_VERSION] != 1)
		return err_set(e, ERR_INVALID, "not a D-Bus message");
	fields = head_u32(head, HEAD_FIELDS);
	n = DBUS_HEAD_BYTES + (fields + 7) / 8 * 8 + head_u32(head, HEAD_BODY);
	if (n > DBUS_MESSAGE_BYTES_MAX)
		return err_set(e, ERR_LIMIT, "a D-Bus message of %llu bytes",
			       (unsigned long long)n);
	*ret = (size_t)n;
	return 0;
}

/* The fields that we know must have their type; what we don't know or need is stepped over. */
static int walk_field(struct walk *w, struct dbus_message *m)
{
	const char **const texts[] = { NULL, &m->path, &m->interface, &m->member, &m->error };
	static const char types[] = " osssussgu";
	const char *type;
	uint8_t field;

	if (!walk_align(w, 8) || w->at >= w->end)
		return 0;
	field = w->bytes[w->at++];
	type = walk_signature(w);
	if (!field || !type || !*type)
		return 0;
	if (field < sizeof(types) - 1 && (type[0] != types[field] || type[1]))
		return 0;
	if (field < sizeof(texts) / sizeof(*texts))
		return (*texts[field] = walk_string(w, *type)) != NULL;
	if (field == 5)
		return walk_u32(w, &m->reply_serial);
	if (field == 8)
		return (m->signature = walk_signature(w)) != NULL;
	return walk_value(w, &type, 2) && !*type;
}

static int has_needed_fields(const struct dbus_message *m)
{
	switch (m->type) {
	case DBUS_METHOD_CALL:
		return m->path && m->member;
	case DBUS_METHOD_RETURN:
		return m->reply_serial != 0;
	case DBUS_ERROR:
		return m->reply_serial && m->error;
	case DBUS_SIGNAL:
		return m->path && m->interface && m->member;
	default:
		return m->type != 0;
	}
}

static int walk_message(struct walk *w, struct dbus_message *m)
{
	size_t end = w->end;
	const char *type;

	w->at = DBUS_HEAD_BYTES;
	w->end = DBUS_HEAD_BYTES + head_u32(w->bytes, HEAD_FIELDS);
	while (w->at < w->end) {
		if (!walk_field(w, m))
			return 0;
	}
	w->end = end;
	if (!walk_align(w, 8))
		return 0;
	m->body = w->at;
	for (type = m->signature; *type;) {
		if (!walk_value(w, &type, 0))
			return 0;
	}
	return w->at == w->end;
}

int dbus_decode(const uint8_t *bytes, size_t n, struct dbus_message *ret, struct err *e)
{
	struct walk w = { .bytes = bytes, .end = n };
	struct dbus_message m = { .bytes = bytes, .end = n, .signature = "" };
	size_t length;

	if (n < DBUS_HEAD_BYTES)
		return err_set(e, ERR_INVALID, "not a D-Bus message");
	if (dbus_message_length(bytes, &length, e) < 0)
		return -1;
	m.type = bytes[HEAD_TYPE];
	m.serial = head_u32(bytes, HEAD_SERIAL);
	m.swapped = w.swapped =
		bytes[HEAD_ORDER] != (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 'l' : 'B');
	if (length != n || !m.serial || !walk_message(&w, &m) || !has_needed_fields(&m))
		return err_set(e, ERR_INVALID, "a malformed D-Bus message");
	*ret = m;
	return 0;
}

/* ---- what is in it ---- */

struct dbus_reader dbus_read(const struct dbus_message *m)
{
	return (struct dbus_reader){ .message = m, .at = m->body };
}

static struct walk walk_of(const struct dbus_reader *r)
{
	return (struct walk){ .bytes = r->message->bytes,
			      .at = r->at,
			      .end = r->message->end,
			      .swapped = r->message->swapped };
}

uint32_t dbus_get_u32(struct dbus_reader *r)
{
	struct walk w = walk_of(r);
	uint32_t v;

	if (!walk_u32(&w, &v)) {
		r->wrong = 1;
		return 0;
	}
	r->at = w.at;
	return v;
}

static const char *get_text(struct dbus_reader *r, const char *s, const struct walk *w)
{
	if (!s) {
		r->wrong = 1;
		return "";
	}
	r->at = w->at;
	return s;
}

const char *dbus_get_string(struct dbus_reader *r)
{
	struct walk w = walk_of(r);

	return get_text(r, walk_string(&w, 's'), &w);
}

const char *dbus_get_string_variant(struct dbus_reader *r)
{
	struct walk w = walk_of(r);
	const char *type = walk_signature(&w);

	return get_text(r, type && !strcmp(type, "s") ? walk_string(&w, 's') : NULL, &w);
}

const char *dbus_first_string(const struct dbus_message *m)
{
	struct dbus_reader r = dbus_read(m);

	return *m->signature == 's' ? dbus_get_string(&r) : "";
}
