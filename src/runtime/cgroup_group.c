/* SPDX-License-Identifier: Apache-2.0 */
/* Files of a group: limits, counters, removal. */
#include "runtime/cgroup_group.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"

/* Groups that a container made inside its own may be nested as deep as it likes; ours are walked so far. */
#define DEPTH_MAX	    64
#define REMOVE_TIMEOUT_USEC 10000000
#define LINE_BYTES_MAX	    4096

int cgroup_group_write(const struct cgroup_group *g, const struct cgroup_setting *s, struct err *e)
{
	const char *value = cgroup_setting_value(s);
	cleanup_fd int fd = fd_open(g->fd, s->file, O_RDWR, e), effective = -1;
	char line[LINE_BYTES_MAX];
	ssize_t n;

	if (fd < 0)
		return -1;
	if (write(fd, value, strlen(value)) < 0)
		return err_sys(e, "write \"%s\" to %s", value, s->file);
	if (s->effective) {
		effective = fd_open(g->fd, s->effective, O_RDONLY, e);
		if (effective < 0)
			return -1;
	}
	n = pread(s->effective ? effective : fd, line, sizeof(line) - 1, 0);
	if (n < 0)
		return err_sys(e, "read %s", s->file);
	line[n] = '\0';
	if (cgroup_setting_holds(s, line))
		return 0;
	line[strcspn(line, "\n")] = '\0';
	return err_set(e, ERR_UNENFORCED, "%s takes \"%s\" as \"%s\"", s->file, value, line);
}

int cgroup_group_counter(const struct cgroup_group *g, const char *key, uint64_t *ret,
			 struct err *e)
{
	cleanup_free char *text = NULL;
	size_t n = strlen(key);

	*ret = 0;
	text = fd_read_file(g->fd, g->ops->oom_file, CGROUP_FILE_BYTES_MAX, e);
	if (!text)
		return e->sys == ENOENT ? 0 : -1;
	for (const char *line = text; line && *line;) {
		if (!strncmp(line, key, n) && line[n] == ' ')
			*ret = strtoull(line + n + 1, NULL, 10);
		line = strchr(line, '\n');
		if (line)
			line++;
	}
	return 0;
}

/* Removes the groups below an open one, innermost first. Best effort: the caller tries its rmdir. */
static void remove_below(int fd, int depth)
{
	int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *entry;

	if (!dir) {
		if (copy >= 0)
			close(copy);
		return;
	}
	while ((entry = readdir(dir))) {
		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		cleanup_fd int child =
			openat(fd, entry->d_name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (child >= 0 && depth < DEPTH_MAX)
			remove_below(child, depth + 1);
		unlinkat(fd, entry->d_name, AT_REMOVEDIR);
	}
	closedir(dir);
}

int cgroup_group_remove(const struct cgroup_group *g, const char *path, struct err *e)
{
	int64_t deadline = clock_monotonic_usec() + REMOVE_TIMEOUT_USEC;
	long pause_usec = 250;

	for (;;) {
		struct timespec pause = { .tv_nsec = pause_usec * 1000 };

		if (unlinkat(g->base_fd, path, AT_REMOVEDIR) == 0 || errno == ENOENT)
			return 0;
		if (errno != EBUSY || clock_monotonic_usec() > deadline)
			return err_sys(e, "remove control group %s", path);
		remove_below(g->fd, 0);
		/* A process that was killed leaves its group a little after its end was reported. */
		nanosleep(&pause, NULL);
		if (pause_usec < 16000)
			pause_usec *= 2;
	}
}
