/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Masks and read-only paths: OCI runtime specification 1.3, config-linux.md "Masked Paths" and
 * "Readonly Paths". They hide what the kernel tells and takes, so they must be where the kernel's file
 * systems are: below /proc and /sys a path is looked up from the mount itself, whatever somebody
 * who shares the root made of the folder meanwhile.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/path.h"
#include "runtime/mount_api.h"
#include "runtime/tree.h"

#define NULL_DEVICE makedev(1, 3)

/* The first mask of each kind, attached: further ones are copies of it. */
struct masks {
	int file_fd, folder_fd;
};

/* What m's target was mounted on, by the last mount that it lies in. */
static int open_covered(struct child *c, const struct spec_mount *m, struct err *e)
{
	const char *rest = m->target;
	int base = c->root_fd, fd;

	for (size_t i = 0; i < c->spec->n_mounts; i++) {
		const struct spec_mount *other = &c->spec->mounts[i];
		const char *below;

		if (other->kind == MOUNT_MASK || other->kind == MOUNT_READONLY ||
		    other->kind == MOUNT_REMOUNT)
			continue;
		below = tree_below(m->target, other->target);
		if (!below)
			continue;
		base = c->fds[i] >= 0 ? c->fds[i] : c->root_fd;
		rest = c->fds[i] >= 0 ? below : m->target;
	}
	fd = path_open_in_root(base, *rest ? rest : ".", O_PATH, e);
	/* What isn't there needs no cover. */
	return fd < 0 && (e->sys == ENOENT || e->sys == ENOTDIR) ? -2 : fd;
}

/* The host's null device, proved to be one (CVE-2025-31133): the container's could be anything. */
static int new_file_mask(struct err *e)
{
	const struct mount_clone null = {
		.dir_fd = AT_FDCWD,
		.path = "/dev/null",
		.attributes = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC,
		.idmap_fd = -1,
	};
	cleanup_fd int fd = mount_clone(&null, e);
	struct stat st;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) < 0 || !S_ISCHR(st.st_mode) || st.st_rdev != NULL_DEVICE)
		return err_set(e, ERR_SYSTEM, "/dev/null of the host isn't the null device");
	return take_fd(&fd);
}

static int new_folder_mask(struct err *e)
{
	static const char *const options[] = { "size=4k", "nr_inodes=1", "mode=555", NULL };
	const struct mount_filesystem tmpfs = {
		.type = "tmpfs",
		.source = "tmpfs",
		.options = options,
		.attributes = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
			      MOUNT_ATTR_NOEXEC,
	};

	return mount_new(&tmpfs, e);
}

static int mask(struct masks *masks, int at, struct err *e)
{
	struct mount_clone again = { .path = "", .idmap_fd = -1 };
	cleanup_fd int fd = -1;
	struct stat st;
	int *first;

	if (fstat(at, &st) < 0)
		return err_sys(e, "stat");
	first = S_ISDIR(st.st_mode) ? &masks->folder_fd : &masks->file_fd;
	if (*first >= 0) {
		again.dir_fd = *first;
		fd = mount_clone(&again, e);
	} else {
		fd = S_ISDIR(st.st_mode) ? new_folder_mask(e) : new_file_mask(e);
	}
	if (fd < 0 || mount_attach(fd, at, e) < 0)
		return -1;
	if (*first < 0)
		*first = take_fd(&fd);
	return 0;
}

static int make_readonly(const struct spec_mount *m, int at, struct err *e)
{
	const struct mount_clone clone = {
		.dir_fd = at,
		.path = "",
		.recursive = 1,
		.attributes = MOUNT_ATTR_RDONLY | m->attributes,
		.attributes_recursive = 1,
		.idmap_fd = -1,
	};
	cleanup_fd int fd = mount_clone(&clone, e);

	return fd < 0 ? -1 : mount_attach(fd, at, e);
}

static int is_masked_before(const struct spec *spec, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (spec->mounts[k].kind == MOUNT_MASK &&
		    !strcmp(spec->mounts[k].target, spec->mounts[i].target))
			return 1;
	}
	return 0;
}

static int cover_one(struct child *c, const struct spec_mount *m, struct masks *masks,
		     struct err *e)
{
	cleanup_fd int at = open_covered(c, m, e);

	if (at < 0)
		return at == -2 ? 0 : -1;
	return m->kind == MOUNT_MASK ? mask(masks, at, e) : make_readonly(m, at, e);
}

int tree_cover(struct child *c, struct err *e)
{
	struct masks masks = { .file_fd = -1, .folder_fd = -1 };
	int failed = 0;

	for (size_t i = 0; i < c->spec->n_mounts && !failed; i++) {
		const struct spec_mount *m = &c->spec->mounts[i];

		if (m->kind == MOUNT_READONLY ||
		    (m->kind == MOUNT_MASK && !is_masked_before(c->spec, i)))
			failed = cover_one(c, m, &masks, e) < 0;
		if (failed)
			err_wrap(e, m->kind == MOUNT_MASK ? "mask %s" : "make %s read-only",
				 m->target);
	}
	cleanup_fdp(&masks.file_fd);
	cleanup_fdp(&masks.folder_fd);
	return failed ? -1 : 0;
}
