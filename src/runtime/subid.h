/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ids that a user may map: the own one, and the ranges of /etc/subuid or /etc/subgid, subuid(5).
 * The files are the administrator's and trusted.
 */
#pragma once

#include <sys/types.h>

#include "runtime/spec.h"

#define SUBID_RANGES_MAX 16

struct subid_user {
	uid_t uid;
	const char *name; /* or NULL */
};

/* A map: `own` as 0, then the ranges of the user from 1 up. */
struct subid_ranges {
	struct id_range items[SUBID_RANGES_MAX];
	size_t n; /* 1: no range */
};

/* Pure: `text` is the file's. */
void subid_parse(const char *text, const struct subid_user *user, uint32_t own,
		 struct subid_ranges *ret);
/* A missing file has no ranges. */
void subid_read(const char *path, const struct subid_user *user, uint32_t own,
		struct subid_ranges *ret);
