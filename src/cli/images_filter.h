/* SPDX-License-Identifier: Apache-2.0 */
/* The filters of `cale images`; items are struct image_item. */
#pragma once

#include "cli/filter.h"
#include "engine/images.h"

extern const struct filter_row images_filters[];

/*
 * Is the image called so? "busybox" wants all its tags, "busybox:1*" those; a pattern as in a shell,
 * in which "*" matches no slash.
 */
int images_filter_reference(const struct image_item *item, const char *pattern);
