/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A folder seen through a detached mount of its own, without devices, setuid and programs. A worker
 * that may make device nodes works through one: what it makes, or finds in a layer, it can't open.
 */
#pragma once

#include <stdint.h>

/*
 * A descriptor of the same folder to read it and work in it; `attributes` are more MOUNT_ATTR_*. -1
 * where that isn't permitted: to a user without a mount namespace of theirs, who can't make devices
 * either.
 */
int view_open(int fd, uint64_t attributes);
