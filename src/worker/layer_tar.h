/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A layer's tar becomes a tree for overlayfs (OCI image specification 1.1, layer.md). The stream is
 * a stranger's; libarchive reads it.
 *
 *	kept       ids, modes, times to the nanosecond, hard links inside the layer, holes, fifos,
 *	           device nodes where the caller may make some, xattrs as entry_xattr.h says
 *	whiteouts  become overlay's marks, wherever in the stream they stand
 *	replaced   an entry by a later one of the same name, as tar does
 *	refused    "..", a root that is no folder, hard links to what the layer hasn't, sockets, a
 *	           device 0:0, overlay's own marks, anything over the limits of image/bounds.h
 */
#pragma once

#include "worker/layer_writer.h"

/* Reads `fd` to its end, also behind the end of the archive. */
int layer_unpack_tar(int fd, struct tree *tree, struct layer_result *ret, struct err *e);
