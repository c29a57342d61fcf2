/* SPDX-License-Identifier: Apache-2.0 */
#include "dbus_made.h"

#include "runtime/dbus_wire.h"

static void put_text_field(struct text *t, uint8_t field, const char *type, const char *value)
{
	if (!value)
		return;
	dbus_put_struct(t);
	dbus_put_byte(t, field);
	dbus_put_signature(t, type);
	if (*type == 'g')
		dbus_put_signature(t, value);
	else
		dbus_put_string(t, value);
}

void dbus_make(const struct dbus_made *m, const struct text *body, struct text *out)
{
	struct dbus_array fields;

	dbus_put_byte(out, 'l');
	dbus_put_byte(out, (uint8_t)m->type);
	dbus_put_byte(out, 0);
	dbus_put_byte(out, 1);
	dbus_put_u32(out, (uint32_t)body->n);
	dbus_put_u32(out, 77);
	fields = dbus_begin_array(out, 8);
	put_text_field(out, 1, "o", m->path);
	put_text_field(out, 2, "s", m->interface);
	put_text_field(out, 3, "s", m->member);
	put_text_field(out, 4, "s", m->error);
	put_text_field(out, 8, "g", m->signature);
	if (m->reply_serial) {
		dbus_put_struct(out);
		dbus_put_byte(out, 5);
		dbus_put_signature(out, "u");
		dbus_put_u32(out, m->reply_serial);
	}
	dbus_end_array(out, fields);
	dbus_put_struct(out);
	text_add_bytes(out, body->s ? body->s : "", body->n);
}
