/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copies a tree of files below one folder descriptor into another: owners, modes, times, extended
 * attributes, hard links, holes and special files stay. Content shares blocks where the file system
 * can (FICLONE). The source may be hostile: no link is followed and no mount is crossed.
 */
#pragma once

#include "base/err.h"

enum copy_flags {
	COPY_ONLY_IF_EMPTY = 1, /* nothing happens when the destination has an entry */
	COPY_WHITEOUTS = 2,  /* the source is an overlay layer: whiteouts and opaque folders remove
				   what the destination has, and aren't copied themselves */
	COPY_NO_DEVICES = 4, /* device nodes are left out: where the copy lies they might work */
};

/*
 * Both descriptors are folders opened for reading. Special files that can't be made (device nodes in
 * a user namespace) are left out; everything else that fails is an error.
 */
int copy_tree(int from_fd, int to_fd, int flags, struct err *e);
