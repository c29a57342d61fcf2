/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where state lives. Root: /var/lib/cale and /run/cale; a user: $XDG_DATA_HOME/cale (or
 * ~/.local/share/cale) and $XDG_RUNTIME_DIR/cale (or /tmp/cale-UID); --root and --runroot move them.
 * All folders are ours, mode 0700.
 *
 * below root:     images/ (image/store.h)  layers/ (storage/layers.h)  volumes/NAME/
 *                 containers/ID/ names/NAME ids/NNNN tmp/ID (container_store.h)  cache/seccomp/
 * below runroot:  containers/ID/ (monitor.h)  anchor (anchor.h)
 */
#pragma once

#include <sys/types.h>

#include "base/err.h"

struct home {
	char *root, *runroot; /* absolute paths, owned */
	int root_fd, runroot_fd;
	uid_t user; /* who runs us: 0, or the user of a rootless engine */
};

struct home_options {
	const char *root, *runroot; /* NULL: the default */
};

/* Makes what is missing. A folder that belongs to somebody else is refused. */
int home_open(const struct home_options *options, struct home *ret, struct err *e);
void home_close(struct home *h);
/* Opens a folder below root, made when missing. */
int home_open_folder(const struct home *h, const char *name, struct err *e);
