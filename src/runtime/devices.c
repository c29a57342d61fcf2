/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The container's devices: OCI runtime specification 1.3, config-linux.md "Devices" and "Default
 * Devices", runtime-linux.md "Dev symbolic links". Nodes are made here, with the caller's rights; who
 * may not make one (inside a user namespace) gets the host's bound.
 *
 * /dev may be a folder of the container's root, whose content is hostile: it is a folder and no link
 * (CVE-2026-41579, CVE-2026-47766), and what is in it already is looked at before it is believed.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/path.h"
#include "runtime/mount_api.h"
#include "runtime/tree.h"

static const struct spec_device defaults[] = {
	{ .path = "/dev/null", .type = S_IFCHR, .major = 1, .minor = 3, .mode = 0666 },
	{ .path = "/dev/zero", .type = S_IFCHR, .major = 1, .minor = 5, .mode = 0666 },
	{ .path = "/dev/full", .type = S_IFCHR, .major = 1, .minor = 7, .mode = 0666 },
	{ .path = "/dev/random", .type = S_IFCHR, .major = 1, .minor = 8, .mode = 0666 },
	{ .path = "/dev/urandom", .type = S_IFCHR, .major = 1, .minor = 9, .mode = 0666 },
	{ .path = "/dev/tty", .type = S_IFCHR, .major = 5, .minor = 0, .mode = 0666 },
};

static const struct {
	const char *name, *target;
} links[] = {
	{ "fd", "/proc/self/fd" },
	{ "stdin", "/proc/self/fd/0" },
	{ "stdout", "/proc/self/fd/1" },
	{ "stderr", "/proc/self/fd/2" },
};

/* One device on its way into the folder that it belongs in. */
struct node {
	const struct spec_device *d;
	int folder;
	const char *name;
	int64_t uid, gid; /* as the caller has them; -1: not in the container's map */
};

static int is_it(const struct spec_device *d, const struct stat *st)
{
	return (st->st_mode & S_IFMT) == d->type &&
	       (d->type == S_IFIFO || st->st_rdev == makedev(d->major, d->minor));
}

static int open_node(const struct node *n, struct stat *st, struct err *e)
{
	cleanup_fd int fd = path_open_nofollow(n->folder, n->name, O_PATH | O_NOFOLLOW, e);

	if (fd < 0)
		return -1;
	return fstat(fd, st) < 0 ? err_sys(e, "stat %s", n->d->path) : take_fd(&fd);
}

static int bind_node(const struct node *n, struct err *e)
{
	const struct mount_clone clone = {
		.dir_fd = AT_FDCWD,
		.path = n->d->path,
		.attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC,
		.propagation = MS_PRIVATE,
		.idmap_fd = -1,
	};
	cleanup_fd int fd = mount_clone(&clone, e), made = -1, at = -1;
	struct stat st;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) < 0 || !is_it(n->d, &st))
		return err_set(e, ERR_SYSTEM, "%s of the host isn't device %u:%u", n->d->path,
			       n->d->major, n->d->minor);
	made = openat(n->folder, n->name, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY | O_CLOEXEC,
		      0666);
	if (made < 0 && errno != EEXIST)
		return err_sys(e, "create %s", n->d->path);
	at = open_node(n, &st, e);
	if (at < 0)
		return -1;
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_CONFLICT, "%s is something else already", n->d->path);
	return mount_attach(fd, at, e);
}

/* Somebody else's file: kept when it is the device, covered when it is a placeholder. */
static int keep_or_cover(const struct node *n, struct err *e)
{
	struct stat st;
	cleanup_fd int fd = open_node(n, &st, e);

	if (fd < 0)
		return -1;
	return is_it(n->d, &st) ? 0 : bind_node(n, e);
}

/* On the inode that was made, whatever the name leads to by now. */
static int set_owner(const struct node *n, struct err *e)
{
	struct stat st;
	cleanup_fd int fd = open_node(n, &st, e);

	if (fd < 0)
		return -1;
	if (!is_it(n->d, &st))
		return err_set(e, ERR_CONFLICT, "%s changed while it was made", n->d->path);
	if (fchownat(fd, "", (uid_t)n->uid, (gid_t)n->gid, AT_EMPTY_PATH) < 0)
		return err_sys(e, "change owner of %s", n->d->path);
	return 0;
}

static int make_node(const struct child *c, struct node *n, struct err *e)
{
	const struct spec_device *d = n->d;

	n->uid = holder_outside(c->holder, ID_MAP_USERS, d->uid);
	n->gid = holder_outside(c->holder, ID_MAP_GROUPS, d->gid);
	if (n->uid < 0 || n->gid < 0)
		return bind_node(n, e);
	if (mknodat(n->folder, n->name, d->type | d->mode, makedev(d->major, d->minor)) == 0)
		return d->uid || d->gid ? set_owner(n, e) : 0;
	if (errno == EEXIST)
		return keep_or_cover(n, e);
	if (errno != EPERM || d->type == S_IFIFO)
		return err_sys(e, "create device %s", d->path);
	return bind_node(n, e);
}

