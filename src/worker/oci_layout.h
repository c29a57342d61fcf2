/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OCI image layouts (image specification 1.1, image-layout.md), in a folder or gathered from an
 * archive: which images they hold, and those for this machine's platform into the stage.
 */
#pragma once

#include "worker/found_images.h"

struct blob_source {
	/*
	 * Makes sure that the blob is in the stage, verified. ERR_NOT_FOUND when it can't be had.
	 * The size is checked by the caller.
	 */
	int (*fetch)(void *context, const char *digest, struct err *e);
	void *context;
};

/* `layout` and `index` are the texts of "oci-layout" and "index.json". */
int oci_layout_check(const json_t *layout, struct err *e);
int oci_layout_load(const struct blob_source *source, const json_t *index,
		    struct found_images *found, struct err *e);
