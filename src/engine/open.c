/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/open.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"
#include "base/self.h"
#include "engine/sweep.h"

#define ONE_ID_NOTICE "notices-one-id"

/* Said once for each home, then kept quiet. */
static void note_one_id(struct engine *en)
{
	struct err ignored;

	if (en->home.user == 0 || en->anchor.ids != ANCHOR_ONE_ID ||
	    faccessat(en->home.root_fd, ONE_ID_NOTICE, F_OK, 0) == 0)
		return;
	err_set(&en->notice, ERR_UNENFORCED,
		"containers have one user id only, because %s; files of other owners all appear as "
		"root's",
		*en->anchor.why ? en->anchor.why : "there is no range of ids");
	if (*en->anchor.mend)
		err_hint(&en->notice, "%s", en->anchor.mend);
	file_replace(en->home.root_fd, ONE_ID_NOTICE, "", FILE_VOLATILE, &ignored);
}

static enum layer_form layer_form(const struct engine *en)
{
	if (en->privileged)
		return LAYER_TRUSTED;
	return en->maps.n_uids == 1 && en->maps.uids[0].count == 1 ? LAYER_ONE_ID : LAYER_USER;
}

static int open_parts(const struct engine_options *options, struct engine *en, struct err *e)
{
	if (home_open(&options->home, &en->home, e) < 0)
		return -1;
	/* A user's containers are that user: a program of theirs would be in reach. */
	if (options->starts_processes && en->home.user != 0 && self_is_exposed() &&
	    self_seal(e) < 0)
		return -1;
	if (en->home.user != 0 && anchor_enter(&en->home, &en->anchor, e) < 0)
		return -1;
	if (id_maps_read(en->arena, &en->maps, e) < 0)
		return -1;
	en->privileged = id_maps_are_initial(&en->maps);
	note_one_id(en);
	if (options->storage_driver &&
	    storage_driver_parse(options->storage_driver, &en->driver, e) < 0)
		return -1;
	if (container_store_open(&en->home, &en->containers, e) < 0)
		return -1;
	if (image_store_open(en->home.root_fd, &en->images, e) < 0)
		return -1;
	return layer_store_open(en->home.root_fd, layer_form(en), &en->layers, e);
}

int engine_open(const struct engine_options *options, struct engine *ret, struct err *e)
{
	*ret = (struct engine){
		.home = { .root_fd = -1, .runroot_fd = -1 },
		.containers = { -1, -1, -1, -1, -1 },
		.images = { -1, -1, -1, -1 },
		.layers = { .fd = -1 },
		.arena = arena_new(),
	};
	if (open_parts(options, ret, e) < 0) {
		engine_close(ret);
		return -1;
	}
	engine_sweep(ret);
	return 0;
}

void engine_close(struct engine *en)
{
	layer_store_close(&en->layers);
	image_store_close(&en->images);
	container_store_close(&en->containers);
	home_close(&en->home);
	arena_free(en->arena);
	en->arena = NULL;
}
