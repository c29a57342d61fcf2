/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/image_users.h"

#include <stdio.h>
#include <string.h>

#include "engine/container_record.h"

#define SHOWN_DIGITS 12

/* 1: it does; `shown` is its name, or the start of its id. */
static int uses(struct engine *en, const char *id, const char *image_id, char *shown, struct err *e)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_fd int dir_fd = container_open_dir(&en->containers, id, 0, e);
	struct container_record record;

	/* Removed meanwhile. */
	if (dir_fd < 0)
		return e->code == ERR_NOT_FOUND ? 0 : -1;
	if (container_record_read(dir_fd, a, &record, e) < 0)
		return err_wrap(e, "container %s", id);
	if (!record.config.image_id || strcmp(record.config.image_id, image_id) != 0)
		return 0;
	if (record.config.name)
		snprintf(shown, CONTAINER_ID_SIZE, "%s", record.config.name);
	else
		snprintf(shown, CONTAINER_ID_SIZE, "%.*s", SHOWN_DIGITS, id);
	return 1;
}

int image_users_find(void *engine, const char *image_id, char *container, struct err *e)
{
	cleanup_arena struct arena *a = arena_new();
	struct engine *en = engine;
	size_t n;
	char **ids = container_list_ids(&en->containers, a, &n, e);
	int r = ids ? 0 : -1;

	for (size_t i = 0; r == 0 && i < n; i++)
		r = uses(en, ids[i], image_id, container, e);
	return r;
}
