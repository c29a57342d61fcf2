/* SPDX-License-Identifier: Apache-2.0 */
#include "hello/kernel_text.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *kernel_line(char **rest)
{
	char *line;

	while ((line = strsep(rest, "\n"))) {
		if (*line)
			return line;
	}
	return NULL;
}

const char *kernel_status_field(struct arena *a, const char *status, const char *name)
{
	size_t n = strlen(name);

	for (const char *line = status; line; line = strchr(line, '\n')) {
		const char *value;

		line += *line == '\n';
		if (strncmp(line, name, n) != 0 || line[n] != ':')
			continue;
		value = line + n + 1 + strspn(line + n + 1, " \t");
		return arena_strndup(a, value, strcspn(value, "\n"));
	}
	return NULL;
}

/* Decimal digits up to `end`; no sign, no space, no overflow. */
static int to_number(const char *s, const char **end, int64_t *ret)
{
	int64_t n = 0;

	if (!isdigit((unsigned char)*s))
		return -1;
	for (; isdigit((unsigned char)*s); s++) {
		if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, *s - '0', &n))
			return -1;
	}
	*end = s;
	*ret = n;
	return 0;
}

int kernel_id_range(const char *line, struct id_range *ret)
{
	int64_t *const fields[] = { &ret->inside, &ret->outside, &ret->count };

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		line += strspn(line, " ");
		if (to_number(line, &line, fields[i]) < 0)
			return -1;
	}
	return *line ? -1 : 0;
}

bool kernel_id_range_is_identity(const struct id_range *range)
{
	return range->inside == 0 && range->outside == 0 && range->count == UINT32_MAX;
}

/* The kernel writes space, tab, newline and backslash in names as three octal digits (seq_path). */
static const char *unescape(struct arena *a, const char *s, size_t n)
{
	char *out = arena_strndup(a, s, n), *to = out;

	for (const char *from = out; *from;) {
		if (from[0] == '\\' && from[1] >= '0' && from[1] <= '3' && from[2] >= '0' &&
		    from[2] <= '7' && from[3] >= '0' && from[3] <= '7') {
			*to++ = (char)((from[1] - '0') << 6 | (from[2] - '0') << 3 |
				       (from[3] - '0'));
			from += 4;
		} else {
			*to++ = *from++;
		}
	}
	*to = '\0';
	return out;
}

static const char *next_word(struct arena *a, const char **line)
{
	size_t n = strcspn(*line, " ");
	const char *word = n ? unescape(a, *line, n) : NULL;

	*line += n;
	*line += **line == ' ';
	return word;
}

/*
 * 36 35 98:0 /root /point rw,noatime optional… - type source super-options
 * The fields after the point are of the kernel's making, so that " - " is the separator for sure.
 */
int kernel_mount_line(struct arena *a, const char *line, struct mount_line *ret)
{
	const char *skipped;

	for (int i = 0; i < 3; i++) {
		if (!next_word(a, &line))
			return -1;
	}
	ret->root = next_word(a, &line);
	ret->point = next_word(a, &line);
	ret->options = next_word(a, &line);
	do
		skipped = next_word(a, &line);
	while (skipped && strcmp(skipped, "-") != 0);
	ret->type = next_word(a, &line);
	ret->source = next_word(a, &line) ?: ""; /* may be empty: two spaces in a row */
	ret->super_options = next_word(a, &line) ?: "";
	return ret->root && ret->point && ret->options && ret->type ? 0 : -1;
}

bool kernel_has_option(const char *list, const char *option)
{
	size_t n = strlen(option);

	for (const char *word = list; word; word = strchr(word, ',')) {
		word += *word == ',';
		if (strncmp(word, option, n) == 0 && (word[n] == ',' || !word[n]))
			return true;
	}
	return false;
}

int kernel_cgroup_line(struct arena *a, const char *line, struct cgroup_line *ret)
{
	const char *controllers = strchr(line, ':'), *path;

	if (!controllers++)
		return -1;
	path = strchr(controllers, ':');
	if (!path || path[1] != '/')
		return -1;
	ret->controllers = arena_strndup(a, controllers, (size_t)(path - controllers));
	ret->path = arena_strdup(a, path + 1);
	return 0;
}

const char *kernel_cgroup_below(const char *path, const char *mount_root)
{
	size_t n = strcmp(mount_root, "/") == 0 ? 0 : strlen(mount_root);

	if (strncmp(path, mount_root, n) != 0 || (path[n] && path[n] != '/'))
		return NULL;
	path += n;
	/* "/.." is how a cgroup outside the reader's namespace is written. */
	if (strncmp(path, "/..", 3) == 0 && (!path[3] || path[3] == '/'))
		return NULL;
	return strcmp(path, "/") == 0 ? "" : path;
}

/* Version 1 says "no limit" with the highest page-aligned number; its page may have 64 KiB. */
bool kernel_is_unlimited(const char *value)
{
	const char *end;
	int64_t n;

	if (strcmp(value, "max") == 0 || strcmp(value, "-1") == 0)
		return true;
	return to_number(value, &end, &n) == 0 && !*end && n >= INT64_MAX - 65535;
}

const char *kernel_cpus(struct arena *a, const char *quota, const char *period)
{
	const char *end;
	int64_t q, p, thousandths;
	char *s;
	size_t n;

	if (to_number(quota, &end, &q) < 0 || *end || to_number(period, &end, &p) < 0 || *end)
		return NULL;
	if (p == 0 || q > INT64_MAX / 1000)
		return NULL;
	thousandths = q * 1000 / p;
	s = arena_printf(a, "%" PRId64 ".%03" PRId64, thousandths / 1000, thousandths % 1000);
	for (n = strlen(s); s[n - 1] == '0' && s[n - 2] != '.'; n--)
		s[n - 1] = '\0';
	return s;
}

const char *kernel_net_device(struct arena *a, const char *line)
{
	/* The counters after it hold no colon, a name may (alias interfaces of old). */
	const char *colon = strrchr(line, ':');

	line += strspn(line, " ");
	return colon && colon > line ? arena_strndup(a, line, (size_t)(colon - line)) : NULL;
}

int64_t kernel_namespace_inode(const char *link)
{
	const char *open = strchr(link, '['), *end;
	int64_t inode;

	if (!open || to_number(open + 1, &end, &inode) < 0 || strcmp(end, "]") != 0)
		return -1;
	return inode;
}
