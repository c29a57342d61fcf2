/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The image's part of a container's config: what the user left open is taken from the image's
 * record, with Docker's rules. Pure.
 *
 * An image says what its program is, never what it may do: nothing here touches a limit, a
 * capability or any other setting of security. Its texts were bounded when the record was made, its
 * contents are a stranger's.
 */
#pragma once

#include "base/err.h"
#include "engine/config.h"
#include "image/record.h"

/*
 * `c` is completed in place, with memory of the arena. ERR_USAGE when there is nothing to run;
 * ERR_INVALID when the image's fields can't be used.
 *
 * c->env then is what the container sees but for PATH, HOSTNAME, TERM and HOME, which are added
 * where they are missing when it is planned.
 */
int config_merge(struct config *c, const struct image_record *image, struct arena *a,
		 struct err *e);
