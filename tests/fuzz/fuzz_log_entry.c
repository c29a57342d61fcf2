/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine/log_entry.h both ways: any bytes as a container's output, whose entry must give the same
 * text again with bad bytes replaced; any bytes as a line of a log file.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "engine/log_entry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_as_line(const uint8_t *data, size_t size)
{
	cleanup_free char *line = xcalloc(size + 1, 1);
	struct log_entry entry;

	memcpy(line, data, size);
	if (log_entry_parse(line, size, &entry) == 0 &&
	    (entry.text < line || entry.text + entry.n > line + size || strlen(entry.time) > size))
		abort();
}

static void there_and_back(const char *text, size_t size)
{
	static const char tail[] = "\",\"stream\":\"stderr\",\"time\":\"T\"}";
	cleanup_by(text_free) struct text line = {}, clean = {};
	struct log_entry entry;
	char out[64];

	text_add(&line, "{\"log\":\"");
	for (size_t at = 0, used; at < size; at += used) {
		const struct log_escape request = { text + at, size - at, out, sizeof out };

		text_add_bytes(&line, out, log_escape(&request, &used));
		if (!used)
			abort();
	}
	text_add(&line, "%s", tail);
	text_add_bytes(&clean, "", 0);
	utf8_add_clean(&clean, text, size);
	if (log_entry_parse(line.s, line.n, &entry) < 0 || entry.stream != LOG_STDERR ||
	    entry.n != clean.n || (clean.n && memcmp(entry.text, clean.s, clean.n)))
		abort();
	if (log_cut_sequence(text, size) > 3)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_as_line(data, size);
	there_and_back((const char *)data, size);
	return 0;
}
