/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/image_prepare.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/worker.h"
#include "image/bounds.h"
#include "storage/layer_unpack.h"

void prepare_end(struct prepare *p)
{
	for (size_t i = 0; i < p->n_layers; i++)
		layer_abandon(p->stores->layers, &p->layers[i]);
	arena_free(p->arena);
}

static void verified(struct prepare *p, const char *digest)
{
	ARENA_PUSH(p->arena, p->verified, p->n_verified) = digest;
}

static int is_verified(const struct prepare *p, const char *digest)
{
	for (size_t i = 0; i < p->n_verified; i++) {
		if (!strcmp(p->verified[i], digest))
			return 1;
	}
	return 0;
}

/* Opens a document of ours or the stage's, and hashes it: at its start again, and what it says. */
static int open_document(struct prepare *p, const char *digest, struct err *e)
{
	int is_new;
	cleanup_fd int fd = image_stage_blob(p->stage, digest, &is_new, e);
	cleanup_free char *text = NULL;
	char found[DIGEST_SIZE];
	size_t n;

	if (fd < 0)
		return -1;
	text = fd_read_text(fd, JSON_FOREIGN_BYTES_MAX, &n, e);
	if (!text)
		return err_wrap(e, "%s", digest);
	digest_of(text, n, found);
	if (strcmp(found, digest) != 0)
		return err_set(e, ERR_INVALID, "%s has digest %s", digest, found);
	if (lseek(fd, 0, SEEK_SET) < 0)
		return err_sys(e, "seek");
	verified(p, digest);
	return take_fd(&fd);
}

/* Chain ids name trees that other images share: not a worker's word, but computed. */
static int check_record(const struct prepared_image *image, const struct image_record *r,
			struct err *e)
{
	char chain[DIGEST_SIZE];

	if (strcmp(r->id, image->config) != 0 || strcmp(r->manifest_digest, image->manifest) != 0)
		return err_set(e, ERR_INVALID, "the record is of another image");
	for (size_t i = 0; i < r->n_layers; i++) {
		digest_chain(i ? r->layers[i - 1].chain_id : NULL, r->layers[i].diff_id, chain);
		if (strcmp(chain, r->layers[i].chain_id) != 0)
			return err_set(e, ERR_INVALID, "the record has a false chain id");
	}
	return 0;
}

static int make_record(struct prepare *p, struct prepared_image *image, struct err *e)
{
	const char *const argv[] = { "cale-image-parse", NULL };
	cleanup_fd int manifest = open_document(p, image->manifest, e), config = -1;
	cleanup_by(worker_abort) struct worker w = {};
	cleanup_free char *text = NULL;
	struct worker_reply reply;

	if (manifest < 0 || (config = open_document(p, image->config, e)) < 0)
		return -1;
	if (worker_start(&(struct worker_start){ argv, manifest, &config, 1 }, &w, e) < 0 ||
	    worker_finish(&w, clock_monotonic_usec() + LIMIT_WORKER_WALL_SEC * INT64_C(1000000),
			  &reply, &text, e) < 0)
		return -1;
	image->record = image_record_from_json(text, strlen(text), p->arena, e);
	return image->record ? check_record(image, image->record, e) : -1;
}

static struct layer_new *find_new(const struct prepare *p, const char *chain_id)
{
	for (size_t i = 0; i < p->n_layers; i++) {
		if (!strcmp(p->layers[i].chain_id, chain_id))
			return &p->layers[i];
	}
	return NULL;
}

static int unpack(struct prepare *p, struct prepared_image *image, size_t n, int blob_fd,
		  struct err *e)
{
	const struct image_layer *layers = image->record->layers;
	const char *lowers[IMAGE_LAYERS_MAX];
	const struct layer_unpack what = {
		blob_fd, layers[n].digest, layers[n].diff_id, layers[n].chain_id, lowers, n
	};
	struct layer_new fresh;

