/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The folder that an image's blobs are gathered in before the engine takes them into the store.
 * Files are named by the hash of what was written, never by what somebody said it was.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "image/digest.h"
#include "image/manifest.h"
#include "worker/hash.h"

struct stage {
	int fd; /* of the folder, borrowed */
	int file_fd;
	struct hash *hash;
	int64_t bytes;
};

/* One blob at a time: begin, add pieces, end. `ret_digest` has DIGEST_SIZE bytes. */
int stage_begin(struct stage *s, struct err *e);
int stage_add(struct stage *s, const void *data, size_t n, struct err *e);
int stage_end(struct stage *s, char *ret_digest, int64_t *ret_bytes, struct err *e);
/* All three for a text. */
int stage_text(struct stage *s, const char *text, struct descriptor *ret, struct arena *a,
	       struct err *e);

/* Size of a blob that is here, or ERR_NOT_FOUND. */
int stage_has(const struct stage *s, const char *digest, int64_t *ret_bytes, struct err *e);
/* A blob as JSON, within JSON_FOREIGN_BYTES_MAX. */
json_t *stage_json(const struct stage *s, const char *digest, struct err *e);
/* The media type of a layer's blob, by its first bytes. Static text, NULL on error. */
const char *stage_layer_type(const struct stage *s, const char *digest, struct err *e);
