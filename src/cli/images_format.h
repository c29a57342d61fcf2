/* SPDX-License-Identifier: Apache-2.0 */
/* How `cale images` shows one image. Pure but for the clock. */
#pragma once

#include "base/json.h"
#include "engine/images.h"

struct image_row {
	const char *repository, *tag, *digest, *id, *created_at, *created_since, *size;
};

/* Docker's words for each column; ids and digests are short unless `no_trunc`. In the arena. */
struct image_row image_row(const struct image_item *item, int no_trunc, struct arena *a);
/* One object as `docker images --format json` prints; the caller's. */
json_t *image_row_to_json(const struct image_row *row);
