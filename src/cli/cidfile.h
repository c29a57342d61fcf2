/* SPDX-License-Identifier: Apache-2.0 */
/*
 * --cidfile: the new container's id in a file that must not exist yet. It is claimed before anything
 * is made and taken away again when nothing was.
 */
#pragma once

#include "base/err.h"

struct cidfile {
	const char *path; /* NULL: none was asked for */
	int fd;		  /* -1 once it is written */
};

int cidfile_claim(const char *path, struct cidfile *ret, struct err *e);
int cidfile_write(struct cidfile *f, const char *id, struct err *e);
/* Removes the file unless it was written; a scope's end. */
void cidfile_end(struct cidfile *f);
