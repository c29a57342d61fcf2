/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Images in. A worker gathers the blobs of an archive; for each image another one makes the record
 * from manifest and config; the layers are unpacked by two more each (storage/layer_unpack.h). What
 * any of them says is checked here, or binds only the image that it read:
 *
 *	manifest, config   hashed here, before the parser sees them
 *	record             must name those digests; chain ids are computed again
 *	layer blobs        hashed by a process that reads nothing else, against the manifest's digest
 *	                   and the config's diff id
 *
 * Then everything is synced and renamed into place: layers, blobs, records, names, in this order.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/worker.h"
#include "engine/image_prepare.h"
#include "engine/images.h"
#include "image/blobs.h"
#include "image/bounds.h"
#include "image/change.h"
#include "image/platform.h"

#define FOUND_IMAGES_MAX 1024
#define FOUND_NAMES_MAX	 1024

struct gather {
	const char *kind;	 /* of cale-image-load */
	int input_fd, config_fd; /* -1: none */
};

static json_t *gather(const struct gather *g, const struct image_stage *stage, struct err *e)
{
	const char *const argv[] = { "cale-image-load", g->kind, NULL };
	const int fds[] = { stage->fd, g->config_fd };
	const struct worker_start start = { argv, g->input_fd, fds, g->config_fd < 0 ? 1 : 2 };
	cleanup_by(worker_abort) struct worker w = {};
	cleanup_free char *text = NULL;
	struct worker_reply reply;

	if (worker_start(&start, &w, e) < 0 ||
	    worker_finish(&w, clock_monotonic_usec() + LIMIT_WORKER_WALL_SEC * INT64_C(1000000),
			  &reply, &text, e) < 0)
		return NULL;
	return json_parse(text, strlen(text), WORKER_TEXT_MAX, e);
}

static int take_found(const json_t *o, struct arena *a, struct prepared_image *ret, struct err *e)
{
	const char *manifest = "", *config = "";

	if (json_get_string(o, "manifest", &manifest, e) < 0 ||
	    json_get_string(o, "config", &config, e) < 0 ||
	    json_get_strings(o, "names", FOUND_NAMES_MAX, a, &ret->names, &ret->n_names, e) < 0 ||
	    digest_check(manifest, e) < 0 || digest_check(config, e) < 0)
		return -1;
	ret->manifest = arena_strdup(a, manifest);
	ret->config = arena_strdup(a, config);
	for (size_t i = 0; i < ret->n_names; i++) {
		struct image_ref ref;

		if (image_ref_parse_name(ret->names[i], &ref, e) < 0)
			return -1;
	}
	return 0;
}

static int take_reply(const json_t *reply, struct prepare *p, struct err *e)
{
	json_t *list;

	if (json_get_array(reply, "images", &list, e) < 0)
		return -1;
	p->n_images = json_array_size(list);
	if (p->n_images == 0 || p->n_images > FOUND_IMAGES_MAX)
		return err_set(e, ERR_INVALID, "malformed list of images");
	p->images = arena_alloc(p->arena, p->n_images * sizeof *p->images);
	for (size_t i = 0; i < p->n_images; i++) {
		if (take_found(json_array_get(list, i), p->arena, &p->images[i], e) < 0)
			return -1;
	}
	return 0;
}

static void add_result(struct image_load *l, const struct prepared_image *image,
		       const struct image_ref *ref, const char *replaced)
{
	char familiar[IMAGE_REF_SIZE];
	struct image_loaded result = { .id = arena_strdup(l->arena, image->record->id),
				       .replaced_id = arena_strdup(l->arena, replaced),
				       .skipped_devices = image->skipped_devices,
				       .dropped_xattrs = image->dropped_xattrs };

	if (ref) {
		image_ref_familiar(ref, familiar);
		result.name = arena_strdup(l->arena, familiar);
	}
	ARENA_PUSH(l->arena, l->loaded, l->n_loaded) = result;
}

static int give_name(struct image_change *c, struct image_load *l,
		     const struct prepared_image *image, const char *name, struct err *e)
{
	char before[DIGEST_SIZE];
	struct image_ref ref;
	int replaces;

	if (image_ref_parse_name(name, &ref, e) < 0)
		return -1;
	replaces = image_store_name_get(c->store, &ref, before, e) == 0 &&
		   strcmp(before, image->record->id) != 0;
	if (image_change_name(c, &ref, image->record->id, e) < 0)
		return -1;
	add_result(l, image, &ref, replaces ? before : NULL);
	return 0;
}

