/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/mount_idmaps.h"

#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "runtime/namespaces.h"

static int same_ranges(const struct id_range *a, const struct id_range *b, size_t n)
{
	return n == 0 || memcmp(a, b, n * sizeof *a) == 0;
}

static int same(const struct spec_idmap *a, const struct spec_idmap *b)
{
	return a->n_uid == b->n_uid && a->n_gid == b->n_gid &&
	       same_ranges(a->uid, b->uid, a->n_uid) && same_ranges(a->gid, b->gid, a->n_gid);
}

int idmaps_find(const struct idmaps *maps, const struct spec_idmap *map)
{
	for (size_t i = 0; i < maps->n; i++) {
		if (same(maps->items[i].map, map))
			return maps->items[i].user_fd;
	}
	return -1;
}

static int open_one(const struct spec_idmap *map, struct err *e)
{
	const struct spec only_users = {
		.namespaces[NS_USER].mode = NS_MODE_NEW,
		.uid_map = map->uid,
		.n_uid_map = map->n_uid,
		.gid_map = map->gid,
		.n_gid_map = map->n_gid,
	};
	struct holder holder;
	int fd;

	if (!map->n_uid || !map->n_gid)
		return err_set(e, ERR_INVALID, "an id map of a mount is for users and groups");
	if (holder_start(&only_users, -1, &holder, e) < 0)
		return -1;
	fd = take_fd(&holder.user_fd);
	holder_end(&holder);
	return fd;
}

int idmaps_open(const struct spec *spec, struct idmaps *ret, struct err *e)
{
	ret->n = 0;
	for (size_t i = 0; i < spec->n_mounts; i++) {
		const struct spec_mount *m = &spec->mounts[i];
		int fd;

		if ((!m->idmap.n_uid && !m->idmap.n_gid) || idmaps_find(ret, &m->idmap) >= 0)
			continue;
		if (ret->n == IDMAPS_MAX)
			fd = err_set(e, ERR_LIMIT, "more than %d different id maps", IDMAPS_MAX);
		else
			fd = open_one(&m->idmap, e);
		if (fd < 0) {
			idmaps_close(ret);
			return err_wrap(e, "mount %s", m->target);
		}
		ret->items[ret->n].map = &m->idmap;
		ret->items[ret->n++].user_fd = fd;
	}
	return 0;
}

void idmaps_close(struct idmaps *maps)
{
	while (maps->n)
		close(maps->items[--maps->n].user_fd);
}
