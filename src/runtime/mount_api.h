/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel's mount API (fsopen, open_tree, mount_setattr, move_mount; Linux 5.12) with errors.
 * Mounts are detached descriptors until they are put somewhere; attributes are set before that, so
 * that a mount is never visible with weaker ones. Async-signal-safe.
 */
#pragma once

#include <stdint.h>

#include "base/err.h"

/* A new instance of a file system; options are "key=value" or "flag", NULL-terminated, or NULL. */
int mount_new(const char *fstype, const char *const *options, uint64_t attributes, struct err *e);

struct mount_clone {
	int dir_fd; /* with path "": the file itself */
	const char *path;
	int recursive;
	uint64_t attributes; /* to set */
	int attributes_recursive;
	uint64_t propagation;
	int idmap_fd; /* a user namespace, or -1 */
};
/* A detached copy of a mount (bind). Not being able to map ids is ERR_UNENFORCED. */
int mount_clone(const struct mount_clone *c, struct err *e);

/* Puts a detached mount on an O_PATH descriptor of a file or folder. */
int mount_attach(int mount_fd, int target_fd, struct err *e);
/* Adds attributes to an attached mount. */
int mount_add_attributes(int fd, uint64_t attributes, int recursive, struct err *e);
