/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A container's root file system on disk, in its own folder.
 *
 *	overlay	`upper` takes what the container writes, `work` is overlay's own
 *	vfs	`root` is a copy of all layers; for hosts whose kernel or file system can't do overlay
 *
 * Mounting is the runtime's part (spec_mount.h).
 */
#pragma once

#include <stddef.h>

#include "base/err.h"

enum storage_driver {
	STORAGE_OVERLAY,
	STORAGE_VFS,
};

/* "overlay" or "vfs". */
int storage_driver_parse(const char *name, enum storage_driver *ret, struct err *e);
const char *storage_driver_name(enum storage_driver d);

struct rootfs_layers {
	int store_fd;		   /* the folder of all layers */
	const char *const *layers; /* paths below it, topmost first */
	size_t n;
};

/* Makes the folders in a new container's folder; for vfs copies the layers. */
int rootfs_create(int container_fd, enum storage_driver driver, const struct rootfs_layers *layers,
		  struct err *e);
/* Before each start: overlay's work folder must not carry marks of an earlier mount. */
int rootfs_refresh(int container_fd, enum storage_driver driver, struct err *e);
