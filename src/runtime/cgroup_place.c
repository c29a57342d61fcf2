/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/cgroup_place.h"

#include <limits.h>
#include <string.h>

#include "base/mem.h"

/* Where containers go that name no place from the top. */
#define FOLDER "cale-oci"

/*
 * The parts of `path` joined by single slashes into `out`, which has room for strlen(path) + 1.
 * How often ".." had nothing to go up from.
 */
static int clean(const char *path, char *out)
{
	size_t n = 0;
	int outside = 0;

	for (const char *part = path, *end; *part; part = end) {
		part += strspn(part, "/");
		end = strchrnul(part, '/');
		if (end == part || !strncmp(part, ".", (size_t)(end - part)))
			continue;
		if (end - part == 2 && part[0] == '.' && part[1] == '.') {
			char *slash = memrchr(out, '/', n);

			outside += n == 0;
			n = slash ? (size_t)(slash - out) : 0;
			continue;
		}
		if (n)
			out[n++] = '/';
		memmove(out + n, part, (size_t)(end - part));
		n += (size_t)(end - part);
	}
	out[n] = '\0';
	return outside;
}

static int is_printable(const char *path)
{
	for (; *path; path++)
		if ((unsigned char)*path < ' ' || *path == 0x7f)
			return 0;
	return 1;
}

char *cgroup_place_clean(const char *path, const char *id, struct err *e)
{
	const char *given = path && *path ? path : id;
	cleanup_free char *cleaned = xcalloc(1, strlen(given) + 1);

	clean(given, cleaned);
	if (strlen(given) >= PATH_MAX || !*cleaned || !is_printable(cleaned))
		return err_set(e, ERR_INVALID, "cgroupsPath \"%s\" names no control group", given),
		       NULL;
	return *given == '/' ? xprintf("/%s", cleaned) : xprintf("%s/%s", FOLDER, cleaned);
}

char *cgroup_place_sub(const char *path, struct err *e)
{
	cleanup_free char *cleaned = xcalloc(1, strlen(path) + 1);

	if (clean(path, cleaned))
		return err_set(e, ERR_INVALID, "bad sub cgroup path: %s", path), NULL;
	return take_ptr(cleaned);
}