/* Below /dev no link leads out of it; elsewhere none leads out of the root. */
static int make_device(const struct child *c, int dev, const struct spec_device *d, struct err *e)
{
	const char *below_dev = tree_below(d->path, "/dev");
	const char *path = below_dev && dev >= 0 ? below_dev : d->path;
	const char *end = path + strlen(path);
	cleanup_fd int folder = -1;
	struct node n = { .d = d };
	char parent[PATH_MAX], name[NAME_MAX + 1];

	while (end > path && end[-1] == '/')
		end--;
	n.name = memrchr(path, '/', (size_t)(end - path));
	n.name = n.name ? n.name + 1 : path;
	if (n.name == end || (size_t)(end - n.name) >= sizeof name ||
	    (size_t)(n.name - path) >= sizeof parent)
		return err_set(e, ERR_INVALID, "device path \"%s\"", d->path);
	memcpy(parent, path, (size_t)(n.name - path));
	parent[n.name - path] = '\0';
	memcpy(name, n.name, (size_t)(end - n.name));
	name[end - n.name] = '\0';
	n.name = name;
	n.folder = path == below_dev ? dev : c->root_fd;
	if (*parent) {
		folder = path_make_dirs_in_root(n.folder, parent, e);
		if (folder < 0)
			return err_wrap(e, "device %s", d->path);
		n.folder = folder;
	}
	return make_node(c, &n, e);
}

static int has_device(const struct spec *spec, const char *path)
{
	for (size_t i = 0; i < spec->n_devices; i++) {
		if (!strcmp(spec->devices[i].path, path))
			return 1;
	}
	return 0;
}

static int make_defaults(const struct child *c, int dev, struct err *e)
{
	for (size_t i = 0; i < ARRAY_SIZE(defaults); i++) {
		if (!has_device(c->spec, defaults[i].path) &&
		    make_device(c, dev, &defaults[i], e) < 0)
			return -1;
	}
	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		if (symlinkat(links[i].target, dev, links[i].name) < 0 && errno != EEXIST)
			return err_sys(e, "link /dev/%s", links[i].name);
	}
	/* The container's own devpts, never a node that would be the host's. */
	if (symlinkat("pts/ptmx", dev, "ptmx") == 0)
		return 0;
	if (errno != EEXIST || unlinkat(dev, "ptmx", 0) < 0 ||
	    symlinkat("pts/ptmx", dev, "ptmx") < 0)
		return err_sys(e, "link /dev/ptmx");
	return 0;
}

int child_mount_dev(struct child *c, const struct spec_mount *m, struct err *e)
{
	static const char *const options[] = { "mode=755", "size=65536k", NULL };
	/* Without nodev: this is the one place where device nodes work. */
	const struct mount_filesystem tmpfs = {
		.type = "tmpfs",
		.source = m->source,
		.options = m->options ? m->options : options,
		.attributes = m->attributes & ~(uint64_t)(MOUNT_ATTR_NODEV | MOUNT_ATTR_RDONLY),
	};
	cleanup_fd int at = tree_open_target(c, m, TARGET_ORDINARY, NULL, e), dev = -1;
	mode_t mask;
	int failed;

	if (at < 0)
		return -1;
	dev = mount_new(&tmpfs, e);
	if (dev < 0 || tree_attach(c, m, dev, at, e) < 0)
		return -1;
	mask = umask(0);
	failed = make_defaults(c, dev, e) < 0;
	if (!failed && (mkdirat(dev, "pts", 0755) < 0 || mkdirat(dev, "shm", 01777) < 0 ||
			mkdirat(dev, "mqueue", 01777) < 0))
		failed = err_sys(e, "fill /dev") < 0;
	umask(mask);
	tree_keep(c, m, &dev);
	return failed ? -1 : 0;
}

/* The folder that "/dev" is, made where it is missing. */
static int open_dev(const struct child *c, struct err *e)
{
	const struct spec_mount m = { .target = "/dev" };

	return tree_open_target(c, &m, TARGET_ORDINARY, NULL, e);
}

int child_make_devices(struct child *c, struct err *e)
{
	cleanup_fd int dev = -1;
	mode_t mask;
	int failed = 0;

	if (!c->spec->default_devices && !c->spec->n_devices)
		return 0;
	dev = open_dev(c, e);
	if (dev < 0)
		return err_wrap(e, "devices");
	mask = umask(0);
	if (c->spec->default_devices)
		failed = make_defaults(c, dev, e) < 0;
	for (size_t i = 0; i < c->spec->n_devices && !failed; i++) {
		/* The terminal multiplexer is the link to the container's own. */
		if (strcmp(c->spec->devices[i].path, "/dev/ptmx") != 0)
			failed = make_device(c, dev, &c->spec->devices[i], e) < 0;
	}
	umask(mask);
	return failed ? -1 : 0;
}
