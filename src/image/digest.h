/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Digests of content: "sha256:" and 64 lower-case hexadecimal digits, nothing else (OCI image
 * specification 1.1, descriptor.md "Digests"). Other algorithms are refused by name. Pure.
 */
#pragma once

#include <stddef.h>

#include "base/err.h"

#define DIGEST_PREFIX "sha256:"
#define DIGEST_SIZE   (sizeof DIGEST_PREFIX + 64) /* with the NUL */

/* Is it a digest in its one canonical form? */
int digest_check(const char *text, struct err *e);
/* The 64 digits of a checked digest: its file name in blobs/sha256. Borrowed. */
const char *digest_hex(const char *digest);
/* "sha256:" + hash of the data; `out` has DIGEST_SIZE bytes. */
void digest_of(const void *data, size_t n, char *out);
/*
 * The name of a layer together with all below it (image-spec config.md "Layer ChainID"):
 * `parent` is the chain id below or NULL, both texts are checked digests.
 */
void digest_chain(const char *parent, const char *diff_id, char *out);
/* Only lower-case hexadecimal digits, min to max of them? */
int digest_is_hex(const char *text, size_t min, size_t max);
