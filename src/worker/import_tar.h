/* SPDX-License-Identifier: Apache-2.0 */
/* A root file system's tar becomes an image of one layer. */
#pragma once

#include "worker/found_images.h"

/*
 * `fd` is the tar, plain or compressed; it is stored as it comes. `config` is the image's config
 * without "rootfs"; it comes from the engine.
 */
int import_tar(int fd, json_t *config, struct found_images *found, struct err *e);
