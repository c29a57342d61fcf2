/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/mount_api.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/mem.h"

#define OPTION_KEY_MAX 64
#define LOG_MAX	       256
/* statfs(2) has it, the C library's header hasn't. */
#define ST_NOSYMFOLLOW_ 0x2000

/* What the kernel wrote about the failure ("e tmpfs: Unknown parameter 'x'"), or "". */
static void read_log(int fs_fd, char log[LOG_MAX])
{
	int why = errno;
	ssize_t n = read(fs_fd, log, LOG_MAX - 1);

	log[n > 0 ? n : 0] = '\0';
	log[strcspn(log, "\n")] = '\0';
	if (log[0] && log[1] == ' ')
		memmove(log, log + 2, strlen(log + 2) + 1);
	errno = why;
}

static int fail(int fs_fd, const char *what, const char *name, struct err *e)
{
	char log[LOG_MAX];

	read_log(fs_fd, log);
	return err_sys(e, "%s \"%s\"%s%s", what, name, *log ? ": " : "", log);
}

static int configure(int fs_fd, const char *option, struct err *e)
{
	const char *value = strchr(option, '=');
	char key[OPTION_KEY_MAX];
	size_t n = value ? (size_t)(value - option) : strlen(option);
	int failed;

	if (n >= sizeof key)
		return err_set(e, ERR_USAGE, "unknown mount option \"%s\"", option);
	memcpy(key, option, n);
	key[n] = '\0';
	if (value)
		failed = fsconfig(fs_fd, FSCONFIG_SET_STRING, key, value + 1, 0);
	else
		failed = fsconfig(fs_fd, FSCONFIG_SET_FLAG, key, NULL, 0);
	return failed < 0 ? fail(fs_fd, "mount option", option, e) : 0;
}

static int configure_all(int fs_fd, const char *const *options, struct err *e)
{
	for (; options && *options; options++) {
		if (configure(fs_fd, *options, e) < 0)
			return -1;
	}
	return 0;
}

int mount_new(const struct mount_filesystem *f, struct err *e)
{
	cleanup_fd int fs_fd = fsopen(f->type, FSOPEN_CLOEXEC);
	int fd;

	if (fs_fd < 0)
		return err_sys(e, "file system %s", f->type);
	if (f->source && fsconfig(fs_fd, FSCONFIG_SET_STRING, "source", f->source, 0) < 0)
		return fail(fs_fd, "mount source", f->source, e);
	if (configure_all(fs_fd, f->options, e) < 0)
		return -1;
	if (fsconfig(fs_fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return fail(fs_fd, "create file system", f->type, e);
	fd = fsmount(fs_fd, FSMOUNT_CLOEXEC, (unsigned)f->attributes);
	return fd < 0 ? err_sys(e, "mount %s", f->type) : fd;
}

int mount_reconfigure(int fd, const char *const *options, struct err *e)
{
	cleanup_fd int fs_fd = fspick(fd, "", FSPICK_EMPTY_PATH | FSPICK_CLOEXEC);

	if (fs_fd < 0)
		return err_sys(e, "pick a file system");
	if (configure_all(fs_fd, options, e) < 0)
		return -1;
	if (fsconfig(fs_fd, FSCONFIG_CMD_RECONFIGURE, NULL, NULL, 0) < 0)
		return fail(fs_fd, "change file system", *options ? *options : "", e);
	return 0;
}

static int set_idmap(int fd, const struct mount_clone *c, struct err *e)
{
	struct mount_attr idmap = {
		.attr_set = MOUNT_ATTR_IDMAP,
		.userns_fd = (unsigned)c->idmap_fd,
	};
	const unsigned recursive = c->recursive && !c->idmap_top_only ? AT_RECURSIVE : 0;

	if (mount_setattr(fd, "", AT_EMPTY_PATH | recursive, &idmap, sizeof idmap) == 0)
		return 0;
	err_sys(e, "map the ids of %s%s", *c->path ? c->path : "a mount",
		errno == EINVAL ? ": its file system can't show its files through an id map" : "");
	e->code = ERR_UNENFORCED;
	return -1;
}

int mount_clone(const struct mount_clone *c, struct err *e)
{
	struct mount_attr attr = { .attr_set = c->attributes, .propagation = c->propagation };
	cleanup_fd int fd = open_tree(c->dir_fd, c->path,
				      OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH |
					      (c->recursive ? AT_RECURSIVE : 0) |
					      (c->nofollow ? AT_SYMLINK_NOFOLLOW : 0));

	if (fd < 0)
		return err_sys(e, "clone the mount of %s", *c->path ? c->path : "a file");
	if (c->idmap_fd >= 0 && set_idmap(fd, c, e) < 0)
		return -1;
	if ((attr.attr_set || attr.propagation) &&
	    mount_setattr(fd, "", AT_EMPTY_PATH | (c->attributes_recursive ? AT_RECURSIVE : 0),
			  &attr, sizeof attr) < 0)
		return err_sys(e, "set mount attributes of %s", *c->path ? c->path : "a mount");
	return take_fd(&fd);
}

int mount_attach(int mount_fd, int target_fd, struct err *e)
{
	if (move_mount(mount_fd, "", target_fd, "",
		       MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
		return err_sys(e, "attach a mount");
	return 0;
}

int mount_change(int fd, const struct mount_change *change, struct err *e)
{
	struct mount_attr attr = {
		.attr_set = change->set,
		.attr_clr = change->clear,
		.propagation = change->propagation,
	};

	if (mount_setattr(fd, "", AT_EMPTY_PATH | (change->recursive ? AT_RECURSIVE : 0), &attr,
			  sizeof attr) < 0)
		return err_sys(e, "set mount attributes");
	return 0;
}

int mount_add_attributes(int fd, uint64_t attributes, int recursive, struct err *e)
{
	return mount_change(fd, &(struct mount_change){ .set = attributes, .recursive = recursive },
			    e);
}

int mount_propagate(int fd, uint64_t propagation, struct err *e)
{
	/* The order matters: a shared mount loses its group when it becomes a slave of it. */
	static const uint64_t kinds[] = { MS_PRIVATE, MS_SLAVE, MS_SHARED, MS_UNBINDABLE };

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct mount_change change = {
			.propagation = kinds[i],
			.recursive = (propagation & MS_REC) != 0,
		};

		if (propagation & kinds[i] && mount_change(fd, &change, e) < 0)
			return err_wrap(e, "propagation");
	}
	return 0;
}

int mount_attributes(int fd, uint64_t *ret, struct err *e)
{
	static const struct {
		long st;
		uint64_t attribute;
	} flags[] = {
		{ ST_RDONLY, MOUNT_ATTR_RDONLY },
		{ ST_NOSUID, MOUNT_ATTR_NOSUID },
		{ ST_NODEV, MOUNT_ATTR_NODEV },
		{ ST_NOEXEC, MOUNT_ATTR_NOEXEC },
		{ ST_NODIRATIME, MOUNT_ATTR_NODIRATIME },
		{ ST_NOATIME, MOUNT_ATTR_NOATIME },
		{ ST_NOSYMFOLLOW_, MOUNT_ATTR_NOSYMFOLLOW },
	};
	struct statfs fs;

	if (fstatfs(fd, &fs) < 0)
		return err_sys(e, "read mount attributes");
	*ret = 0;
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		if (fs.f_flags & flags[i].st)
			*ret |= flags[i].attribute;
	}
	if (!(fs.f_flags & (ST_NOATIME | ST_RELATIME)))
		*ret |= MOUNT_ATTR_STRICTATIME;
	return 0;
}
