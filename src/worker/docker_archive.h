/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `docker save` archives: manifest.json lists images as config, layers and names (the format of
 * Docker image specification 1.2). Each becomes an OCI manifest, the same one every time.
 */
#pragma once

#include "worker/archive_members.h"
#include "worker/found_images.h"

/* `manifest` is the content of manifest.json. */
int docker_archive_load(const struct archive_members *members, const json_t *manifest,
			struct found_images *found, struct err *e);
/*
 * For archives that are an OCI layout too: the names in manifest.json for images that were found
 * already. An image that only one of the two lists is an error.
 */
int docker_archive_names(const struct archive_members *members, const json_t *manifest,
			 struct found_images *found, struct err *e);
