/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/subid.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/fd.h"

#define FILE_MAX (1 << 20)

static int line_is_for(const char *line, size_t n, const char *who)
{
	return who && strlen(who) == n && !memcmp(line, who, n);
}

void subid_parse(const char *text, const struct subid_user *user, uint32_t own,
		 struct subid_ranges *ret)
{
	uint32_t inside = 1;
	char number[16];

	ret->items[0] = (struct id_range){ 0, own, 1 };
	ret->n = 1;
	snprintf(number, sizeof number, "%u", user->uid);
	while (*text && ret->n < SUBID_RANGES_MAX) {
		size_t n = strcspn(text, ":\n");
		unsigned start, count;

		if ((line_is_for(text, n, user->name) || line_is_for(text, n, number)) &&
		    sscanf(text + n, ":%u:%u", &start, &count) == 2 && count > 0) {
			ret->items[ret->n++] = (struct id_range){ inside, start, count };
			inside += count;
		}
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
}

void subid_read(const char *path, const struct subid_user *user, uint32_t own,
		struct subid_ranges *ret)
{
	struct err ignored;
	cleanup_free char *text = fd_read_file(AT_FDCWD, path, FILE_MAX, &ignored);

	subid_parse(text ?: "", user, own, ret);
}
