/* SPDX-License-Identifier: Apache-2.0 */
#include "worker/entry_path.h"

#include <string.h>

#include "image/bounds.h"

#define OPAQUE_NAME   ".wh..wh..opq"
#define IGNORED_START ".wh..wh."

static int is_dots(const char *part)
{
	return !strcmp(part, ".") || !strcmp(part, "..");
}

/* Moves the last part so far behind `parent`, which has the length *n, and takes a new last part. */
static int push_part(struct entry_path *p, size_t *n, const char *part, size_t bytes)
{
	size_t last = strlen(p->name);

	if (bytes > NAME_MAX || *n + 1 + last >= sizeof p->parent)
		return -1;
	if (last) {
		if (*n)
			p->parent[(*n)++] = '/';
		memcpy(p->parent + *n, p->name, last + 1);
		*n += last;
	}
	memcpy(p->name, part, bytes);
	p->name[bytes] = '\0';
	return 0;
}

static int split(const char *text, struct entry_path *p, struct err *e)
{
	size_t n = 0, depth = 0;

	while (*text) {
		size_t bytes = strcspn(text, "/");

		if (bytes == 2 && text[0] == '.' && text[1] == '.')
			return err_set(e, ERR_INVALID, "\"..\" in a name");
		if (bytes && !(bytes == 1 && *text == '.')) {
			if (!strncmp(p->name, WHITEOUT_PREFIX, strlen(WHITEOUT_PREFIX)))
				return err_set(e, ERR_INVALID, "a folder called like a whiteout");
			if (++depth > LIMIT_PATH_DEPTH || push_part(p, &n, text, bytes) < 0)
				return err_set(e, ERR_LIMIT, "a name that is too long or too deep");
		}
		text += bytes;
		text += strspn(text, "/");
	}
	return 0;
}

static int classify(struct entry_path *p, struct err *e)
{
	const size_t prefix = strlen(WHITEOUT_PREFIX);

	if (!*p->name) {
		p->meaning = ENTRY_ROOT;
	} else if (strncmp(p->name, WHITEOUT_PREFIX, prefix) != 0) {
		p->meaning = ENTRY_PLAIN;
	} else if (!strcmp(p->name, OPAQUE_NAME)) {
		p->meaning = ENTRY_OPAQUE;
	} else if (!strncmp(p->name, IGNORED_START, strlen(IGNORED_START))) {
		p->meaning = ENTRY_IGNORED;
	} else {
		p->meaning = ENTRY_WHITEOUT;
		memmove(p->name, p->name + prefix, strlen(p->name + prefix) + 1);
		if (!*p->name || is_dots(p->name))
			return err_set(e, ERR_INVALID, "a whiteout of nothing");
	}
	return 0;
}

int entry_path_parse(const char *text, struct entry_path *ret, struct err *e)
{
	*ret->parent = *ret->name = '\0';
	ret->meaning = ENTRY_PLAIN;
	if (strlen(text) > LIMIT_PATH_BYTES)
		return err_set(e, ERR_LIMIT, "a name longer than %d bytes", LIMIT_PATH_BYTES);
	return split(text, ret, e) < 0 || classify(ret, e) < 0 ? -1 : 0;
}
