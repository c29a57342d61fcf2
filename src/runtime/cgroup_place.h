/* SPDX-License-Identifier: Apache-2.0 */
/* Paths of groups as OCI bundles and commands give them. Pure. */
#pragma once

#include "base/err.h"

/*
 * linux.cgroupsPath (NULL or "": none) without "." and "..", which never lead above the top: with a
 * leading slash when it had one, else below "cale-oci/", where the id goes too. The caller's to
 * free. ERR_INVALID: it names no group, or has control characters in it.
 */
char *cgroup_place_clean(const char *path, const char *id, struct err *e);
/*
 * A path below a group, cleaned and relative, "" for the group itself; the caller's to free.
 * ERR_INVALID "bad sub cgroup path" when it leads out of the group.
 */
char *cgroup_place_sub(const char *path, struct err *e);
