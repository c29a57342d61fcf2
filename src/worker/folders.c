/* SPDX-License-Identifier: Apache-2.0 */
#include "worker/folders.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/path.h"
#include "image/bounds.h"

int folders_add(struct folders *f, const char *path, const struct timespec times[2], struct err *e)
{
	size_t head = 2 * sizeof *times, need = head + strlen(path) + 1;

	if (f->n + need > LIMIT_FOLDERS_BYTES)
		return err_set(e, ERR_LIMIT, "names of folders of more than %d bytes in all",
			       LIMIT_FOLDERS_BYTES);
	if (f->n + need > f->room) {
		f->room = f->room * 2 + need + 4096;
		f->bytes = xrealloc(f->bytes, f->room, 1);
	}
	memcpy(f->bytes + f->n, times, head);
	memcpy(f->bytes + f->n + head, path, need - head);
	f->n += need;
	return 0;
}

int folders_set_times(const struct folders *f, int root_fd, struct err *e)
{
	struct timespec times[2];

	for (size_t at = 0; at < f->n;) {
		const char *path = f->bytes + at + sizeof times;
		cleanup_fd int fd = -1;

		memcpy(times, f->bytes + at, sizeof times);
		at += sizeof times + strlen(path) + 1;
		fd = path_open_nofollow(root_fd, *path ? path : ".",
					O_RDONLY | O_DIRECTORY | O_NOFOLLOW, e);
		if (fd < 0 && e->sys != ENOENT && e->sys != ENOTDIR && e->sys != ELOOP)
			return -1;
		if (fd >= 0 && futimens(fd, times) < 0)
			return err_sys(e, "set times of %s", path);
	}
	return 0;
}

void folders_free(struct folders *f)
{
	free(f->bytes);
	*f = (struct folders){};
}
