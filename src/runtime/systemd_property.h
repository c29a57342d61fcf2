/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Properties of a systemd unit as data: org.freedesktop.systemd1(5). A list of them is what a scope
 * is asked for, and what golden tests compare. Pure.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/text.h"

enum systemd_type {
	SYSTEMD_BOOL,
	SYSTEMD_I32,
	SYSTEMD_U64, /* UINT64_MAX is "infinity" */
	SYSTEMD_STRING,
	SYSTEMD_STRINGS,
	SYSTEMD_BYTES,	/* a set of numbers, the lowest one is the lowest bit of the first byte */
	SYSTEMD_PIDS,	/* one number */
	SYSTEMD_DEVICES /* pairs in `strings`: what, access */
};

struct systemd_property {
	const char *name;
	enum systemd_type type;
	uint64_t number; /* SYSTEMD_BOOL, _I32 (as int32_t), _U64, _PIDS */
	const char *string;
	const char *const *strings;
	const uint8_t *bytes;
	size_t n; /* of strings or bytes */
	/* An old systemd may not know it: then it is left out, somebody else enforces it too. */
	int may_miss;
};

struct systemd_properties {
	struct arena *arena;
	struct systemd_property *items;
	size_t n;
};

struct systemd_property *systemd_add(struct systemd_properties *l, const char *name,
				     enum systemd_type type);
void systemd_add_bool(struct systemd_properties *l, const char *name, int value);
void systemd_add_u64(struct systemd_properties *l, const char *name, uint64_t value);
void systemd_add_string(struct systemd_properties *l, const char *name, const char *value);

/* Adds them as the D-Bus type a(sv); those with a set bit in `left_out` (n of them) are left out. */
void systemd_encode(const struct systemd_properties *l, const uint8_t *left_out, struct text *body);
/* One a line, "MemoryMax=268435456", for people. */
void systemd_print(const struct systemd_properties *l, struct text *out);
