/* SPDX-License-Identifier: Apache-2.0 */
/*
 * --format: the part of Go's templates that scripts use with docker. Text with {{.Field}},
 * {{.Field.Member}}, {{json .Field}}, {{index .Field "key"}}, {{.}}; \t and \n stand for a tab and a newline. Anything else
 * is refused, so that nothing is printed that means something different.
 */
#pragma once

#include "base/json.h"
#include "base/text.h"

/* Adds `format` with the members of `o` put in. ERR_USAGE for what isn't understood. */
int template_add(struct text *t, const char *format, const json_t *o, struct err *e);
