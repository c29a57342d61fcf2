/* SPDX-License-Identifier: Apache-2.0 */
/*
 * runtime/dbus_wire.h: any bytes are a message or refused, and reading any values out of one stays
 * within it. All strings of a message that was taken end within it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "runtime/dbus_wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const struct dbus_message *m, const char *s)
{
	const uint8_t *start = (const uint8_t *)s;

	if (!s || !*s)
		return;
	if (start < m->bytes || start >= m->bytes + m->end ||
	    !memchr(start, '\0', (size_t)(m->bytes + m->end - start)))
		abort();
}

static void read_some(const struct dbus_message *m, unsigned order)
{
	struct dbus_reader r = dbus_read(m);

	while (!r.wrong) {
		switch (order & 3) {
		case 0:
		case 1:
			dbus_get_u32(&r);
			break;
		case 2:
			check_text(m, dbus_get_string(&r));
			break;
		default:
			check_text(m, dbus_get_string_variant(&r));
			break;
		}
		order = order >> 2 | order << 30;
	}
	check_text(m, dbus_first_string(m));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dbus_message m;
	struct err e;
	uint8_t *copy;

	if (size < 1)
		return 0;
	/* Exactly as long as the message is, so that a byte too far is noticed. */
	copy = xcalloc(1, size);
	memcpy(copy, data + 1, size - 1);
	if (dbus_decode(copy, size - 1, &m, &e) == 0) {
		const char *texts[] = { m.path, m.interface, m.member, m.error, m.signature };

		for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
			check_text(&m, texts[i]);
		for (unsigned i = 0; i < 16; i++)
			read_some(&m, data[0] * 0x01010101U + i * 0x9e3779b9U);
	}
	free(copy);
	return 0;
}
