/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/id_map.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/process.h"

/* The kernel takes at most 340 lines of a map (user_namespaces(7)). */
#define MAP_LINES_MAX 340
#define MAP_LINE_MAX  sizeof "4294967295 4294967295 4294967295\n"
/* A program's arguments: its name, the pid, three numbers for each line. */
#define HELPER_LINES_MAX 64
#define ARGUMENTS_MAX	 (2 + 3 * HELPER_LINES_MAX)

static const struct {
	const char *file, *helper;
} kinds[] = {
	[ID_MAP_USERS] = { "uid_map", "newuidmap" },
	[ID_MAP_GROUPS] = { "gid_map", "newgidmap" },
};

int64_t id_map_outside(const struct id_range *map, size_t n, uint32_t inside)
{
	for (size_t i = 0; i < n; i++) {
		if (inside >= map[i].inside && inside - map[i].inside < map[i].count)
			return (int64_t)map[i].outside + (inside - map[i].inside);
	}
	return -1;
}

int64_t id_map_inside(const struct id_range *map, size_t n, uint32_t outside)
{
	for (size_t i = 0; i < n; i++) {
		if (outside >= map[i].outside && outside - map[i].outside < map[i].count)
			return (int64_t)map[i].inside + (outside - map[i].outside);
	}
	return -1;
}

int id_map_write(pid_t pid, enum id_map_kind kind, const struct id_range *map, size_t n,
		 struct err *e)
{
	char path[64], text[MAP_LINES_MAX * MAP_LINE_MAX];
	size_t used = 0;

	if (n > MAP_LINES_MAX)
		return err_set(e, ERR_LIMIT, "more than %d lines in an id map", MAP_LINES_MAX);
	for (size_t i = 0; i < n; i++)
		used += (size_t)snprintf(text + used, sizeof text - used, "%u %u %u\n",
					 map[i].inside, map[i].outside, map[i].count);
	snprintf(path, sizeof path, "/proc/%d/%s", pid, kinds[kind].file);
	return fd_write_file(AT_FDCWD, path, text, e);
}

int id_map_write_own(pid_t pid, enum id_map_kind kind, const struct id_range *own, struct err *e)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/setgroups", pid);
	if (kind == ID_MAP_GROUPS && fd_write_file(AT_FDCWD, path, "deny", e) < 0)
		return -1;
	return id_map_write(pid, kind, own, 1, e);
}

static const char *find_program(const char *name, char *out, size_t size)
{
	static const char *const folders[] = { "/usr/bin", "/bin", "/usr/local/bin", "/sbin" };

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		snprintf(out, size, "%s/%s", folders[i], name);
		if (access(out, X_OK) == 0)
			return out;
	}
	return NULL;
}

int id_map_by_helper(pid_t pid, enum id_map_kind kind, const struct id_range *map, size_t n,
		     struct err *e)
{
	static const int no_fds[] = { -1, -1, STDERR_FILENO };
	char path[64], numbers[ARGUMENTS_MAX][16];
	const char *argv[ARGUMENTS_MAX + 1];
	size_t used = 1;

	if (n > HELPER_LINES_MAX)
		return err_set(e, ERR_LIMIT, "more than %d lines in an id map", HELPER_LINES_MAX);
	argv[0] = find_program(kinds[kind].helper, path, sizeof path);
	if (!argv[0])
		return err_set(e, ERR_NOT_FOUND, "%s is not installed", kinds[kind].helper);
	snprintf(numbers[1], 16, "%d", pid);
	for (size_t i = 0; i < n; i++) {
		snprintf(numbers[2 + 3 * i], 16, "%u", map[i].inside);
		snprintf(numbers[3 + 3 * i], 16, "%u", map[i].outside);
		snprintf(numbers[4 + 3 * i], 16, "%u", map[i].count);
	}
	for (; used < 2 + 3 * n; used++)
		argv[used] = numbers[used];
	argv[used] = NULL;
	return process_run(&(struct process_run){ .argv = argv, .fds = no_fds, .n_fds = 3 }, e);
}

ssize_t id_map_read(pid_t pid, enum id_map_kind kind, struct id_range **ret, struct err *e)
{
	char path[64];
	cleanup_free char *map = NULL;
	struct id_range *ranges;
	size_t n = 0;

	snprintf(path, sizeof path, "/proc/%d/%s", pid, kinds[kind].file);
	map = fd_read_file(AT_FDCWD, path, MAP_LINES_MAX * MAP_LINE_MAX, e);
	if (!map)
		return -1;
	ranges = xcalloc(MAP_LINES_MAX, sizeof *ranges);
	for (const char *line = map; line && *line && n < MAP_LINES_MAX; n++) {
		struct id_range *r = &ranges[n];

		if (sscanf(line, "%u %u %u", &r->inside, &r->outside, &r->count) != 3)
			break;
		line = strchr(line, '\n');
		if (line)
			line++;
	}
	*ret = ranges;
	return (ssize_t)n;
}
