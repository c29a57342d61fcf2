/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Images as the commands see them: the store of images (image/store.h) together with the unpacked
 * layers (storage/layers.h).
 */
#pragma once

#include "base/json.h"
#include "image/store.h"
#include "storage/layers.h"

/* Both borrowed; those of struct engine: { &en.images, &en.layers }. */
struct images {
	const struct image_store *store;
	const struct layer_store *layers;
};

/* ---- in ---- */
struct image_loaded {
	const char *id;
	const char *name;	 /* as people write it, or NULL: it came without one */
	const char *replaced_id; /* the image that had the name until now, or NULL */
	int64_t skipped_devices, dropped_xattrs; /* what can't be had here; 0 for known layers */
};

struct image_load {
	struct arena *arena; /* of the results */
	int fd;		     /* a docker-archive, OCI archive or OCI layout folder */
	/* One line about what is being done, or NULL. */
	void (*progress)(void *context, const char *line);
	void *context;
	struct image_loaded *loaded; /* result: an item for each name, or nameless image */
	size_t n_loaded;
};
/* All images of the archive, or none. */
int image_load(const struct images *i, struct image_load *load, struct err *e);

struct image_import {
	const char *name;     /* or NULL */
	const char *message;  /* for the history, or NULL */
	char *const *changes; /* Dockerfile instructions (image/change.h) */
	size_t n_changes;
};
/* As image_load, of a root file system's tar on load->fd. */
int image_import(const struct images *i, const struct image_import *what, struct image_load *load,
		 struct err *e);

/*
 * Unpacks those layers of an image that aren't there in this caller's form (storage/layers.h), from
 * the blobs in the store: a user got a range of ids, or a layer was lost. For somebody who holds the
 * store.
 */
int image_restore_layers(const struct images *i, struct image_record *r, struct err *e);

/* ---- what there is ---- */
struct image_item {
	const struct image_record *record;
	const struct image_ref *name; /* NULL: none */
};
/* One for each name and nameless image, newest first. */
int images_list(const struct images *i, struct arena *a, struct image_item **ret, size_t *ret_n,
		struct err *e);
/* One element of what `docker image inspect` prints; the caller's. */
json_t *image_inspect(const struct images *i, const char *name, struct err *e);

/* ---- names and out ---- */
int image_tag(const struct images *i, const char *source, const char *target, struct err *e);

struct image_removal {
	struct arena *arena; /* of the results */
	const char *name;
	int force;    /* remove a name although a container uses the image; all names of an id */
	int no_prune; /* leave layers and blobs that nothing needs any more */
	/*
	 * Does a container use the image? 1 with its id for people in `container` (65 bytes), 0, or
	 * -1. Asked while nobody can start to use one.
	 */
	int (*find_user)(void *context, const char *image_id, char *container, struct err *e);
	void *context;
	char **lines; /* result: "Untagged: …", "Deleted: …" */
	size_t n_lines;
};
/*
 * ERR_CONFLICT when a container uses the image, or an id has names in several repositories. Waits
 * for loads in progress.
 */
int image_remove(const struct images *i, struct image_removal *r, struct err *e);

/*
 * Layers and blobs that no image needs go, as do leftovers of crashes. For somebody who holds the
 * store with IMAGE_HOLD_REMOVE. `heard` (may be NULL) is told of each layer.
 */
int images_clean(const struct images *i, const struct layer_removal *heard, struct err *e);
