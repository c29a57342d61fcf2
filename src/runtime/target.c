/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/path.h"
#include "runtime/mount_api.h"
#include "runtime/tree.h"

/* They tell figures that lxcfs and others replace by the container's own. */
static const char *const harmless[] = {
	"cpuinfo",
	"diskstats",
	"loadavg",
	"meminfo",
	"slabinfo",
	"stat",
	"swaps",
	"uptime",
	"sys/kernel/ns_last_pid",
	"sys/crypto/fips_enabled",
};

const char *tree_below(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	if (n == 1 && *folder == '/')
		n = 0;
	if (strncmp(path, folder, n) != 0 || (path[n] && path[n] != '/'))
		return NULL;
	return path + n + strspn(path + n, "/");
}

static const char *below_root(const char *target)
{
	target += strspn(target, "/");
	return *target ? target : ".";
}

static int is_procfs(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}

/* By its name and, since links may lead there, by what it is. */
static int check_proc(const struct spec_mount *m, int flags, int target_fd, struct err *e)
{
	const char *name = tree_below(m->target, "/proc");

	if (name && *name) {
		for (size_t i = 0; i < ARRAY_SIZE(harmless); i++) {
			if (!strcmp(name, harmless[i]))
				return 0;
		}
		return err_set(e, ERR_DENIED, "\"%s\" cannot be mounted because it is inside /proc",
			       m->target);
	}
	if (flags & TARGET_PROCFS)
		return 0;
	if (name)
		return err_set(e, ERR_DENIED,
			       "\"%s\" cannot be mounted because it is not of type proc",
			       m->target);
	if (is_procfs(target_fd))
		return err_set(e, ERR_DENIED, "\"%s\" leads into a proc file system", m->target);
	return 0;
}

static int open_existing(const struct child *c, const struct spec_mount *m, int flags,
			 struct err *e)
{
	const char *path = below_root(m->target);

	if (flags & TARGET_ORDINARY)
		return path_open_nofollow(c->root_fd, path, O_PATH | O_DIRECTORY, e);
	return path_open_in_root(c->root_fd, path, O_PATH | (m->target_nofollow ? O_NOFOLLOW : 0),
				 e);
}

static int make(const struct child *c, const struct spec_mount *m, int flags, struct err *e)
{
	const char *path = below_root(m->target);
	int fd;

	if (flags & TARGET_FILE)
		return path_make_file_in_root(c->root_fd, path, e);
	fd = path_make_dirs_in_root(c->root_fd, path, e);
	if (fd < 0 || !(flags & TARGET_ORDINARY))
		return fd;
	close(fd);
	return path_open_nofollow(c->root_fd, path, O_PATH | O_DIRECTORY, e);
}

int tree_open_target(const struct child *c, const struct spec_mount *m, int flags, int *ret_existed,
		     struct err *e)
{
	cleanup_fd int fd = open_existing(c, m, flags, e);
	int existed = fd >= 0;

	if (fd < 0 && e->sys == ENOENT)
		fd = make(c, m, flags, e);
	if (fd < 0 && flags & TARGET_ORDINARY && (e->sys == ELOOP || e->sys == ENOTDIR))
		return err_set(e, ERR_INVALID, "%s must be mounted on ordinary directory",
			       m->target);
	if (fd < 0 || check_proc(m, flags, fd, e) < 0)
		return -1;
	if (ret_existed)
		*ret_existed = existed;
	return take_fd(&fd);
}

static int is_folder(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The kernel has one error for all that can be wrong here. */
static int explain(const struct child *c, int mount_fd, int target_fd, struct err *e)
{
	if (is_folder(mount_fd) != is_folder(target_fd))
		return err_wrap(e, "a folder goes onto a folder, a file onto a file");
	if (e->sys != EINVAL || !c->unattached)
		return -1;
	e->code = ERR_UNENFORCED;
	return err_wrap(e, "without a mount namespace of its own, before Linux 6.15");
}

int tree_attach(struct child *c, const struct spec_mount *m, int mount_fd, int target_fd,
		struct err *e)
{
	int top;

	if (mount_attach(mount_fd, target_fd, e) < 0)
		return explain(c, mount_fd, target_fd, e);
	if (*below_root(m->target) != '.' || below_root(m->target)[1])
		return 0;
	top = fcntl(mount_fd, F_DUPFD_CLOEXEC, 3);
	if (top < 0)
		return err_sys(e, "duplicate descriptor");
	close(c->root_fd);
	c->root_fd = top;
	return 0;
}

void tree_keep(struct child *c, const struct spec_mount *m, int *mount_fd)
{
	int is_kernels = !strcmp(m->target, "/proc") || !strcmp(m->target, "/sys");

	if (is_kernels || tree_is_sealed_late(m))
		*tree_fd(c, m) = take_fd(mount_fd);
}
