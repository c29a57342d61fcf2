/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the container's file tree is put together: one file for each kind of mount, all driven by
 * mounts.c. Private to these files; OCI runtime specification 1.3, config.md "Mounts".
 *
 * The tree is hostile, and somebody else may be changing it at this moment: a container that shares
 * the root or a volume. A target is resolved once, inside the root, and the mount goes onto that
 * descriptor; nothing is looked at by path a second time.
 */
#pragma once

#include "base/err.h"
#include "runtime/child.h"

enum tree_target {
	TARGET_FOLDER = 0,
	TARGET_FILE = 1,     /* what is missing becomes an empty file */
	TARGET_ORDINARY = 2, /* no symbolic link on the way */
	TARGET_PROCFS = 4,   /* it will be procfs: may lie on /proc */
};
/*
 * target.c: where m goes, made where it is missing. Nothing but procfs goes onto /proc, and nothing
 * into it but files that only tell figures (CVE-2019-16884). `ret_existed` may be NULL.
 */
int tree_open_target(const struct child *c, const struct spec_mount *m, int flags, int *ret_existed,
		     struct err *e);
/* target.c: puts a detached mount there; one on "/" becomes the root. */
int tree_attach(struct child *c, const struct spec_mount *m, int mount_fd, int target_fd,
		struct err *e);
/* target.c: is path `folder` or below it? Then the rest, without a "/" in front; else NULL. */
const char *tree_below(const char *path, const char *folder);

/* bind.c: a detached copy of m's source with all its attributes. */
int tree_clone_source(const struct child *c, const struct spec_mount *m, struct err *e);
int tree_mount_bind(struct child *c, const struct spec_mount *m, struct err *e);
/* bind_flags.c: the attributes of a bind or remount on `fd`. */
int tree_set_attributes(const struct child *c, const struct spec_mount *m, int fd, struct err *e);

/* filesystem.c */
int tree_mount_filesystem(struct child *c, const struct spec_mount *m, struct err *e);
/* The same, detached, without a look at the target. */
int tree_new_filesystem(const struct child *c, const struct spec_mount *m, struct err *e);
int tree_remount(struct child *c, const struct spec_mount *m, struct err *e);
/* filesystem.c: should m become read-only only when everything is in it? */
int tree_is_sealed_late(const struct spec_mount *m);
/* options.c: m's options with the ids as the caller has them, and room for a few more. */
#define TREE_OPTIONS_MAX 64
struct tree_options {
	const char *list[TREE_OPTIONS_MAX + 1];
	size_t n;
	char ids[4][24];
	size_t n_ids;
};
int tree_map_options(const struct child *c, const struct spec_mount *m, struct tree_options *ret,
		     struct err *e);
int tree_add_option(struct tree_options *options, const char *option, struct err *e);
/* options.c: is there a "key=…" among them? */
int tree_has_option(const struct tree_options *options, const char *key);
/* options.c: the form that mount(2) takes; the largest is a page. */
#define TREE_DATA_MAX 4096
int tree_join_options(const struct tree_options *options, char data[TREE_DATA_MAX], struct err *e);
unsigned long tree_mount_flags(uint64_t attributes);

/* cgroup_mount.c */
int tree_mount_cgroup(struct child *c, const struct spec_mount *m, struct err *e);

/* cover.c: all masks and read-only paths. */
int tree_cover(struct child *c, struct err *e);

/* target.c: remembers a mount that masks below it or the seal need; others are let go. */
void tree_keep(struct child *c, const struct spec_mount *m, int *mount_fd);
static inline int *tree_fd(struct child *c, const struct spec_mount *m)
{
	return &c->fds[m - c->spec->mounts];
}