static int publish(const struct images *i, struct prepare *p, struct image_load *l, struct err *e)
{
	cleanup_by(image_change_abort) struct image_change c = { .lock_fd = -1 };

	if (image_change_begin(i->store, &c, e) < 0)
		return -1;
	for (size_t n = 0; n < p->n_images; n++) {
		struct prepared_image *image = &p->images[n];

		if (image_change_record(&c, image->record, e) < 0)
			return -1;
		for (size_t k = 0; k < image->n_names; k++) {
			if (give_name(&c, l, image, image->names[k], e) < 0)
				return -1;
		}
		if (image->n_names == 0)
			add_result(l, image, NULL, NULL);
	}
	return image_change_end(&c, e);
}

static int load(const struct images *i, const struct gather *g, const char *name,
		struct image_load *l, struct err *e)
{
	cleanup_fd int hold = image_store_hold(i->store, IMAGE_HOLD_USE, e);
	cleanup_by(image_stage_close) struct image_stage stage = { .fd = -1 };
	cleanup_by(prepare_end) struct prepare p = {
		.stores = i, .stage = &stage, .load = l, .arena = arena_new()
	};
	cleanup_json json_t *reply = NULL;
	char *only_name[] = { (char *)name, NULL };

	if (hold < 0)
		return -1;
	temporary_sweep(i->store->fd, 0);
	temporary_sweep(i->layers->fd, 0);
	if (image_stage_open(i->store, &stage, e) < 0)
		return -1;
	reply = gather(g, &stage, e);
	if (!reply || take_reply(reply, &p, e) < 0)
		return -1;
	if (name) {
		p.images[0].names = only_name;
		p.images[0].n_names = 1;
	}
	for (size_t n = 0; n < p.n_images; n++) {
		if (prepare_image(&p, &p.images[n], e) < 0)
			return -1;
	}
	return prepare_commit(&p, e) < 0 ? -1 : publish(i, &p, l, e);
}

int image_load(const struct images *i, struct image_load *l, struct err *e)
{
	struct stat st;
	struct gather g = { "archive", l->fd, -1 };

	if (fstat(l->fd, &st) < 0)
		return err_sys(e, "stat the input");
	if (S_ISDIR(st.st_mode))
		g.kind = "layout";
	return load(i, &g, NULL, l, e);
}

/* The config of an imported tree, but for its layer, which the worker adds. */
static json_t *import_config(const struct image_import *what, struct err *e)
{
	cleanup_json json_t *doc = json_object();
	json_t *config = json_object(), *step = json_object(), *history = json_array();
	char now[CLOCK_TEXT_SIZE];

	clock_format(clock_now_nsec(), now);
	json_put_string(doc, "architecture", platform_host()->architecture);
	if (platform_host()->variant)
		json_put_string(doc, "variant", platform_host()->variant);
	json_put_string(doc, "os", platform_host()->os);
	json_put_string(doc, "created", now);
	json_object_set_new(doc, "config", config);
	json_put_string(step, "created", now);
	json_put_string(step, "comment", what->message ?: "imported");
	json_array_append_new(history, step);
	json_object_set_new(doc, "history", history);
	for (size_t i = 0; i < what->n_changes; i++) {
		if (image_change_apply(config, what->changes[i], e) < 0)
			return NULL;
	}
	return take_ptr(doc);
}

static int text_fd(const char *text, struct err *e)
{
	cleanup_fd int fd = memfd_create("config", MFD_CLOEXEC);

	if (fd < 0)
		return err_sys(e, "memfd");
	if (fd_write_all(fd, text, strlen(text), e) < 0)
		return -1;
	return lseek(fd, 0, SEEK_SET) < 0 ? err_sys(e, "seek") : take_fd(&fd);
}

int image_import(const struct images *i, const struct image_import *what, struct image_load *l,
		 struct err *e)
{
	struct gather g = { "import", l->fd, -1 };
	cleanup_json json_t *config = NULL;
	cleanup_free char *text = NULL;
	cleanup_fd int config_fd = -1;
	struct image_ref ref;

	/* First what costs nothing to refuse. */
	if (what->name && image_ref_parse_name(what->name, &ref, e) < 0)
		return -1;
	config = import_config(what, e);
	if (!config)
		return -1;
	text = json_dump(config, 0);
	config_fd = g.config_fd = text_fd(text, e);
	return config_fd < 0 ? -1 : load(i, &g, what->name, l, e);
}
