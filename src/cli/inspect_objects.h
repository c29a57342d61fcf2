/* SPDX-License-Identifier: Apache-2.0 */
/* What `inspect`, `container inspect` and `image inspect` have in common. */
#pragma once

#include "cli/command.h"

struct inspect_options {
	struct options_head head;
	const char *format, *type;
};

extern const struct option_row inspect_format_rows[]; /* --format */

/*
 * Prints what is known of each argument. `type` is "container", "image" or NULL: what is found first,
 * in this order. What exists is printed, then what doesn't is said: scripts rely on both.
 */
int inspect_objects(struct command_call *call, const char *type, struct err *e);
