/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/mount_options.h"

#include <linux/mount.h>
#include <stdlib.h>
#include <string.h>

#include "oci/mount_idmap.h"

/* Not in every libc's and kernel's headers. */
#ifndef MOUNT_ATTR_NOSYMFOLLOW
#define MOUNT_ATTR_NOSYMFOLLOW 0x00200000
#endif

enum option_kind {
	NOTHING, /* what is so anyway */
	SET,	 /* an attribute of the mount */
	CLEAR,
	SET_ALL, /* also of those below it */
	CLEAR_ALL,
	SUPERBLOCK, /* of the file system; `value` is the group in which the last one holds */
	PROPAGATION,
	PROPAGATION_ALL,
	BIND, /* value 1: recursive */
	REMOUNT,
	IDMAP, /* value 1: recursive */
	COPY_UP,
	COPY_SYMLINK,
	SOURCE_NOFOLLOW,
	TARGET_NOFOLLOW,
};

/* Groups of superblock options; the kernel's defaults are the words that begin with "no", and async. */
enum { GROUP_SYNC, GROUP_DIRSYNC, GROUP_LAZYTIME, GROUP_MAND, GROUP_COUNT };
#define OFF 16 /* added to a group: the default again */

/*
 * In alphabetic order. "iversion" and its opposite, "loud" and "silent" are taken and do nothing:
 * file systems that can count versions do so since Linux 4.16, and fsconfig(2) reports errors to its
 * caller instead of the kernel's log.
 */
static const struct option {
	const char *name;
	enum option_kind kind;
	uint64_t value;
} options[] = {
	{ "async", SUPERBLOCK, GROUP_SYNC + OFF },
	{ "atime", CLEAR, MOUNT_ATTR_NOATIME },
	{ "bind", BIND, 0 },
	{ "copy-symlink", COPY_SYMLINK, 0 },
	{ "defaults", NOTHING, 0 },
	{ "dest-nofollow", TARGET_NOFOLLOW, 0 },
	{ "dev", CLEAR, MOUNT_ATTR_NODEV },
	{ "diratime", CLEAR, MOUNT_ATTR_NODIRATIME },
	{ "dirsync", SUPERBLOCK, GROUP_DIRSYNC },
	{ "exec", CLEAR, MOUNT_ATTR_NOEXEC },
	{ "idmap", IDMAP, 0 },
	{ "iversion", NOTHING, 0 },
	{ "lazytime", SUPERBLOCK, GROUP_LAZYTIME },
	{ "loud", NOTHING, 0 },
	{ "mand", SUPERBLOCK, GROUP_MAND },
	{ "noatime", SET, MOUNT_ATTR_NOATIME },
	{ "nodev", SET, MOUNT_ATTR_NODEV },
	{ "nodiratime", SET, MOUNT_ATTR_NODIRATIME },
	{ "noexec", SET, MOUNT_ATTR_NOEXEC },
	{ "noiversion", NOTHING, 0 },
	{ "nolazytime", SUPERBLOCK, GROUP_LAZYTIME + OFF },
	{ "nomand", SUPERBLOCK, GROUP_MAND + OFF },
	{ "norelatime", CLEAR, MOUNT_ATTR_RELATIME },
	{ "nostrictatime", CLEAR, MOUNT_ATTR_STRICTATIME },
	{ "nosuid", SET, MOUNT_ATTR_NOSUID },
	{ "nosymfollow", SET, MOUNT_ATTR_NOSYMFOLLOW },
	{ "private", PROPAGATION, MS_PRIVATE },
	{ "ratime", CLEAR_ALL, MOUNT_ATTR_NOATIME },
	{ "rbind", BIND, 1 },
	{ "rdev", CLEAR_ALL, MOUNT_ATTR_NODEV },
	{ "rdiratime", CLEAR_ALL, MOUNT_ATTR_NODIRATIME },
	{ "relatime", SET, MOUNT_ATTR_RELATIME },
	{ "remount", REMOUNT, 0 },
	{ "rexec", CLEAR_ALL, MOUNT_ATTR_NOEXEC },
	{ "ridmap", IDMAP, 1 },
	{ "rnoatime", SET_ALL, MOUNT_ATTR_NOATIME },
	{ "rnodev", SET_ALL, MOUNT_ATTR_NODEV },
	{ "rnodiratime", SET_ALL, MOUNT_ATTR_NODIRATIME },
	{ "rnoexec", SET_ALL, MOUNT_ATTR_NOEXEC },
	{ "rnorelatime", CLEAR_ALL, MOUNT_ATTR_RELATIME },
	{ "rnostrictatime", CLEAR_ALL, MOUNT_ATTR_STRICTATIME },
	{ "rnosuid", SET_ALL, MOUNT_ATTR_NOSUID },
	{ "rnosymfollow", SET_ALL, MOUNT_ATTR_NOSYMFOLLOW },
	{ "ro", SET, MOUNT_ATTR_RDONLY },
	{ "rprivate", PROPAGATION_ALL, MS_PRIVATE },
	{ "rrelatime", SET_ALL, MOUNT_ATTR_RELATIME },
	{ "rro", SET_ALL, MOUNT_ATTR_RDONLY },
	{ "rrw", CLEAR_ALL, MOUNT_ATTR_RDONLY },
	{ "rshared", PROPAGATION_ALL, MS_SHARED },
	{ "rslave", PROPAGATION_ALL, MS_SLAVE },
	{ "rstrictatime", SET_ALL, MOUNT_ATTR_STRICTATIME },
	{ "rsuid", CLEAR_ALL, MOUNT_ATTR_NOSUID },
	{ "rsymfollow", CLEAR_ALL, MOUNT_ATTR_NOSYMFOLLOW },
	{ "runbindable", PROPAGATION_ALL, MS_UNBINDABLE },
	{ "rw", CLEAR, MOUNT_ATTR_RDONLY },
	{ "shared", PROPAGATION, MS_SHARED },
	{ "silent", NOTHING, 0 },
	{ "slave", PROPAGATION, MS_SLAVE },
	{ "src-nofollow", SOURCE_NOFOLLOW, 0 },
	{ "strictatime", SET, MOUNT_ATTR_STRICTATIME },
	{ "suid", CLEAR, MOUNT_ATTR_NOSUID },
	{ "symfollow", CLEAR, MOUNT_ATTR_NOSYMFOLLOW },
	{ "sync", SUPERBLOCK, GROUP_SYNC },
	{ "tmpcopyup", COPY_UP, 0 },
	{ "unbindable", PROPAGATION, MS_UNBINDABLE },
};

