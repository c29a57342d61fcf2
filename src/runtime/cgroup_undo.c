/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/cgroup_undo.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "runtime/cgroup_control.h"

/* Files with a line for each device or interface, and what stands for one without a line. */
static const struct {
	const char *file, *none;
} keyed[] = {
	{ "io.max", "rbps=max wbps=max riops=max wiops=max" },
	{ "io.weight", "default" },
	{ "io.bfq.weight", "default" },
	{ "blkio.bfq.weight_device", "default" },
	{ "blkio.weight_device", "0" },
	{ "blkio.leaf_weight_device", "0" },
	{ "blkio.throttle.read_bps_device", "0" },
	{ "blkio.throttle.write_bps_device", "0" },
	{ "blkio.throttle.read_iops_device", "0" },
	{ "blkio.throttle.write_iops_device", "0" },
	{ "rdma.max", "hca_handle=max hca_object=max" },
	{ "net_prio.ifpriomap", "0" },
};

static const char *without_line(const char *file)
{
	for (size_t i = 0; i < ARRAY_SIZE(keyed); i++) {
		if (!strcmp(keyed[i].file, file))
			return keyed[i].none;
	}
	return NULL;
}

/* The line that begins with this word, without its end; NULL: none does. */
static const char *find_line(const char *text, const char *word, size_t n, struct arena *a)
{
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += line != text;
		if (!strncmp(line, word, n) && line[n] == ' ')
			return arena_strndup(a, line, strcspn(line, "\n"));
		if (!*line)
			break;
	}
	return NULL;
}

/* What is set without a key in such a file is the default of all of them. */
static const char *line_of(const struct cgroup_setting *s, const char *value, const char *before,
			   struct arena *a)
{
	size_t n = strcspn(value, " \n");
	const char *none = without_line(s->file), *line;

	if (!none)
		return NULL;
	if (value[n] != ' ')
		return find_line(before, "default", strlen("default"), a);
	line = find_line(before, value, n, a);
	return line ?: arena_printf(a, "%.*s %s", (int)n, value, none);
}

/* One for each line of the value. */
static const char *keyed_lines(const struct cgroup_setting *s, const char *before, struct arena *a)
{
	const char *all = NULL, *value = s->value;

	for (;;) {
		const char *line = line_of(s, value, before, a);
		const char *next = strchr(value, '\n');

		if (line)
			all = all ? arena_printf(a, "%s\n%s", all, line) : line;
		if (!next || !next[1])
			return all;
		value = next + 1;
	}
}

const char *cgroup_undo_text(const struct cgroup_setting *s, const char *before, struct arena *a)
{
	static const char killer[] = "oom_kill_disable ";
	const char *lines = keyed_lines(s, before, a);

	if (lines)
		return lines;
	if (!strcmp(s->file, "memory.oom_control") && !strncmp(before, killer, strlen(killer)))
		before += strlen(killer);
	/* An empty list of CPUs is written as an empty line. */
	if (*before == '\n')
		return "\n";
	return s->flags & CGROUP_BY_LINE ? before : arena_strndup(a, before, strcspn(before, "\n"));
}

static char *read_file(const struct cgroup_undo_entry *x)
{
	struct err ignored;

	return fd_read_file(x->group->fd, x->setting->file, CGROUP_FILE_BYTES_MAX, &ignored);
}

void cgroup_undo_note(struct cgroup_undo *u, const struct cgroup_group *g,
		      const struct cgroup_setting *s)
{
	const struct cgroup_undo_entry x = { g, s, NULL };
	cleanup_free char *text = read_file(&x);

	ARENA_PUSH(u->arena, u->entries, u->n) = x;
	if (text)
		u->entries[u->n - 1].before = arena_strdup(u->arena, text);
}

static int write_lines(const struct cgroup_undo_entry *x, const char *lines, struct err *e)
{
	cleanup_fd int fd = fd_open(x->group->fd, x->setting->file, O_WRONLY, e);
	const char *line = lines;
	size_t n;

	if (fd < 0)
		return -1;
	do {
		n = strcspn(line, "\n");
		/* The empty line by itself is a value. */
		if ((n || line == lines) && write(fd, line, n ?: 1) < 0)
			return err_sys(e, "write \"%.*s\" to %s", (int)n, line, x->setting->file);
		line += n;
	} while (*line && *++line);
	return 0;
}

static int take_back(const struct cgroup_undo *u, const struct cgroup_undo_entry *x, struct err *e)
{
	cleanup_free char *now = read_file(x);

	if (!x->before || !now)
		return err_set(e, ERR_SYSTEM, "%s tells nothing", x->setting->file);
	if (!strcmp(now, x->before))
		return 0;
	return write_lines(x, cgroup_undo_text(x->setting, x->before, u->arena), e);
}

/* Backwards: each state on the way is one that the kernel has taken before. */
static int take_all_back(const struct cgroup_undo *u, struct err *e)
{
	struct err ignored;
	int result = 0;

	for (size_t i = u->n; i-- > 0;) {
		if (take_back(u, &u->entries[i], result < 0 ? &ignored : e) < 0)
			result = -1;
	}
	return result;
}

void cgroup_undo(const struct cgroup_undo *u, struct err *e)
{
	size_t n = strlen(e->text);
	struct err why = {};
	int failed = take_all_back(u, &why) < 0;

	if (failed)
		snprintf(e->text + n, sizeof e->text - n,
			 "; what was changed before couldn't all be put back: %s", why.text);
	else if (u->n)
		snprintf(e->text + n, sizeof e->text - n, "; the limits are as they were");
}

struct cgroup_undo *cgroup_undo_new(void)
{
	struct cgroup_undo *u = xcalloc(1, sizeof *u);

	u->arena = arena_new();
	return u;
}

void cgroup_undo_freep(struct cgroup_undo **u)
{
	if (*u)
		arena_free((*u)->arena);
	cleanup_freep(u);
}
