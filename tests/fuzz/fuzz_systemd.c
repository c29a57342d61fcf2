/* SPDX-License-Identifier: Apache-2.0 */
/*
 * runtime/systemd_annotation.h, systemd_name.h, dbus_address.h: an annotation is a property of the
 * list or refused, and what it sets is a well-formed message; a name never leaves its slice.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/dbus_address.h"
#include "runtime/dbus_wire.h"
#include "runtime/systemd_annotation.h"
#include "runtime/systemd_name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_message(const struct systemd_properties *l)
{
	cleanup_by(text_free) struct text body = {}, whole = {}, print = {};
	struct dbus_call c = { .path = "/", .member = "M", .signature = "a(sv)", .body = &body };
	struct dbus_message m;
	struct err e;

	systemd_encode(l, NULL, &body);
	systemd_print(l, &print);
	if (dbus_encode_call(&c, 1, &whole, &e) == 0 &&
	    dbus_decode((const uint8_t *)whole.s, whole.n, &m, &e) < 0)
		abort();
}

static void check_annotation(const char *value, struct arena *a)
{
	static const char *const keys[] = { "org.systemd.property.After",
					    "org.systemd.property.CollectMode",
					    "org.systemd.property.DefaultDependencies",
					    "org.systemd.property.Description",
					    "org.systemd.property.KillSignal",
					    "org.systemd.property.TimeoutStopSec",
					    "org.systemd.property.RuntimeMaxUSec" };
	struct err e;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		struct systemd_annotation annotation = { keys[i], value };
		struct systemd_properties l = { .arena = a };

		if (systemd_annotation(&annotation, &l, &e) == 0)
			check_message(&l);
	}
}

static void check_name(const char *path)
{
	struct systemd_name name;
	char slice[4096];
	struct err e;

	if (systemd_name_parse(path, "id", 0, &name, &e) < 0)
		return;
	if (strchr(name.unit, '/') || !systemd_is_unit_name(name.unit) ||
	    systemd_slice_path(name.slice, slice, sizeof(slice), &e) < 0 || strstr(slice, "/../"))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_arena struct arena *a = arena_new();
	const char *text = arena_strndup(a, (const char *)data, size), *list = text;
	struct dbus_address address;
	struct systemd_name name;
	struct err e;

	check_annotation(text, a);
	check_name(text);
	if (systemd_name_parse(NULL, text, 1, &name, &e) == 0 && !systemd_is_unit_name(name.unit))
		abort();
	while (dbus_address_next(&list, &address)) {
		if (strlen(address.name) != address.n || !address.n)
			abort();
	}
	return 0;
}