	for (size_t i = 0; i < n; i++) {
		const struct layer_new *below = find_new(p, layers[n - 1 - i].chain_id);

		lowers[i] = below ? below->name : layer_path(layers[n - 1 - i].chain_id);
	}
	if (layer_unpack(p->stores->layers, &what, &fresh, e) < 0)
		return -1;
	ARENA_PUSH(p->arena, p->layers, p->n_layers) = fresh;
	image->skipped_devices += fresh.meta.skipped_devices;
	image->dropped_xattrs += fresh.meta.dropped_xattrs;
	return 0;
}

static void report(const struct prepare *p, const char *what, size_t n, size_t of)
{
	char line[128];

	if (!p->load->progress)
		return;
	snprintf(line, sizeof line, "%s layer %zu of %zu", what, n + 1, of);
	p->load->progress(p->load->context, line);
}

static int prepare_layer(struct prepare *p, struct prepared_image *image, size_t n, struct err *e)
{
	struct image_record *r = image->record;
	struct image_layer *l = &r->layers[n];
	struct layer_new *pending = find_new(p, l->chain_id);
	struct layer_meta meta;
	int is_new, known = 0;
	cleanup_fd int blob = image_stage_blob(p->stage, l->digest, &is_new, e);

	if (blob < 0)
		return -1;
	if (pending)
		meta = pending->meta;
	else
		known = layer_find(p->stores->layers, l->chain_id, &meta, e);
	if (known < 0)
		return -1;
	if (!pending && !known) {
		report(p, "unpacking", n, r->n_layers);
		if (unpack(p, image, n, blob, e) < 0)
			return -1;
		meta = p->layers[p->n_layers - 1].meta;
	} else if (strcmp(meta.blob, l->digest) != 0 || (is_new && !is_verified(p, l->digest))) {
		report(p, "verifying", n, r->n_layers);
		if (layer_verify(blob, l->digest, l->diff_id, e) < 0)
			return -1;
	}
	verified(p, l->digest);
	l->unpacked_bytes = meta.unpacked_bytes;
	r->size_bytes += meta.unpacked_bytes;
	r->file_capabilities |= meta.file_capabilities;
	return 0;
}

int prepare_image(struct prepare *p, struct prepared_image *image, struct err *e)
{
	if (make_record(p, image, e) < 0)
		return -1;
	image->record->size_bytes = 0;
	image->record->file_capabilities = 0;
	for (size_t i = 0; i < image->record->n_layers; i++) {
		if (prepare_layer(p, image, i, e) < 0)
			return -1;
	}
	return 0;
}

static int restore_layer(struct prepare *p, struct prepared_image *image, size_t n, struct err *e)
{
	const struct image_layer *l = &image->record->layers[n];
	cleanup_fd int blob = -1;

	if (layer_exists(p->stores->layers, l->chain_id))
		return 0;
	blob = image_blob_open(p->stores->store, l->digest, e);
	if (blob < 0)
		return err_hint(e, "load the image again");
	return unpack(p, image, n, blob, e);
}

int image_restore_layers(const struct images *i, struct image_record *r, struct err *e)
{
	cleanup_by(prepare_end) struct prepare p = { .stores = i, .arena = arena_new() };
	struct prepared_image image = { .record = r };

	for (size_t n = 0; n < r->n_layers; n++) {
		if (restore_layer(&p, &image, n, e) < 0)
			return -1;
	}
	if (p.n_layers && layer_store_sync(i->layers, e) < 0)
		return -1;
	for (size_t n = 0; n < p.n_layers; n++) {
		if (layer_commit(i->layers, &p.layers[n], e) < 0)
			return -1;
	}
	return 0;
}

int prepare_commit(struct prepare *p, struct err *e)
{
	const struct image_store *store = p->stores->store;

	/* Blobs and layers may be on different file systems; the second call finds little to do. */
	if (layer_store_sync(p->stores->layers, e) < 0)
		return -1;
	if (syncfs(store->fd) < 0)
		return err_sys(e, "sync images");
	for (size_t i = 0; i < p->n_layers; i++) {
		if (layer_commit(p->stores->layers, &p->layers[i], e) < 0)
			return -1;
	}
	for (size_t i = 0; i < p->n_verified; i++) {
		if (image_stage_take(p->stage, p->verified[i], e) < 0)
			return -1;
	}
	return image_blobs_sync(store, e);
}
