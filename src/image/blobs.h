/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Blobs of the store, and the folder in which a load gathers new ones. The gathered files were
 * written by a worker that may have been taken over: whoever takes one has it verified first.
 */
#pragma once

#include "base/temporary.h"
#include "image/store.h"

struct image_stage {
	const struct image_store *store;
	int fd; /* holds the lock */
	char name[TEMPORARY_NAME_SIZE];
};

int image_stage_open(const struct image_store *s, struct image_stage *ret, struct err *e);
/* Removes the folder with what wasn't taken. For cleanup_by. */
void image_stage_close(struct image_stage *stage);

/* A regular file to read: from the store, or else from the stage. *ret_is_new says which. */
int image_stage_blob(const struct image_stage *stage, const char *digest, int *ret_is_new,
		     struct err *e);
/* Moves a gathered blob into the store. One that is there already stays. Sync first. */
int image_stage_take(const struct image_stage *stage, const char *digest, struct err *e);
/* What was taken reaches the disk. */
int image_blobs_sync(const struct image_store *s, struct err *e);

/* A blob of the store; ERR_NOT_FOUND when it isn't there. */
int image_blob_open(const struct image_store *s, const char *digest, struct err *e);
/* Removes leftovers, and every blob of which `needed` says 0. Under the exclusive lock. */
int image_blobs_clean(const struct image_store *s, int (*needed)(void *context, const char *digest),
		      void *context, struct err *e);
