/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unpacked layers, by chain id. Below the state root:
 *
 *	layers/<form>/<hex of chain id>/      the tree, ready to be an overlay lower layer
 *	layers/<form>/.meta/<hex>             struct layer_meta as JSON
 *	layers/<form>/.tmp-…                  being unpacked, locked while its maker lives
 *
 * A tree that has its name is complete: it is written, synced, then renamed. The folders above the
 * trees have mode 0700, so that setuid files in them are out of other users' reach.
 */
#pragma once

#include <stdint.h>

#include "base/err.h"
#include "base/temporary.h"
#include "image/digest.h"

/* What a tree looks like depends on what its maker may do; trees of different forms never mix. */
enum layer_form {
	LAYER_TRUSTED, /* "root": overlay's marks in trusted.*, the image's own ids, device nodes */
	LAYER_USER, /* "user": marks in user.*, ids through the user namespace's map, no devices */
	LAYER_ONE_ID, /* "one-id": marks in user.*, everything belongs to the one id there is */
};

struct layer_store {
	int fd; /* of layers/<form> */
	enum layer_form form;
};

struct layer_meta {
	int64_t unpacked_bytes, entries;
	uint64_t file_capabilities; /* bits */
	int64_t skipped_devices, dropped_xattrs;
	char blob[DIGEST_SIZE]; /* that it was unpacked from; "" when that isn't known */
};

/* A layer that is unpacked but not yet in its place. */
struct layer_new {
	char chain_id[DIGEST_SIZE];
	char name[TEMPORARY_NAME_SIZE];
	int lock_fd;
	struct layer_meta meta;
};

/* Makes what is missing below the state root. */
int layer_store_open(int root_fd, enum layer_form form, struct layer_store *ret, struct err *e);
void layer_store_close(struct layer_store *s);
/* "layers/root": the folder of a form below the state root, for spec_rootfs.layer_store. Static. */
const char *layer_store_folder(enum layer_form form);
/* A layer's path below that folder, for spec_rootfs.layers. Borrowed from the argument. */
const char *layer_path(const char *chain_id);

/* Is it there? One system call, for the hot path. */
int layer_exists(const struct layer_store *s, const char *chain_id);
/* 1: it is there, with its meta; 0: it isn't; -1: error. */
int layer_find(const struct layer_store *s, const char *chain_id, struct layer_meta *ret,
	       struct err *e);
/* Puts an unpacked layer into its place, unless another process did meanwhile. Sync first. */
int layer_commit(const struct layer_store *s, struct layer_new *n, struct err *e);
/* Throws away what wasn't committed. */
void layer_abandon(const struct layer_store *s, struct layer_new *n);
/* All trees written so far reach the disk. */
int layer_store_sync(const struct layer_store *s, struct err *e);

/*
 * Removes leftovers, and every layer of which `needed` says 0. Only under the exclusive lock of
 * image/store.h. `removed` (may be NULL) hears of each.
 */
struct layer_removal {
	int (*needed)(void *context, const char *chain_id);
	void (*removed)(void *context, const char *chain_id);
	void *context;
};
int layer_store_clean(const struct layer_store *s, const struct layer_removal *r, struct err *e);
