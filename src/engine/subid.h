/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ranges of ids that a user may map: /etc/subuid and /etc/subgid, subuid(5). Written by the
 * administrator, trusted.
 */
#pragma once

#include <sys/types.h>

#include "runtime/spec.h"

#define SUBID_RANGES_MAX 16

/*
 * Ranges of `user` (by name or number) in a file's text; `inside` counts up from 1, since 0 is the
 * user. Returns how many. Pure.
 */
size_t subid_parse(const char *text, const char *name, uid_t uid, struct id_range *ranges,
		   size_t room);
/* From a file; 0 when it is missing. `name` may be NULL. */
size_t subid_read(const char *path, const char *name, uid_t uid, struct id_range *ranges,
		  size_t room);
