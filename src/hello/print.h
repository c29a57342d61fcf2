/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two forms of a report. Both are pure: they only add to the text.
 *
 * Names, host names and mount points in the report may hold any bytes. JSON output is always valid
 * UTF-8 (each bad byte becomes U+FFFD); the form for people never sends a control character of
 * somebody else's to the terminal.
 */
#pragma once

#include <stdbool.h>

#include "base/text.h"
#include "hello/report.h"

/* For people: sections with a mark before each line (+ confined, ! open), in colour if asked. */
void print_text(struct text *out, const struct report *r, bool colour);

/*
 * One JSON object. A member per section: facts are an object {"name": {"value": …, "verdict": …}},
 * tables an array of objects with the columns and "verdict"; "note" where there is one. A section
 * that couldn't be read is {"missing": "why"}.
 */
void print_json(struct text *out, const struct report *r);

/* A JSON string with its quotes. */
void print_json_string(struct text *out, const char *s);
