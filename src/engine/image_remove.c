/* SPDX-License-Identifier: Apache-2.0 */
/* Images out, by Docker's rules: a name, or with its last name the image; an id with all its names. */
#include <stdio.h>
#include <string.h>

#include "engine/images.h"

#define SHORT_DIGITS 12

struct removing {
	const struct images *images;
	struct image_removal *request;
	struct image_change *change;
	char id[DIGEST_SIZE];
	struct image_name *names; /* of this image */
	size_t n_names;
	char user[65]; /* container that uses it, or "" */
};

static void say(struct image_removal *r, const char *event, const char *what)
{
	ARENA_PUSH(r->arena, r->lines, r->n_lines) = arena_printf(r->arena, "%s: %s", event, what);
}

static int collect_names(struct removing *r, struct err *e)
{
	struct image_name *all;
	size_t n;

	if (image_store_names(r->images->store, r->request->arena, &all, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(all[i].id, r->id))
			ARENA_PUSH(r->request->arena, r->names, r->n_names) = all[i];
	}
	return 0;
}

static int untag(struct removing *r, const struct image_ref *ref, struct err *e)
{
	char familiar[IMAGE_REF_SIZE];

	if (image_change_unname(r->change, ref, e) < 0)
		return -1;
	image_ref_familiar(ref, familiar);
	say(r->request, "Untagged", familiar);
	return 0;
}

static void heard_layer(void *context, const char *chain_id)
{
	say(context, "Deleted", chain_id);
}

static int forget(struct removing *r, struct err *e)
{
	const struct layer_removal heard = { .removed = heard_layer, .context = r->request };

	if (image_change_forget(r->change, r->id, e) < 0 || image_change_end(r->change, e) < 0)
		return -1;
	say(r->request, "Deleted", r->id);
	return r->request->no_prune ? 0 : images_clean(r->images, &heard, e);
}

static int remove_name(struct removing *r, const struct image_ref *ref, struct err *e)
{
	int last = r->n_names == 1;

	if (last && *r->user && !r->request->force) {
		err_set(e, ERR_CONFLICT,
			"unable to remove repository reference \"%s\": container %s uses its image "
			"%.*s",
			r->request->name, r->user, SHORT_DIGITS, digest_hex(r->id));
		return err_hint(e, "remove the container first, or only the name with --force");
	}
	if (untag(r, ref, e) < 0)
		return -1;
	/* An image in use stays, without a name. */
	return last && !*r->user ? forget(r, e) : image_change_end(r->change, e);
}

static int has_several_repositories(const struct removing *r)
{
	for (size_t i = 1; i < r->n_names; i++) {
		if (strcmp(r->names[i].ref.repository, r->names[0].ref.repository) != 0)
			return 1;
	}
	return 0;
}

static int remove_all(struct removing *r, struct err *e)
{
	if (*r->user) {
		err_set(e, ERR_CONFLICT, "unable to delete %.*s: container %s uses it",
			SHORT_DIGITS, digest_hex(r->id), r->user);
		return err_hint(e, "remove the container first");
	}
	if (has_several_repositories(r) && !r->request->force) {
		err_set(e, ERR_CONFLICT,
			"unable to delete %.*s: it has names in several repositories", SHORT_DIGITS,
			digest_hex(r->id));
		return err_hint(e, "--force removes them all");
	}
	for (size_t i = 0; i < r->n_names; i++) {
		if (untag(r, &r->names[i].ref, e) < 0)
			return -1;
	}
	return forget(r, e);
}

int image_remove(const struct images *i, struct image_removal *request, struct err *e)
{
	cleanup_fd int hold = image_store_hold(i->store, IMAGE_HOLD_REMOVE, e);
	cleanup_by(image_change_abort) struct image_change change = { .lock_fd = -1 };
	struct removing r = { .images = i, .request = request, .change = &change };
	struct image_ref ref;
	struct err no_name;
	int by_name;

	if (hold < 0 || image_store_find(i->store, request->name, r.id, e) < 0 ||
	    image_change_begin(i->store, &change, e) < 0 || collect_names(&r, e) < 0)
		return -1;
	if (request->find_user && request->find_user(request->context, r.id, r.user, e) < 0)
		return -1;
	by_name = image_ref_parse(request->name, &ref, &no_name) == 0 && !*ref.digest &&
		  image_store_name_get(i->store, &ref, r.id, &no_name) == 0;
	return by_name ? remove_name(&r, &ref, e) : remove_all(&r, e);
}
