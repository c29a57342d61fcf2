/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/subid.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fd.h"

#define FILE_MAX (1 << 20)

size_t subid_parse(const char *text, const char *name, uid_t uid, struct id_range *ranges,
		   size_t room)
{
	uint32_t inside = 1;
	char number[16];
	size_t n = 0;

	snprintf(number, sizeof number, "%u", uid);
	for (const char *line = text; *line && n < room;
	     line += strcspn(line, "\n"), line += *line == '\n') {
		size_t length = strcspn(line, ":\n");
		unsigned start, count;

		if (sscanf(line + length, ":%u:%u", &start, &count) != 2 || count == 0)
			continue;
		if (!(name && strlen(name) == length && !memcmp(line, name, length)) &&
		    !(strlen(number) == length && !memcmp(line, number, length)))
			continue;
		ranges[n++] = (struct id_range){ inside, start, count };
		inside += count;
	}
	return n;
}

size_t subid_read(const char *path, const char *name, uid_t uid, struct id_range *ranges,
		  size_t room)
{
	struct err ignored;
	cleanup_free char *text = fd_read_file(AT_FDCWD, path, FILE_MAX, &ignored);

	return text ? subid_parse(text, name, uid, ranges, room) : 0;
}
