/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Maps inside a mount option, as crun has them and Podman writes them:
 * "uids=0-1000-10#20-2000-5;gids=0-1000-10", each range INSIDE-OUTSIDE-COUNT. An "@" before a list
 * makes OUTSIDE an id of the container. Pure.
 */
#pragma once

#include "base/err.h"
#include "base/mem.h"
#include "runtime/spec.h"

/* `spec` has the container's maps. ERR_INVALID without a place. */
int oci_mount_idmap_parse(const char *text, const struct spec *spec, struct arena *a,
			  struct spec_idmap *ret, struct err *e);
