/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel's mount API (fsopen, open_tree, mount_setattr, move_mount; Linux 5.12) with errors.
 * Mounts are detached descriptors until they are put somewhere; attributes are set before that, so
 * that a mount is never visible with weaker ones. Async-signal-safe.
 */
#pragma once

#include <stdint.h>

#include "base/err.h"

/* A value that fsconfig(2) doesn't take any more. */
#define MOUNT_VALUE_MAX 256

struct mount_filesystem {
	const char *type, *source;  /* source may be NULL */
	const char *const *options; /* "key=value" or "flag", NULL-terminated, or NULL */
	uint64_t attributes;
};
/*
 * A new instance of a file system. Flags such as "ro", "sync", "dirsync" and "lazytime" among the
 * options are the superblock's. An option that the file system refuses is named in the error.
 */
int mount_new(const struct mount_filesystem *f, struct err *e);
/* Changes options of the superblock that fd is on. */
int mount_reconfigure(int fd, const char *const *options, struct err *e);

struct mount_clone {
	int dir_fd; /* with path "": the file itself */
	const char *path;
	int recursive;
	int nofollow;	     /* path itself may be a symbolic link, and is cloned as that */
	uint64_t attributes; /* to set */
	int attributes_recursive;
	uint64_t propagation;
	int idmap_fd;	    /* a user namespace, or -1 */
	int idmap_top_only; /* the mounts below keep their ids */
};
/* A detached copy of a mount (bind). Not being able to map ids is ERR_UNENFORCED. */
int mount_clone(const struct mount_clone *c, struct err *e);

/* Puts a detached mount on an O_PATH descriptor of a file or folder. */
int mount_attach(int mount_fd, int target_fd, struct err *e);

/* mount_setattr(2): MOUNT_ATTR_* and one of MS_PRIVATE, MS_SLAVE, MS_SHARED, MS_UNBINDABLE. */
struct mount_change {
	uint64_t set, clear, propagation;
	int recursive;
};
int mount_change(int fd, const struct mount_change *change, struct err *e);
/* Adds attributes. */
int mount_add_attributes(int fd, uint64_t attributes, int recursive, struct err *e);
/*
 * MS_PRIVATE, MS_SLAVE, MS_SHARED or MS_UNBINDABLE, with MS_REC also below; MS_SLAVE | MS_SHARED
 * receives from where it was and sends to its own copies.
 */
int mount_propagate(int fd, uint64_t propagation, struct err *e);
/* The attributes that a mount has, without MOUNT_ATTR_IDMAP. */
int mount_attributes(int fd, uint64_t *ret, struct err *e);
