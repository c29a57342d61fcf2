/* SPDX-License-Identifier: Apache-2.0 */
/* The writing half of dbus_wire.h. */
#include "runtime/dbus_wire.h"

#include <string.h>

enum {
	FIELD_PATH = 1,
	FIELD_INTERFACE = 2,
	FIELD_MEMBER = 3,
	FIELD_DESTINATION = 6,
	FIELD_SIGNATURE = 8
};

static void align(struct text *t, size_t alignment)
{
	static const char zeros[8];

	text_add_bytes(t, zeros, (alignment - t->n % alignment) % alignment);
}

void dbus_put_byte(struct text *t, uint8_t v)
{
	text_add_bytes(t, (const char *)&v, sizeof(v));
}

void dbus_put_u32(struct text *t, uint32_t v)
{
	align(t, sizeof(v));
	text_add_bytes(t, (const char *)&v, sizeof(v));
}

void dbus_put_u64(struct text *t, uint64_t v)
{
	align(t, sizeof(v));
	text_add_bytes(t, (const char *)&v, sizeof(v));
}

void dbus_put_string(struct text *t, const char *s)
{
	size_t n = strlen(s);

	dbus_put_u32(t, (uint32_t)n);
	text_add_bytes(t, s, n + 1);
}

void dbus_put_signature(struct text *t, const char *s)
{
	size_t n = strlen(s);

	dbus_put_byte(t, (uint8_t)n);
	text_add_bytes(t, s, n + 1);
}

void dbus_put_struct(struct text *t)
{
	align(t, 8);
}

/* The length counts from the first element on, not the padding before it. */
struct dbus_array dbus_begin_array(struct text *t, size_t alignment)
{
	struct dbus_array a;

	dbus_put_u32(t, 0);
	a.length_at = t->n - sizeof(uint32_t);
	align(t, alignment);
	a.start = t->n;
	return a;
}

void dbus_end_array(struct text *t, struct dbus_array a)
{
	uint32_t n = (uint32_t)(t->n - a.start);

	memcpy(t->s + a.length_at, &n, sizeof(n));
}

/* One of the header's a(yv); all that we send are strings of one kind or another. */
static void put_field(struct text *t, uint8_t field, const char *type, const char *value)
{
	if (!value || (*type == 'g' && !*value))
		return;
	dbus_put_struct(t);
	dbus_put_byte(t, field);
	dbus_put_signature(t, type);
	if (*type == 'g')
		dbus_put_signature(t, value);
	else
		dbus_put_string(t, value);
}

int dbus_encode_call(const struct dbus_call *c, uint32_t serial, struct text *out, struct err *e)
{
	size_t n_body = c->body ? c->body->n : 0;
	struct dbus_array fields;

	dbus_put_byte(out, __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 'l' : 'B');
	dbus_put_byte(out, DBUS_METHOD_CALL);
	dbus_put_byte(out, 0); /* a reply is wanted; nobody is asked for a password */
	dbus_put_byte(out, 1); /* version of the protocol */
	dbus_put_u32(out, (uint32_t)n_body);
	dbus_put_u32(out, serial);
	fields = dbus_begin_array(out, 8);
	put_field(out, FIELD_PATH, "o", c->path);
	put_field(out, FIELD_INTERFACE, "s", c->interface);
	put_field(out, FIELD_MEMBER, "s", c->member);
	put_field(out, FIELD_DESTINATION, "s", c->destination);
	put_field(out, FIELD_SIGNATURE, "g", c->signature);
	dbus_end_array(out, fields);
	align(out, 8);
	if (n_body)
		text_add_bytes(out, c->body->s, n_body);
	if (out->n > DBUS_MESSAGE_BYTES_MAX)
		return err_set(e, ERR_LIMIT, "call of %s: longer than %u bytes", c->member,
			       DBUS_MESSAGE_BYTES_MAX);
	return 0;
}
