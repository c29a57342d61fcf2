/* SPDX-License-Identifier: Apache-2.0 */
#include "storage/rootfs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/copy.h"
#include "base/fd.h"
#include "base/path.h"

static const char *const driver_names[] = {
	[STORAGE_OVERLAY] = "overlay",
	[STORAGE_VFS] = "vfs",
};

int storage_driver_parse(const char *name, enum storage_driver *ret, struct err *e)
{
	for (size_t i = 0; i < ARRAY_SIZE(driver_names); i++) {
		if (!strcmp(name, driver_names[i])) {
			*ret = (enum storage_driver)i;
			return 0;
		}
	}
	return err_set(e, ERR_USAGE, "unknown storage driver \"%s\": overlay or vfs", name);
}

const char *storage_driver_name(enum storage_driver d)
{
	return driver_names[d];
}

/* "/" of the container looks as it does in the topmost layer. */
static int copy_root_attributes(int layer_fd, int dir_fd, const char *name, struct err *e)
{
	struct stat st;

	if (fstat(layer_fd, &st) < 0 ||
	    fchownat(dir_fd, name, st.st_uid, st.st_gid, AT_SYMLINK_NOFOLLOW) < 0 ||
	    fchmodat(dir_fd, name, st.st_mode & 07777, 0) < 0)
		return err_sys(e, "set the owner and mode of the root folder");
	return 0;
}

static int copy_layers(int root_fd, const struct rootfs_layers *l, struct err *e)
{
	for (size_t i = l->n; i-- > 0;) {
		cleanup_fd int layer =
			fd_open(l->store_fd, l->layers[i], O_RDONLY | O_DIRECTORY, e);

		if (layer < 0 || copy_tree(layer, root_fd, COPY_WHITEOUTS, e) < 0)
			return err_wrap(e, "copy image layer");
	}
	return 0;
}

int rootfs_create(int container_fd, enum storage_driver driver, const struct rootfs_layers *layers,
		  struct err *e)
{
	const char *name = driver == STORAGE_OVERLAY ? "upper" : "root";
	cleanup_fd int top = -1, root = -1;

	if (mkdirat(container_fd, name, 0755) < 0)
		return err_sys(e, "create the container's root folder");
	if (driver == STORAGE_OVERLAY && mkdirat(container_fd, "work", 0700) < 0)
		return err_sys(e, "create overlay's work folder");
	if (layers->n == 0)
		return 0;
	top = fd_open(layers->store_fd, layers->layers[0], O_RDONLY | O_DIRECTORY, e);
	if (top < 0)
		return err_wrap(e, "image layer");
	if (copy_root_attributes(top, container_fd, name, e) < 0)
		return -1;
	if (driver == STORAGE_OVERLAY)
		return 0;
	root = fd_open(container_fd, name, O_RDONLY | O_DIRECTORY, e);
	return root < 0 ? -1 : copy_layers(root, layers, e);
}

int rootfs_refresh(int container_fd, enum storage_driver driver, struct err *e)
{
	if (driver != STORAGE_OVERLAY)
		return 0;
	if (path_remove_tree(container_fd, "work", e) < 0)
		return -1;
	if (mkdirat(container_fd, "work", 0700) < 0)
		return err_sys(e, "create overlay's work folder");
	return 0;
}
