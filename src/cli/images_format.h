/* SPDX-License-Identifier: Apache-2.0 */
/* How `cale images` shows one image. Pure but for the clock. */
#pragma once

#include "base/json.h"
#include "engine/images.h"

/*
 * The row of a listing (listing.h), with the members that Docker's has. Ids are short unless
 * `no_trunc`. The caller's.
 */
json_t *image_row(const struct image_item *item, int no_trunc, struct arena *a);
