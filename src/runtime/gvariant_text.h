/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The part of GVariant's text format (docs.gtk.org/glib/gvariant-text-format.html) that values of
 * systemd's properties need: booleans, numbers, strings and lists of strings, each with or
 * without its type in front. Pure; the text is a stranger's.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"

#define GVARIANT_STRINGS_MAX 64

enum gvariant_kind { GVARIANT_BOOL, GVARIANT_NUMBER, GVARIANT_STRING, GVARIANT_STRINGS };

struct gvariant {
	enum gvariant_kind kind;
	int negative;	/* a number */
	uint64_t whole; /* a number without its fraction; a boolean */
	uint32_t millionths;
	const char *string;
	const char *const *strings;
	size_t n;
};

/* 1, or 0 when the whole text isn't such a value. */
int gvariant_parse(const char *text, struct arena *a, struct gvariant *ret);
