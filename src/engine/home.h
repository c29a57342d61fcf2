/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where state lives. Root: /var/lib/cale and /run/cale; a user: $XDG_DATA_HOME/cale and
 * $XDG_RUNTIME_DIR/cale; --root and --runroot move them. All folders are ours, mode 0700.
 *
 * below root:     images/ (see image/store.h)  layers/ (see storage/layers.h)  volumes/NAME/data
 *                 containers/ID/…  names/NAME  ids/NNNN (claimed id slices)  cache/seccomp/
 * below runroot:  containers/ID/{lock,monitor.sock,…}  anchor
 */
#pragma once

#include "base/err.h"

struct home {
	char *root, *runroot; /* absolute paths, owned */
	int root_fd, runroot_fd;
	int rootless; /* not uid 0 in the initial user namespace */
};

struct home_options {
	const char *root, *runroot; /* NULL: the default */
};

int home_open(const struct home_options *options, struct home *ret, struct err *e);
void home_close(struct home *h);
