/* SPDX-License-Identifier: Apache-2.0 */
#include "storage/volume.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/path.h"

static const char name_characters[] =
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";

int volume_name_is_valid(const char *name)
{
	size_t n = strlen(name);

	return n >= 1 && n <= VOLUME_NAME_MAX && strspn(name, name_characters) == n &&
	       !strchr("_.-", *name);
}

int volume_use(int volumes_fd, const char *name, int *ret_made, struct err *e)
{
	cleanup_fd int fd = -1;

	*ret_made = 0;
	if (!volume_name_is_valid(name))
		return err_set(e, ERR_USAGE, "\"%s\" is not a volume name", name);
	if (mkdirat(volumes_fd, name, 0700) < 0 && errno != EEXIST)
		return err_sys(e, "create volume %s", name);
	fd = fd_open(volumes_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, e);
	if (fd < 0)
		return err_wrap(e, "volume %s", name);
	if (mkdirat(fd, "_data", 0755) == 0)
		*ret_made = 1;
	else if (errno != EEXIST)
		return err_sys(e, "create volume %s", name);
	return 0;
}

int volume_remove(int volumes_fd, const char *name, struct err *e)
{
	if (!volume_name_is_valid(name))
		return err_set(e, ERR_USAGE, "\"%s\" is not a volume name", name);
	return path_remove_tree(volumes_fd, name, e);
}
