/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line of a log file (log.h) as text: the escaping of what a container printed, and back. Pure.
 */
#pragma once

#include <stddef.h>

#include "engine/log_stream.h"

#define LOG_ESCAPE_MAX 6 /* bytes that one input byte may become: "\u0001" */
/* The longest line that a reader takes: a piece, escaped, with what stands around it. */
#define LOG_LINE_MAX (LOG_PIECE_BYTES * LOG_ESCAPE_MAX + 256)

/*
 * Escapes as Docker does: control characters, `"`, `\`, and < > & U+2028 U+2029, which HTML and
 * JavaScript would take for something else; bytes that aren't UTF-8 become \ufffd. Stops when `out`
 * has no room for another sequence; returns the bytes written, *ret_used says how many were read.
 */
struct log_escape {
	const char *in;
	size_t n;
	char *out;
	size_t room; /* at least LOG_ESCAPE_MAX */
};
size_t log_escape(const struct log_escape *request, size_t *ret_used);

struct log_entry {
	const char *text; /* in the line, unescaped */
	size_t n;
	enum log_stream stream;
	const char *time; /* NUL-terminated, RFC 3339, unchecked */
};

/*
 * Takes a line without its newline apart, in place; `line` has n bytes and one more. -1: not an
 * entry.
 */
int log_entry_parse(char *line, size_t n, struct log_entry *ret);

/* How many bytes at the end of s are the beginning of a UTF-8 sequence that is cut off: 0..3. */
size_t log_cut_sequence(const char *s, size_t n);
