/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cidfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"

int cidfile_claim(const char *path, struct cidfile *ret, struct err *e)
{
	*ret = (struct cidfile){ .path = path, .fd = -1 };
	if (!path)
		return 0;
	ret->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (ret->fd >= 0)
		return 0;
	ret->path = NULL;
	err_sys(e, "--cidfile %s", path);
	if (e->sys == EEXIST)
		err_hint(e, "another container's id may be in it: remove the file if not");
	return -1;
}

int cidfile_write(struct cidfile *f, const char *id, struct err *e)
{
	if (!f->path)
		return 0;
	if (fd_write_all(f->fd, id, strlen(id), e) < 0)
		return err_wrap(e, "--cidfile %s", f->path);
	cleanup_fdp(&f->fd);
	f->fd = -1;
	return 0;
}

void cidfile_end(struct cidfile *f)
{
	if (f->fd < 0)
		return;
	unlink(f->path);
	cleanup_fdp(&f->fd);
	f->fd = -1;
}
