/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The config of an image (OCI image specification 1.1 config.md; Docker's is a superset) and its
 * manifest become a record. Every member is checked: types, sizes (IMAGE_*_MAX), no NUL or newline
 * where a name is expected, absolute targets, environment as NAME=value, layers as many as diff ids.
 * What later steps would choke on is refused here, once. Parsed only in workers. Pure.
 */
#pragma once

#include "image/manifest.h"
#include "image/record.h"

struct image_documents {
	const char *manifest, *config; /* texts */
	size_t manifest_bytes, config_bytes;
};

/* Ids and chain ids are computed from the texts. All in the arena. NULL on error. */
struct image_record *image_record_from_documents(const struct image_documents *d, struct arena *a,
						 struct err *e);
