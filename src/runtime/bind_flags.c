/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The attributes of binds. The kernel locks some of a mount against a user namespace that gets a copy
 * of it: a container with one of its own must not be freed of them by whoever writes its
 * configuration, as a runtime that mounts inside couldn't free it. mount_namespaces(7).
 */
#include <errno.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/vfs.h>

#include "base/mem.h"
#include "runtime/mount_api.h"
#include "runtime/tree.h"

#define NAMES_MAX   96
#define LOCKABLE    (MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC)
#define ACCESS_TIME ((uint64_t)MOUNT_ATTR__ATIME | MOUNT_ATTR_NODIRATIME)
#define EXACT	    (LOCKABLE | MOUNT_ATTR_NOSYMFOLLOW)

static void name_attributes(uint64_t attributes, char names[NAMES_MAX])
{
	static const struct {
		uint64_t bit;
		const char *name;
	} rows[] = {
		{ MOUNT_ATTR_RDONLY, "ro" },
		{ MOUNT_ATTR_NOSUID, "nosuid" },
		{ MOUNT_ATTR_NODEV, "nodev" },
		{ MOUNT_ATTR_NOEXEC, "noexec" },
	};
	size_t used = 0;

	names[0] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (attributes & rows[i].bit)
			used += (size_t)snprintf(names + used, NAMES_MAX - used, "%s%s",
						 used ? ", " : "", rows[i].name);
	}
}

static int deny(const char *what, struct err *e)
{
	err_set(e, ERR_DENIED, "%s: operation not permitted", what);
	e->sys = EPERM;
	return err_hint(e, "the host has it on the source; leave the option out, or don't use a "
			   "user namespace");
}

/* All of a file system may be read-only: then the mount needn't be, and nothing is locked. */
static int only_superblock_is_readonly(int fd)
{
	struct mount_change change = { .clear = MOUNT_ATTR_RDONLY };
	uint64_t have;
	struct err ignored;

	if (mount_change(fd, &change, &ignored) < 0 || mount_attributes(fd, &have, &ignored) < 0)
		return 0;
	if (have & MOUNT_ATTR_RDONLY)
		return 1;
	change = (struct mount_change){ .set = MOUNT_ATTR_RDONLY };
	(void)mount_change(fd, &change, &ignored);
	return 0;
}

/* Is there a word on access times? One of them stands for all. */
static int asks_time(const struct spec_mount *m)
{
	return m->attributes & ACCESS_TIME || m->attributes_cleared & MOUNT_ATTR__ATIME;
}

/* Of `change` what a mount that is locked can have; an error where more was asked for. */
static int keep_locked(const struct spec_mount *m, int fd, struct mount_change *change,
		       struct err *e)
{
	uint64_t have, refused;
	char names[NAMES_MAX], text[NAMES_MAX + 32];

	if (mount_attributes(fd, &have, e) < 0)
		return -1;
	refused = have & m->attributes_cleared & LOCKABLE;
	if (refused & MOUNT_ATTR_RDONLY && only_superblock_is_readonly(fd))
		refused &= ~(uint64_t)MOUNT_ATTR_RDONLY;
	if (refused) {
		name_attributes(refused, names);
		snprintf(text, sizeof text, "cannot clear locked flags %s", names);
		return deny(text, e);
	}
	if (asks_time(m) && (have & ACCESS_TIME) != (m->attributes & ACCESS_TIME))
		return deny("cannot change locked atime flags", e);
	change->set &= ~ACCESS_TIME;
	change->clear &= ~(LOCKABLE | ACCESS_TIME);
	return 0;
}

static struct mount_change wanted(const struct spec_mount *m)
{
	struct mount_change change = {
		.set = m->attributes,
		.clear = m->attributes_cleared,
		.recursive = m->attributes_recursive,
	};

	if (m->attributes_exact) {
		change.clear |= EXACT;
		if (asks_time(m))
			change.clear |= ACCESS_TIME;
	}
	change.clear &= ~(change.set & ~(uint64_t)MOUNT_ATTR__ATIME);
	if (change.set & MOUNT_ATTR__ATIME)
		change.clear |= MOUNT_ATTR__ATIME;
	return change;
}

static int set_own(const struct child *c, const struct spec_mount *m, int fd, struct err *e)
{
	struct mount_change change = wanted(m);

	if (!change.set && !change.clear)
		return 0;
	if (!c->holder || !change.clear) {
		if (mount_change(fd, &change, e) == 0)
			return 0;
		/* We may be in a user namespace ourselves. */
		if (e->sys != EPERM || !change.clear)
			return -1;
	}
	if (keep_locked(m, fd, &change, e) < 0)
		return -1;
	return change.set || change.clear ? mount_change(fd, &change, e) : 0;
}

/*
 * Below a read-only /sys of the host its control groups would stay writable for a user to whom they
 * are delegated (CVE-2023-25809).
 */
static int close_sysfs(const struct spec_mount *m, int fd, struct err *e)
{
	struct statfs fs;

	if (!m->recursive || m->attributes_recursive || !(m->attributes & MOUNT_ATTR_RDONLY) ||
	    fstatfs(fd, &fs) < 0 || fs.f_type != SYSFS_MAGIC)
		return 0;
	return mount_add_attributes(fd, MOUNT_ATTR_RDONLY, 1, e);
}

int tree_set_attributes(const struct child *c, const struct spec_mount *m, int fd, struct err *e)
{
	struct mount_change below = {
		.set = m->recursive_attributes,
		.clear = m->recursive_attributes_cleared,
		.recursive = 1,
	};

	if (set_own(c, m, fd, e) < 0 || close_sysfs(m, fd, e) < 0)
		return -1;
	return below.set || below.clear ? mount_change(fd, &below, e) : 0;
}