const char *oci_mount_option_name(size_t n)
{
	return n < ARRAY_SIZE(options) ? options[n].name : NULL;
}

static int by_name(const void *name, const void *option)
{
	return strcmp(name, ((const struct option *)option)->name);
}

static const struct option *find(const char *name)
{
	return bsearch(name, options, ARRAY_SIZE(options), sizeof *options, by_name);
}

/* ---- attributes ---- */

static int is_atime(uint64_t attribute)
{
	return (attribute & MOUNT_ATTR__ATIME) == attribute;
}

/*
 * The three ways of access times are one value of the kernel's, which is only changed as a whole.
 * Clearing one of a mount asks for none of the others, so the source's stays, as mount(8) has it; on
 * all mounts below it is mount_setattr(2)'s, and gives relatime.
 */
static void change_atime(uint64_t *set, uint64_t *cleared, const struct option *o)
{
	int clears = o->kind == CLEAR || o->kind == CLEAR_ALL;

	if (clears && (*set & MOUNT_ATTR__ATIME) && (*set & MOUNT_ATTR__ATIME) != o->value)
		return;
	*set &= ~(uint64_t)MOUNT_ATTR__ATIME;
	if (o->kind == CLEAR)
		*cleared &= ~(uint64_t)MOUNT_ATTR__ATIME;
	else
		*cleared |= MOUNT_ATTR__ATIME;
	if (!clears)
		*set |= o->value;
}

static void change(uint64_t *set, uint64_t *cleared, const struct option *o)
{
	int clears = o->kind == CLEAR || o->kind == CLEAR_ALL;

	if (is_atime(o->value)) {
		change_atime(set, cleared, o);
	} else if (clears) {
		*set &= ~o->value;
		*cleared |= o->value;
	} else {
		*set |= o->value;
		*cleared &= ~o->value;
	}
}

