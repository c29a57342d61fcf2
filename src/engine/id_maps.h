/* SPDX-License-Identifier: Apache-2.0 */
/* The id maps of the user namespace that this process is in: user_namespaces(7). */
#pragma once

#include "base/err.h"
#include "base/mem.h"
#include "runtime/spec.h"

struct id_maps {
	struct id_range *uids, *gids; /* as in /proc/self/uid_map: inside, outside, count */
	size_t n_uids, n_gids;
};

/* Into the arena. */
int id_maps_read(struct arena *a, struct id_maps *ret, struct err *e);
/* Are we in the initial user namespace, which maps every id to itself? */
int id_maps_are_initial(const struct id_maps *m);
/* Pure: the text of /proc/PID/uid_map. */
int id_maps_parse(const char *text, struct arena *a, struct id_range **ret, size_t *ret_n,
		  struct err *e);
