/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/systemd_property.h"

#include <inttypes.h>
#include <string.h>

#include "runtime/dbus_wire.h"

static const char *const signatures[] = {
	[SYSTEMD_BOOL] = "b",	[SYSTEMD_I32] = "i",	     [SYSTEMD_U64] = "t",
	[SYSTEMD_STRING] = "s", [SYSTEMD_STRINGS] = "as",    [SYSTEMD_BYTES] = "ay",
	[SYSTEMD_PIDS] = "au",	[SYSTEMD_DEVICES] = "a(ss)",
};

struct systemd_property *systemd_add(struct systemd_properties *l, const char *name,
				     enum systemd_type type)
{
	struct systemd_property *p = &ARENA_PUSH(l->arena, l->items, l->n);

	*p = (struct systemd_property){ .name = name, .type = type };
	return p;
}

void systemd_add_bool(struct systemd_properties *l, const char *name, int value)
{
	systemd_add(l, name, SYSTEMD_BOOL)->number = value != 0;
}

void systemd_add_u64(struct systemd_properties *l, const char *name, uint64_t value)
{
	systemd_add(l, name, SYSTEMD_U64)->number = value;
}

void systemd_add_string(struct systemd_properties *l, const char *name, const char *value)
{
	systemd_add(l, name, SYSTEMD_STRING)->string = value;
}

static void encode_strings(const struct systemd_property *p, struct text *body)
{
	struct dbus_array a = dbus_begin_array(body, p->type == SYSTEMD_DEVICES ? 8 : 4);

	for (size_t i = 0; i < p->n; i++) {
		if (p->type == SYSTEMD_DEVICES && i % 2 == 0)
			dbus_put_struct(body);
		dbus_put_string(body, p->strings[i]);
	}
	dbus_end_array(body, a);
}

static void encode_value(const struct systemd_property *p, struct text *body)
{
	struct dbus_array a;

	switch (p->type) {
	case SYSTEMD_BOOL:
	case SYSTEMD_I32:
		dbus_put_u32(body, (uint32_t)p->number);
		break;
	case SYSTEMD_U64:
		dbus_put_u64(body, p->number);
		break;
	case SYSTEMD_STRING:
		dbus_put_string(body, p->string);
		break;
	case SYSTEMD_BYTES:
		a = dbus_begin_array(body, 1);
		text_add_bytes(body, (const char *)p->bytes, p->n);
		dbus_end_array(body, a);
		break;
	case SYSTEMD_PIDS:
		a = dbus_begin_array(body, 4);
		dbus_put_u32(body, (uint32_t)p->number);
		dbus_end_array(body, a);
		break;
	case SYSTEMD_STRINGS:
	case SYSTEMD_DEVICES:
		encode_strings(p, body);
		break;
	}
}

void systemd_encode(const struct systemd_properties *l, const uint8_t *left_out, struct text *body)
{
	struct dbus_array a = dbus_begin_array(body, 8);

	for (size_t i = 0; i < l->n; i++) {
		if (left_out && left_out[i])
			continue;
		dbus_put_struct(body);
		dbus_put_string(body, l->items[i].name);
		dbus_put_signature(body, signatures[l->items[i].type]);
		encode_value(&l->items[i], body);
	}
	dbus_end_array(body, a);
}

static void print_numbers(const struct systemd_property *p, struct text *out)
{
	const char *comma = "";

	for (size_t i = 0; i < p->n * 8; i++) {
		if (!(p->bytes[i / 8] & 1U << i % 8))
			continue;
		text_add(out, "%s%zu", comma, i);
		comma = ",";
	}
}

static void print_value(const struct systemd_property *p, struct text *out)
{
	switch (p->type) {
	case SYSTEMD_BOOL:
		text_add(out, p->number ? "yes" : "no");
		break;
	case SYSTEMD_I32:
		text_add(out, "%" PRId32, (int32_t)p->number);
		break;
	case SYSTEMD_U64:
		if (p->number == UINT64_MAX)
			text_add(out, "infinity");
		else
			text_add(out, "%" PRIu64, p->number);
		break;
	case SYSTEMD_PIDS:
		text_add(out, "%" PRIu64, p->number);
		break;
	case SYSTEMD_STRING:
		text_add_printable(out, p->string);
		break;
	case SYSTEMD_BYTES:
		print_numbers(p, out);
		break;
	case SYSTEMD_STRINGS:
	case SYSTEMD_DEVICES:
		for (size_t i = 0; i < p->n; i++)
			text_add(out, "%s%s", i ? " " : "", p->strings[i]);
		break;
	}
}

void systemd_print(const struct systemd_properties *l, struct text *out)
{
	for (size_t i = 0; i < l->n; i++) {
		text_add(out, "%s=", l->items[i].name);
		print_value(&l->items[i], out);
		text_add(out, "\n");
	}
}
