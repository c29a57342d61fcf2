/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/image_users.h"

#include <stdio.h>
#include <string.h>

#include "engine/container_record.h"

#define SHOWN_DIGITS 12

static int uses(struct engine *en, const char *id, const char *image_id, struct err *e)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_fd int dir_fd = container_open_dir(&en->containers, id, 0, e);
	struct container_record record;

	/* Removed meanwhile. */
	if (dir_fd < 0)
		return e->code == ERR_NOT_FOUND ? 0 : -1;
	if (container_record_read(dir_fd, a, &record, e) < 0)
		return err_wrap(e, "container %s", id);
	return record.config.image_id && !strcmp(record.config.image_id, image_id);
}

int image_users_find(void *engine, const char *image_id, char *container, struct err *e)
{
	cleanup_arena struct arena *a = arena_new();
	struct engine *en = engine;
	size_t n;
	char **ids = container_list_ids(&en->containers, a, &n, e);
	int r = ids ? 0 : -1;

	for (size_t i = 0; r == 0 && i < n; i++) {
		r = uses(en, ids[i], image_id, e);
		if (r == 1)
			snprintf(container, CONTAINER_ID_SIZE, "%.*s", SHOWN_DIGITS, ids[i]);
	}
	return r;
}
