/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/accounts.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/parse.h"

struct line_reader {
	int fd;
	size_t start, end, total;
	int skipping; /* inside of a line that is too long */
	char buffer[ACCOUNTS_LINE_MAX];
};

static int fill(struct line_reader *r)
{
	ssize_t n;

	memmove(r->buffer, r->buffer + r->start, r->end - r->start);
	r->end -= r->start;
	r->start = 0;
	if (r->end == sizeof r->buffer) {
		r->end = 0;
		r->skipping = 1;
	}
	if (r->total >= ACCOUNTS_FILE_MAX)
		return 0;
	do {
		n = read(r->fd, r->buffer + r->end, sizeof r->buffer - r->end);
	} while (n < 0 && errno == EINTR);
	if (n <= 0)
		return 0;
	r->end += (size_t)n;
	r->total += (size_t)n;
	return 1;
}

/* The next line without its newline, which the last one needn't have; NULL at the end. */
static char *next_line(struct line_reader *r)
{
	for (;;) {
		char *line = r->buffer + r->start;
		char *newline = memchr(line, '\n', r->end - r->start);

		if (!newline) {
			if (fill(r))
				continue;
			if (r->start == r->end || r->skipping || r->total >= ACCOUNTS_FILE_MAX)
				return NULL;
			/* fill() has moved it to the front and left room behind it. */
			line = r->buffer;
			newline = line + r->end++;
		}
		*newline = '\0';
		r->start = (size_t)(newline + 1 - r->buffer);
		if (!r->skipping)
			return line;
		r->skipping = 0;
	}
}

/* Cuts "a:b:c" in place; missing fields are "". */
static void split(char *line, char *fields[], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t length = strcspn(line, ":");

		fields[i] = line;
		line += length;
		if (*line)
			*line++ = '\0';
	}
}

static int parse_id(const char *text, uint32_t *ret)
{
	struct err ignored;
	uint64_t id;

	if (parse_uint(text, ACCOUNTS_ID_MAX, &id, &ignored) < 0)
		return -1;
	*ret = (uint32_t)id;
	return 0;
}

static int is_number(const char *text)
{
	return *text && text[strspn(text, "0123456789")] == '\0';
}

static void copy_field(char *out, size_t size, const char *text)
{
	size_t n = strnlen(text, size - 1);

	memcpy(out, text, n);
	out[n] = '\0';
}

int account_find(int passwd_fd, const char *user, struct account *ret, struct err *e)
{
	struct line_reader r = { .fd = passwd_fd };
	int by_number = is_number(user);
	char *line, *fields[7];
	uint32_t wanted = 0;

	*ret = (struct account){ .home = "/" };
	if (by_number && parse_id(user, &wanted) < 0)
		return err_set(e, ERR_USAGE, "user id %s is not between 0 and %d", user,
			       ACCOUNTS_ID_MAX);
	while (passwd_fd >= 0 && (line = next_line(&r))) {
		uint32_t uid, gid;

		split(line, fields, 7);
		if (parse_id(fields[2], &uid) < 0 || parse_id(fields[3], &gid) < 0)
			continue;
		if (by_number ? uid != wanted : strcmp(fields[0], user) != 0)
			continue;
		ret->uid = uid;
		ret->gid = gid;
		copy_field(ret->name, sizeof ret->name, fields[0]);
		if (*fields[5] == '/')
			copy_field(ret->home, sizeof ret->home, fields[5]);
		return 1;
	}
	ret->uid = wanted;
	if (by_number)
		return 0;
	return err_set(e, ERR_NOT_FOUND,
		       "unable to find user %s: no matching entries in passwd file", user);
}

int account_find_group(int group_fd, const char *group, uint32_t *ret, struct err *e)
{
	struct line_reader r = { .fd = group_fd };
	char *line, *fields[4];

	if (is_number(group)) {
		if (parse_id(group, ret) < 0)
			return err_set(e, ERR_USAGE, "group id %s is not between 0 and %d", group,
				       ACCOUNTS_ID_MAX);
		return 0;
	}
	while (group_fd >= 0 && (line = next_line(&r))) {
		split(line, fields, 4);
		if (!strcmp(fields[0], group) && parse_id(fields[2], ret) == 0)
			return 0;
	}
	return err_set(e, ERR_NOT_FOUND,
		       "unable to find group %s: no matching entries in group file", group);
}

static int lists_member(const char *members, const char *name)
{
	size_t length = strlen(name);

	while (*members) {
		size_t n = strcspn(members, ",");

		if (n == length && !memcmp(members, name, n))
			return 1;
		members += n + (members[n] == ',');
	}
	return 0;
}

size_t account_list_groups(int group_fd, const char *name, uint32_t *groups, size_t room)
{
	struct line_reader r = { .fd = group_fd };
	char *line, *fields[4];
	size_t n = 0;

	while (*name && n < room && group_fd >= 0 && (line = next_line(&r))) {
		split(line, fields, 4);
		if (lists_member(fields[3], name) && parse_id(fields[2], &groups[n]) == 0)
			n++;
	}
	return n;
}
