/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A layer's blob becomes a tree: two workers side by side, one that decompresses and hashes
 * (cale-blob-expand), one that reads the tar and writes the tree (cale-layer-unpack), a pipe between
 * them. The blob is read once. Blob and tar must have the digests that are expected.
 */
#pragma once

#include "storage/layers.h"

struct layer_unpack {
	int blob_fd; /* read from its position to its end */
	const char *digest, *diff_id, *chain_id;
	const char *const
		*lowers; /* the layers below, topmost first: names in the store's folder */
	size_t n_lowers;
};

/* On success *ret is to be committed or abandoned. */
int layer_unpack(const struct layer_store *s, const struct layer_unpack *what,
		 struct layer_new *ret, struct err *e);
/* Only hashes: for a blob whose layer is there already, from another blob. */
int layer_verify(int blob_fd, const char *digest, const char *diff_id, struct err *e);
