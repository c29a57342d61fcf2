/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/config_merge.h"

#include <string.h>

#include "base/signals.h"
#include "engine/config_text.h"

static void take_text(struct config *c, const char **mine, const char *images, enum setting s)
{
	if (*mine || !images || !*images)
		return;
	*mine = images;
	c->origin.of[s] = ORIGIN_IMAGE;
}

struct list {
	char ***items;
	size_t *n;
};

static void take_list(struct config *c, struct list mine, struct list images, enum setting s)
{
	if (!*images.n)
		return;
	*mine.items = *images.items;
	*mine.n = *images.n;
	c->origin.of[s] = ORIGIN_IMAGE;
}

/*
 * CMD holds the arguments of the image's ENTRYPOINT: another entry point drops it. [""] is how
 * `--entrypoint ""` says that there is none, also not the image's.
 */
static void merge_command(struct config *c, struct image_record *image)
{
	if (!c->n_entrypoint) {
		if (!c->n_cmd)
			take_list(c, (struct list){ &c->cmd, &c->n_cmd },
				  (struct list){ &image->cmd, &image->n_cmd }, SETTING_COMMAND);
		take_list(c, (struct list){ &c->entrypoint, &c->n_entrypoint },
			  (struct list){ &image->entrypoint, &image->n_entrypoint },
			  SETTING_ENTRYPOINT);
	} else if (c->n_entrypoint == 1 && !*c->entrypoint[0]) {
		c->entrypoint = NULL;
		c->n_entrypoint = 0;
	}
}

static int same_key(const char *a, const char *b)
{
	size_t n = strcspn(a, "=");

	return n == strcspn(b, "=") && !memcmp(a, b, n);
}

/* "KEY=value" items: those of the image whose key isn't there yet are appended. Returns how many. */
static size_t merge_pairs(struct arena *a, struct list mine, char **images, size_t n_images)
{
	size_t n_mine = *mine.n, added = 0;

	for (size_t i = 0; i < n_images; i++) {
		size_t k = 0;

		if (!*images[i] || *images[i] == '=')
			continue;
		while (k < n_mine && !same_key(images[i], (*mine.items)[k]))
			k++;
		if (k < n_mine)
			continue;
		config_push(a, mine.items, mine.n, images[i]);
		added++;
	}
	return added;
}

static void merge_lists(struct config *c, const struct image_record *image, struct arena *a)
{
	if (merge_pairs(a, (struct list){ &c->env, &c->n_env }, image->env, image->n_env) ==
		    c->n_env &&
	    c->n_env)
		c->origin.of[SETTING_ENV] = ORIGIN_IMAGE;
	if (merge_pairs(a, (struct list){ &c->labels, &c->n_labels }, image->labels,
			image->n_labels) == c->n_labels &&
	    c->n_labels)
		c->origin.of[SETTING_LABELS] = ORIGIN_IMAGE;
}

static int has_mount(const struct config *c, const char *target)
{
	for (size_t i = 0; i < c->n_mounts; i++) {
		if (!strcmp(c->mounts[i].target, target))
			return 1;
	}
	return 0;
}

/* VOLUME: a place for data that outlives the container's own files; anonymous unless -v names one. */
static int merge_volumes(struct config *c, const struct image_record *image, struct arena *a,
			 struct err *e)
{
	for (size_t i = 0; i < image->n_volumes; i++) {
		const char *target = config_parse_target(a, image->volumes[i], e);

		if (!target)
			return err_wrap(e, "image VOLUME");
		if (has_mount(c, target))
			continue;
		ARENA_PUSH(a, c->mounts, c->n_mounts) = (struct config_mount){
			.kind = CONFIG_MOUNT_VOLUME,
			.source = "",
			.target = target,
			.origin = ORIGIN_IMAGE,
		};
	}
	return 0;
}

static int check_image_texts(const struct config *c, struct err *e)
{
	if (c->origin.of[SETTING_STOP_SIGNAL] == ORIGIN_IMAGE &&
	    signals_parse(c->stop_signal, e) < 0) {
		e->code = ERR_INVALID;
		return err_wrap(e, "image STOPSIGNAL");
	}
	if (c->origin.of[SETTING_USER] == ORIGIN_IMAGE && config_check_user(c->user, e) < 0) {
		e->code = ERR_INVALID;
		return err_wrap(e, "image USER");
	}
	return 0;
}

int config_merge(struct config *c, const struct image_record *image, struct arena *a, struct err *e)
{
	struct image_record copy = *image;

	merge_command(c, &copy);
	if (!c->n_entrypoint && !c->n_cmd)
		return err_set(
			e, ERR_USAGE,
			"there is nothing to run: neither image nor command line name a program");
	merge_lists(c, image, a);
	take_text(c, &c->user, image->user, SETTING_USER);
	take_text(c, &c->workdir, image->workdir, SETTING_WORKDIR);
	take_text(c, &c->stop_signal, image->stop_signal, SETTING_STOP_SIGNAL);
	c->image_id = image->id;
	if (c->workdir)
		c->workdir = config_clean_path(a, c->workdir);
	return check_image_texts(c, e) < 0 ? -1 : merge_volumes(c, image, a, e);
}
