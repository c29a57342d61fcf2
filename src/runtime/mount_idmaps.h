/* SPDX-License-Identifier: Apache-2.0 */
/*
 * User namespaces that only exist for their id maps, which mounts are shown through; mount_setattr(2).
 * One is made by a process that is ended at once; mounts with equal maps share it.
 */
#pragma once

#include <stddef.h>

#include "base/err.h"
#include "runtime/spec.h"

#define IDMAPS_MAX 64

struct idmaps {
	struct {
		const struct spec_idmap *map;
		int user_fd;
	} items[IDMAPS_MAX];
	size_t n;
};

/* For all mounts that have maps of their own; nothing is to be closed after a failure. */
int idmaps_open(const struct spec *spec, struct idmaps *ret, struct err *e);
/* The namespace with these maps; it is in there. */
int idmaps_find(const struct idmaps *maps, const struct spec_idmap *map);
void idmaps_close(struct idmaps *maps);
