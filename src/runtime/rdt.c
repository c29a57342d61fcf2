/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/rdt.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/text.h"

#define DEFAULT_ROOT	 "/sys/fs/resctrl"
#define FILE_BYTES_MAX	 65536
#define MOUNTS_BYTES_MAX (8 << 20)

/* ---- where it is ---- */

static int find_mount(char *ret, size_t size, struct err *e)
{
	cleanup_free char *text = fd_read_file(AT_FDCWD, "/proc/self/mounts", MOUNTS_BYTES_MAX, e);
	char *rest = text, *line;

	while (rest && (line = strsep(&rest, "\n"))) {
		char *words[3] = {};

		for (size_t i = 0; i < ARRAY_SIZE(words); i++)
			words[i] = strsep(&line, " ");
		if (words[2] && !strcmp(words[2], "resctrl") && !strchr(words[1], '\\') &&
		    strlen(words[1]) < size) {
			memcpy(ret, words[1], strlen(words[1]) + 1);
			return 0;
		}
	}
	err_set(e, ERR_UNENFORCED, "intelRdt is asked for, and no resctrl file system is mounted");
	return err_hint(e, "mount -t resctrl resctrl " DEFAULT_ROOT
			   " (the CPU and kernel need RDT or its like)");
}

int rdt_find_root(char *ret, size_t size, struct err *e)
{
	struct statfs fs;

	if (statfs(DEFAULT_ROOT, &fs) < 0 || fs.f_type != RDTGROUP_SUPER_MAGIC)
		return find_mount(ret, size, e);
	if ((size_t)snprintf(ret, size, "%s", DEFAULT_ROOT) >= size)
		return err_set(e, ERR_LIMIT, "no room for a path");
	return 0;
}

/* ---- groups ---- */

static int has_schemata(const struct rdt *r)
{
	return r->spec->schemata && r->spec->schemata[0];
}

static int is_root_group(const struct rdt *r)
{
	return r->spec->clos_id && !strcmp(r->spec->clos_id, "/");
}

/* The group's path below the root; groups don't lie in each other. */
static const char *group_of(const struct rdt *r)
{
	return is_root_group(r) ? "." : r->spec->clos_id ?: r->id;
}

static int check_name(const char *name, struct err *e)
{
	static const char *const own[] = { "", ".", "..", "info", "mon_groups", "mon_data" };
	int taken = strlen(name) > NAME_MAX || strpbrk(name, "/\n") != NULL;

	for (size_t i = 0; i < ARRAY_SIZE(own); i++)
		taken |= !strcmp(name, own[i]);
	return taken ? err_set(e, ERR_INVALID, "\"%s\" can't be a group of resctrl", name) : 0;
}

/* The kernel says in a file what it didn't like. */
static int explain(int root_fd, struct err *e)
{
	struct err ignored;
	cleanup_free char *text =
		fd_read_file(root_fd, "info/last_cmd_status", FILE_BYTES_MAX, &ignored);

	if (text && *text && strcmp(text, "ok\n") != 0) {
		text[strcspn(text, "\n")] = '\0';
		err_hint(e, "resctrl says: %s", text);
	}
	return err_wrap(e, "intelRdt");
}

static int write_file(int dir_fd, const char *name, const char *text, struct err *e)
{
	/* O_CREAT makes nothing in resctrl; it lets a test use a plain folder. */
	cleanup_fd int fd = fd_open(dir_fd, name, O_WRONLY | O_CREAT | O_NOFOLLOW, e);
	size_t n = strlen(text);

	if (fd < 0)
		return -1;
	if (write(fd, text, n) != (ssize_t)n)
		return err_sys(e, "write \"%s\" to %s", text, name);
	return 0;
}

static int write_schemata(const struct rdt *r, int group_fd, struct err *e)
{
	cleanup_by(text_free) struct text lines = {};

	for (const char *const *line = r->spec->schemata; *line; line++) {
		if (strchr(*line, '\n'))
			return err_set(e, ERR_INVALID, "a line of schemata has more than one line");
		text_add(&lines, "%s\n", *line);
	}
	return write_file(group_fd, "schemata", lines.s ?: "", e);
}

static int compare_schemata(const struct rdt *r, int group_fd, struct err *e)
{
	cleanup_free char *have = fd_read_file(group_fd, "schemata", FILE_BYTES_MAX, e);

	if (!have)
		return -1;
	return rdt_schemata_match(have, r->spec->schemata, e);
}

static int open_dir(int dir_fd, const char *name, struct err *e)
{
	return fd_open(dir_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, e);
}

