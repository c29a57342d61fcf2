/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The container's /dev: OCI runtime specification, config-linux.md "Default Devices" and runtime-linux.md
 * "Dev symbolic links". The nodes are made here, with the caller's rights, on a file system of the
 * caller's; inside a user namespace nobody can make one, so there the host's nodes are bound.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/path.h"
#include "runtime/child.h"
#include "runtime/mount_api.h"

static const struct {
	const char *name, *host_path;
	unsigned major, minor;
} nodes[] = {
	{ "null", "/dev/null", 1, 3 },	     { "zero", "/dev/zero", 1, 5 },
	{ "full", "/dev/full", 1, 7 },	     { "random", "/dev/random", 1, 8 },
	{ "urandom", "/dev/urandom", 1, 9 }, { "tty", "/dev/tty", 5, 0 },
};

static const struct {
	const char *name, *target;
} links[] = {
	{ "fd", "/proc/self/fd" },	 { "stdin", "/proc/self/fd/0" },
	{ "stdout", "/proc/self/fd/1" }, { "stderr", "/proc/self/fd/2" },
	{ "ptmx", "pts/ptmx" },
};

static int bind_node(int dev_fd, size_t i, struct err *e)
{
	const struct mount_clone clone = {
		.dir_fd = AT_FDCWD,
		.path = nodes[i].host_path,
		.attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC,
		.idmap_fd = -1,
	};
	cleanup_fd int node = mount_clone(&clone, e), at = -1;
	struct stat st;

	if (node < 0)
		return -1;
	if (fstat(node, &st) < 0 || !S_ISCHR(st.st_mode) ||
	    st.st_rdev != makedev(nodes[i].major, nodes[i].minor))
		return err_set(e, ERR_SYSTEM, "%s of the host isn't the usual device",
			       nodes[i].host_path);
	at = openat(dev_fd, nodes[i].name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
	if (at < 0)
		return err_sys(e, "create %s", nodes[i].name);
	return mount_attach(node, at, e);
}

static int make_nodes(int dev_fd, struct err *e)
{
	for (size_t i = 0; i < ARRAY_SIZE(nodes); i++) {
		if (mknodat(dev_fd, nodes[i].name, S_IFCHR | 0666,
			    makedev(nodes[i].major, nodes[i].minor)) == 0)
			continue;
		if (errno != EPERM)
			return err_sys(e, "create device %s", nodes[i].name);
		if (bind_node(dev_fd, i, e) < 0)
			return -1;
	}
	return 0;
}

int child_mount_dev(struct child *c, const struct spec_mount *m, struct err *e)
{
	static const char *const options[] = { "mode=755", "size=65536k", NULL };
	cleanup_fd int dev = -1, at = -1;
	mode_t mask = umask(0);
	int result = -1;

	/* /dev must be a folder and no link: nodes and links are made in it (CVE-2026-41579). */
	at = path_open_nofollow(c->root_fd, "dev", O_PATH | O_DIRECTORY, e);
	if (at < 0 && e->sys == ENOENT)
		at = path_make_dirs_in_root(c->root_fd, "dev", e);
	if (at < 0)
		return err_wrap(e, "/dev must be mounted on ordinary directory");
	/* Without nodev: this is the one place where device nodes work. */
	dev = mount_new("tmpfs", m->options ? m->options : options,
			m->attributes & ~MOUNT_ATTR_NODEV, e);
	if (dev < 0 || mount_attach(dev, at, e) < 0 || make_nodes(dev, e) < 0)
		goto out;
	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		if (symlinkat(links[i].target, dev, links[i].name) < 0) {
			err_sys(e, "link /dev/%s", links[i].name);
			goto out;
		}
	}
	if (mkdirat(dev, "pts", 0755) < 0 || mkdirat(dev, "shm", 01777) < 0 ||
	    mkdirat(dev, "mqueue", 01777) < 0) {
		err_sys(e, "fill /dev");
		goto out;
	}
	result = 0;
out:
	umask(mask);
	return result;
}
