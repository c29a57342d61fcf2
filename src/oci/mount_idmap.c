/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/mount_idmap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "oci/mappings.h"

struct reader {
	const char *at;
	struct arena *arena;
	const struct id_range *map; /* of the container, for relative ranges; or NULL */
	size_t n_map;
};

/* One number and the character that must follow it; '\0' stands for the end of a list. */
static int read_number(struct reader *r, char after, uint32_t *ret)
{
	char *end;
	unsigned long long value;

	if (*r->at < '0' || *r->at > '9')
		return -1;
	errno = 0;
	value = strtoull(r->at, &end, 10);
	if (errno || value > UINT32_MAX)
		return -1;
	*ret = (uint32_t)value;
	r->at = end;
	if (!after)
		return 0;
	return *r->at++ == after ? 0 : -1;
}

/* A range of the container's ids lies in one of its map, or can't be had. */
static int make_absolute(const struct reader *r, struct id_range *range)
{
	for (size_t i = 0; i < r->n_map; i++) {
		const struct id_range *m = &r->map[i];

		if (range->outside < m->inside || range->outside - m->inside >= m->count ||
		    m->count - (range->outside - m->inside) < range->count)
			continue;
		range->outside = m->outside + (range->outside - m->inside);
		return 0;
	}
	return -1;
}

static int read_list(struct reader *r, const struct id_range **ret, size_t *ret_n)
{
	struct id_range *ranges = NULL;
	int relative = *r->at == '@';
	size_t n = 0;

	r->at += relative;
	for (;;) {
		struct id_range range;

		if (n == OCI_MAPPINGS_MAX || read_number(r, '-', &range.inside) < 0 ||
		    read_number(r, '-', &range.outside) < 0 ||
		    read_number(r, '\0', &range.count) < 0)
			return -1;
		if (relative && make_absolute(r, &range) < 0)
			return -1;
		ARENA_PUSH(r->arena, ranges, n) = range;
		if (*r->at != '#')
			break;
		r->at++;
	}
	*ret = ranges;
	*ret_n = n;
	return oci_mapping_fault(ranges, n) ? -1 : 0;
}

static int read_part(struct reader *r, const struct spec *spec, struct spec_idmap *to)
{
	int is_uids = !strncmp(r->at, "uids=", 5);

	if ((!is_uids && strncmp(r->at, "gids=", 5) != 0) || (is_uids ? to->uid : to->gid))
		return -1;
	r->at += 5;
	r->map = is_uids ? spec->uid_map : spec->gid_map;
	r->n_map = is_uids ? spec->n_uid_map : spec->n_gid_map;
	if (is_uids)
		return read_list(r, &to->uid, &to->n_uid);
	return read_list(r, &to->gid, &to->n_gid);
}

int oci_mount_idmap_parse(const char *text, const struct spec *spec, struct arena *a,
			  struct spec_idmap *ret, struct err *e)
{
	struct reader r = { .at = text, .arena = a };
	int failed = 0;

	do {
		failed = read_part(&r, spec, ret) < 0;
	} while (!failed && *r.at++ == ';');
	if (!failed && !r.at[-1] && ret->n_uid && ret->n_gid)
		return 0;
	return err_set(e, ERR_INVALID,
		       "id map \"%s\" is not of the form uids=0-1000-10;gids=0-1000-10", text);
}
