/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The images of one engine, as files. Below the state root:
 *
 *	images/oci-layout, index.json, blobs/sha256/<hex>   a valid OCI image layout
 *	images/records/<hex of image id>                     the canonical record (record.h)
 *	images/names/<repository, "/" as "+">/<tag>          the image id: one name, one file
 *	images/lock                                          LOCK_SH: uses images; LOCK_EX: removes
 *	images/index.lock                                    held while names or records change
 *	images/.tmp-…                                        what a load gathers, locked while it runs
 *
 * Names and records are the truth; index.json is made from them for other tools. An image exists
 * when its record does; the record is written after everything that it needs, durably. Reading needs
 * no lock. All folders have mode 0700.
 */
#pragma once

#include "base/err.h"
#include "image/record.h"
#include "image/ref.h"

struct image_store {
	int fd, blobs_fd, records_fd, names_fd;
};

/* Makes what is missing below the state root. The caller closes it, also after a failure. */
int image_store_open(int root_fd, struct image_store *ret, struct err *e);
void image_store_close(struct image_store *s);

/*
 * A lock under which no image, layer or blob is removed: for loads, and for `run` from finding an
 * image until its use is recorded. A descriptor to close. The remover's excludes all others; both
 * wait for each other.
 */
enum image_hold {
	IMAGE_HOLD_USE,
	IMAGE_HOLD_REMOVE,
};
int image_store_hold(const struct image_store *s, enum image_hold hold, struct err *e);

/* ---- records ---- */
struct image_record *image_store_read(const struct image_store *s, const char *id, struct arena *a,
				      struct err *e);
/* All image ids, in no order. NULL-terminated. */
int image_store_ids(const struct image_store *s, struct arena *a, char ***ret, size_t *ret_n,
		    struct err *e);

/* ---- names ---- */
struct image_name {
	struct image_ref ref; /* with a tag */
	char id[DIGEST_SIZE]; /* of the image */
};
/* All names, sorted. */
int image_store_names(const struct image_store *s, struct arena *a, struct image_name **ret,
		      size_t *ret_n, struct err *e);
/* ERR_NOT_FOUND when nothing has this name. `ret_id` has DIGEST_SIZE bytes. */
int image_store_name_get(const struct image_store *s, const struct image_ref *ref, char *ret_id,
			 struct err *e);
/*
 * What a user calls an image: a name, name@digest, "sha256:…", or the first digits of an id (2 at
 * least). A name wins over digits. Ambiguous digits are ERR_CONFLICT, nothing is ERR_NOT_FOUND.
 */
int image_store_find(const struct image_store *s, const char *text, char *ret_id, struct err *e);

/* ---- changes: between image_store_change() and _end(), which writes index.json anew ---- */
struct image_change {
	const struct image_store *store;
	int lock_fd;
};
int image_change_begin(const struct image_store *s, struct image_change *ret, struct err *e);
int image_change_record(struct image_change *c, const struct image_record *r, struct err *e);
int image_change_name(struct image_change *c, const struct image_ref *ref, const char *id,
		      struct err *e);
/* A missing one is success. */
int image_change_unname(struct image_change *c, const struct image_ref *ref, struct err *e);
int image_change_forget(struct image_change *c, const char *id, struct err *e);
int image_change_end(struct image_change *c, struct err *e);
void image_change_abort(struct image_change *c); /* for cleanup_by; nothing after _end */