/* Makes the group or checks the one that is there. */
static int make_group(const struct rdt *r, int root_fd, struct rdt_made *made, struct err *e)
{
	const char *name = group_of(r);
	int own = !r->spec->clos_id, must_exist = r->spec->clos_id && !has_schemata(r);
	cleanup_fd int group_fd = -1;

	if (!must_exist && !is_root_group(r)) {
		made->group = mkdirat(root_fd, name, 0755) == 0;
		if (!made->group && errno != EEXIST)
			return err_sys(e, "make the group %s", name);
	}
	group_fd = open_dir(root_fd, name, e);
	if (group_fd < 0) {
		err_hint(e, "a closID without schemata names a group that was made before");
		return -1;
	}
	if (!has_schemata(r))
		return 0;
	/* A group that is left over from a container of this name is ours. */
	return made->group || own ? write_schemata(r, group_fd, e)
				  : compare_schemata(r, group_fd, e);
}

static int open_monitor(const struct rdt *r, int root_fd, struct err *e)
{
	cleanup_fd int group_fd = open_dir(root_fd, group_of(r), e), all_fd = -1;

	if (group_fd < 0)
		return -1;
	all_fd = open_dir(group_fd, "mon_groups", e);
	return all_fd < 0 ? -1 : take_fd(&all_fd);
}

static int make_monitor(const struct rdt *r, int root_fd, struct rdt_made *made, struct err *e)
{
	cleanup_fd int all_fd = open_monitor(r, root_fd, e);

	if (all_fd < 0) {
		err_hint(e, "enableMonitoring needs a CPU with monitoring (see info/L3_MON)");
		return -1;
	}
	made->monitor = mkdirat(all_fd, r->id, 0755) == 0;
	if (!made->monitor && errno != EEXIST)
		return err_sys(e, "make the monitoring group %s", r->id);
	return 0;
}

static int remove_made(const struct rdt *r, int root_fd, const struct rdt_made *made, struct err *e)
{
	if (made->monitor) {
		cleanup_fd int all_fd = open_monitor(r, root_fd, e);

		if (all_fd < 0)
			return e->sys == ENOENT ? 0 : -1;
		if (unlinkat(all_fd, r->id, AT_REMOVEDIR) < 0 && errno != ENOENT)
			return err_sys(e, "remove the monitoring group %s", r->id);
	}
	if (made->group && unlinkat(root_fd, group_of(r), AT_REMOVEDIR) < 0 && errno != ENOENT)
		return err_sys(e, "remove the group %s", group_of(r));
	return 0;
}

static int open_root(const struct rdt *r, struct err *e)
{
	if (r->spec->clos_id && !is_root_group(r) && check_name(r->spec->clos_id, e) < 0)
		return -1;
	if (check_name(r->id, e) < 0)
		return -1;
	return fd_open(AT_FDCWD, r->root, O_RDONLY | O_DIRECTORY, e);
}

int rdt_create(const struct rdt *r, struct rdt_made *ret, struct err *e)
{
	cleanup_fd int root_fd = open_root(r, e);
	struct rdt_made made = {};
	struct err ignored;

	if (root_fd < 0)
		return err_wrap(e, "intelRdt");
	if (make_group(r, root_fd, &made, e) < 0 ||
	    (r->spec->monitoring && make_monitor(r, root_fd, &made, e) < 0)) {
		explain(root_fd, e);
		remove_made(r, root_fd, &made, &ignored);
		return -1;
	}
	*ret = made;
	return 0;
}

int rdt_update(const struct rdt *r, struct err *e)
{
	cleanup_fd int root_fd = open_root(r, e), group_fd = -1;

	if (root_fd < 0)
		return err_wrap(e, "intelRdt");
	group_fd = open_dir(root_fd, group_of(r), e);
	if (group_fd < 0 || write_schemata(r, group_fd, e) < 0)
		return explain(root_fd, e);
	return 0;
}

int rdt_join(const struct rdt *r, pid_t pid, struct err *e)
{
	cleanup_fd int root_fd = open_root(r, e), group_fd = -1;
	char text[16], path[NAME_MAX + sizeof "mon_groups//tasks"];

	if (root_fd < 0)
		return err_wrap(e, "intelRdt");
	snprintf(text, sizeof text, "%d", pid);
	snprintf(path, sizeof path, "mon_groups/%s/tasks", r->id);
	group_fd = open_dir(root_fd, group_of(r), e);
	if (group_fd < 0 || write_file(group_fd, "tasks", text, e) < 0 ||
	    (r->spec->monitoring && write_file(group_fd, path, text, e) < 0))
		return explain(root_fd, e);
	return 0;
}

int rdt_remove(const struct rdt *r, const struct rdt_made *made, struct err *e)
{
	/* One that was made for a closID is others' from then on. */
	const struct rdt_made own = { made->group && !r->spec->clos_id, made->monitor };
	cleanup_fd int root_fd = -1;

	if (!own.group && !own.monitor)
		return 0;
	root_fd = open_root(r, e);
	if (root_fd < 0)
		return err_wrap(e, "intelRdt");
	return remove_made(r, root_fd, &own, e) < 0 ? explain(root_fd, e) : 0;
}