/* ---- the rest ---- */

static int read_idmap(int recursive, const char *maps, struct arena *a, struct oci_mount_options *r,
		      struct err *e)
{
	r->idmap = 1;
	r->mount->idmap.recursive = recursive;
	return maps ? oci_mount_idmap_parse(maps, r->spec, a, &r->mount->idmap, e) : 0;
}

static void take(const struct option *o, const char **groups, struct oci_mount_options *r)
{
	struct spec_mount *m = r->mount;

	switch (o->kind) {
	case SET:
	case CLEAR:
		r->attributes = 1;
		change(&m->attributes, &m->attributes_cleared, o);
		break;
	case SET_ALL:
	case CLEAR_ALL:
		change(&m->recursive_attributes, &m->recursive_attributes_cleared, o);
		break;
	case PROPAGATION:
	case PROPAGATION_ALL:
		/* A slave may be shared on; of the others the last one holds. */
		if (o->value != MS_SHARED || !(m->propagation & MS_SLAVE))
			m->propagation = 0;
		m->propagation |= o->value | (o->kind == PROPAGATION_ALL ? MS_REC : 0);
		break;
	case SUPERBLOCK:
		groups[o->value % OFF] = o->value < OFF ? o->name : NULL;
		break;
	case BIND:
		r->bind = 1;
		m->recursive |= (int)o->value;
		break;
	case REMOUNT:
		r->remount = 1;
		break;
	case COPY_UP:
		m->copy_up = 1;
		break;
	case COPY_SYMLINK:
		m->copy_symlink = 1;
		break;
	case SOURCE_NOFOLLOW:
		m->source_nofollow = 1;
		break;
	case TARGET_NOFOLLOW:
		m->target_nofollow = 1;
		break;
	case IDMAP:
	case NOTHING:
		break;
	}
}

/* "mode=755,size=64k" in one; a comma after a backslash belongs to the value, as overlay has it. */
static int add_data(const char *text, struct arena *a, struct oci_mount_options *r, struct err *e)
{
	while (*text) {
		size_t n = 0;

		while (text[n] && text[n] != ',')
			n += text[n] == '\\' && text[n + 1] ? 2 : 1;
		if (n && r->n_data == OCI_MOUNT_OPTIONS_MAX)
			return err_set(e, ERR_LIMIT, "more than %d options", OCI_MOUNT_OPTIONS_MAX);
		if (n)
			ARENA_PUSH(a, r->data, r->n_data) = arena_strndup(a, text, n);
		text += n;
		text += *text == ',';
	}
	return 0;
}

static int read_option(const char *text, struct arena *a, const char **groups,
		       struct oci_mount_options *r, struct err *e)
{
	const struct option *o = find(text);
	const char *maps = strchr(text, '=');

	if (!o && maps && (!strncmp(text, "idmap=", 6) || !strncmp(text, "ridmap=", 7)))
		return read_idmap(*text == 'r', maps + 1, a, r, e);
	if (!o)
		return add_data(text, a, r, e);
	if (o->kind == IDMAP)
		return read_idmap((int)o->value, NULL, a, r, e);
	take(o, groups, r);
	return 0;
}

int oci_mount_options_read(const char *const *list, struct arena *a, struct oci_mount_options *r,
			   struct err *e)
{
	const char *groups[GROUP_COUNT] = {};

	for (; list && *list; list++) {
		if (read_option(*list, a, groups, r, e) < 0)
			return -1;
	}
	if (r->mount->copy_symlink && (r->mount->source_nofollow || r->mount->target_nofollow))
		return err_set(e, ERR_INVALID,
			       "copy-symlink excludes src-nofollow and dest-nofollow");
	for (size_t i = 0; i < GROUP_COUNT; i++) {
		if (groups[i])
			r->superblock[r->n_superblock++] = groups[i];
	}
	if (r->data) {
		ARENA_PUSH(a, r->data, r->n_data) = NULL;
		r->n_data--;
	}
	return 0;
}
