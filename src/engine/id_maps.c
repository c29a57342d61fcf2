/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/id_maps.h"

#include <fcntl.h>
#include <stdio.h>

#include "base/fd.h"

#define MAP_TEXT_MAX 16384

int id_maps_parse(const char *text, struct arena *a, struct id_range **ret, size_t *ret_n,
		  struct err *e)
{
	struct id_range r;
	int used = 0;

	*ret = NULL;
	*ret_n = 0;
	for (; sscanf(text, "%u %u %u%n", &r.inside, &r.outside, &r.count, &used) == 3;
	     text += used) {
		struct id_range *list = *ret;

		ARENA_PUSH(a, list, *ret_n) = r;
		*ret = list;
	}
	return *ret_n ? 0 : err_set(e, ERR_SYSTEM, "this user namespace has no id map");
}

int id_maps_read(struct arena *a, struct id_maps *ret, struct err *e)
{
	cleanup_free char *uids = fd_read_file(AT_FDCWD, "/proc/self/uid_map", MAP_TEXT_MAX, e);
	cleanup_free char *gids = NULL;

	if (!uids || id_maps_parse(uids, a, &ret->uids, &ret->n_uids, e) < 0)
		return -1;
	gids = fd_read_file(AT_FDCWD, "/proc/self/gid_map", MAP_TEXT_MAX, e);
	if (!gids)
		return -1;
	return id_maps_parse(gids, a, &ret->gids, &ret->n_gids, e);
}

int id_maps_are_initial(const struct id_maps *m)
{
	return m->n_uids == 1 && m->uids[0].inside == 0 && m->uids[0].outside == 0 &&
	       m->uids[0].count == UINT32_MAX;
}
