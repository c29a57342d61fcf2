/* SPDX-License-Identifier: Apache-2.0 */
#include "base/links.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"

int links_try(struct links *l, const struct stat *source, int to_dir, const char *name)
{
	char path[32];

	if (source->st_nlink < 2)
		return 0;
	for (size_t i = 0; i < l->n; i++) {
		if (l->items[i].device != source->st_dev || l->items[i].inode != source->st_ino)
			continue;
		snprintf(path, sizeof path, "/proc/self/fd/%d", l->items[i].fd);
		return linkat(AT_FDCWD, path, to_dir, name, AT_SYMLINK_FOLLOW) < 0 ? -1 : 1;
	}
	return 0;
}

void links_remember(struct links *l, const struct stat *source, int to_dir, const char *name)
{
	int fd;

	if (source->st_nlink < 2 || l->n == LINKS_MAX)
		return;
	fd = openat(to_dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return;
	if (!l->items)
		l->items = xcalloc(LINKS_MAX, sizeof *l->items);
	l->items[l->n++] = (struct link_source){ source->st_dev, source->st_ino, fd };
}

void links_free(struct links *l)
{
	while (l->n)
		close(l->items[--l->n].fd);
	free(l->items);
	l->items = NULL;
}
