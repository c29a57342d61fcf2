/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names in a layer's tar, and what they mean (OCI image specification 1.1, layer.md "Representing
 * changes"). The text is a stranger's. Pure.
 */
#pragma once

#include <limits.h>

#include "base/err.h"

#define WHITEOUT_PREFIX ".wh."

enum entry_meaning {
	ENTRY_ROOT,	/* the layer's root folder itself */
	ENTRY_PLAIN,	/* parent/name */
	ENTRY_WHITEOUT, /* hides parent/name of the layers below */
	ENTRY_OPAQUE,	/* hides all that the layers below have in the folder `parent` */
	ENTRY_IGNORED,	/* notes of the AUFS driver about itself: ".wh..wh.plnk" … */
};

struct entry_path {
	enum entry_meaning meaning;
	char parent[PATH_MAX]; /* relative, normal; "" is the root */
	char name[NAME_MAX + 1];
};

/*
 * Leading "/" and "./", double and trailing slashes and "." parts are dropped. Refused: "..", a
 * folder that is called like a whiteout, a whiteout of nothing, and what exceeds LIMIT_PATH_*.
 */
int entry_path_parse(const char *text, struct entry_path *ret, struct err *e);
