/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The members of an image archive, by name: which blob of the stage each became. An archive is read
 * once, and what its members are for is known only at its end; so all are staged.
 */
#pragma once

#include "worker/stage.h"

struct archive_member {
	const char *name;   /* normal: no "./", no leading or double slash */
	const char *digest; /* of a file, or NULL */
	const char *link;   /* normal name of another member, or NULL */
};

struct archive_members {
	struct arena *arena;
	struct stage *stage;
	struct archive_member *items;
	size_t n;
};

/*
 * Reads a tar, plain or compressed with gzip or zstd, from `fd` to its end. A file whose own name
 * says its digest ("blobs/sha256/…", "….json" of 64 digits) and isn't it, is an error.
 */
int archive_members_read(struct archive_members *m, int fd, struct err *e);
/* Links followed. NULL when there is no such file. */
const struct archive_member *archive_members_find(const struct archive_members *m,
						  const char *name);
