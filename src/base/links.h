/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hard links while a tree is copied: remembers, for files with more than one name, an O_PATH
 * descriptor of the first copy. At most LINKS_MAX files; beyond that a copy is a file of its own.
 */
#pragma once

#include <stddef.h>
#include <sys/stat.h>

#define LINKS_MAX 256

struct links {
	struct link_source {
		dev_t device;
		ino_t inode;
		int fd;
	} * items;
	size_t n;
};

/* 1: made `name` as a further name of an earlier copy; 0: copy it; -1 with errno. */
int links_try(struct links *l, const struct stat *source, int to_dir, const char *name);
void links_remember(struct links *l, const struct stat *source, int to_dir, const char *name);
void links_free(struct links *l);
