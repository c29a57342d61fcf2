/* SPDX-License-Identifier: Apache-2.0 */
/* Overlay and idmapped mounts, tried out in a mount namespace that ends with its process. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "confine/defaults.h"
#include "confine/host_parts.h"
#include "runtime/mount_api.h"
#include "runtime/namespaces.h"

#define SCRATCH "/tmp"

/* Files need an owner who is mapped: root of the new namespace is us. */
static int become_root(uid_t uid, gid_t gid)
{
	char map[32];
	struct err ignored;

	snprintf(map, sizeof(map), "0 %u 1", uid);
	if (fd_write_file(AT_FDCWD, "/proc/self/uid_map", map, &ignored) < 0 ||
	    fd_write_file(AT_FDCWD, "/proc/self/setgroups", "deny", &ignored) < 0)
		return -1;
	snprintf(map, sizeof(map), "0 %u 1", gid);
	return fd_write_file(AT_FDCWD, "/proc/self/gid_map", map, &ignored);
}

/* A tmpfs over /tmp of a private namespace holds the folders. */
static int try_overlay(const void *argument)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	const struct host_question *q = argument;
	const char *options = q->rootless ? "lowerdir=l,upperdir=u,workdir=w,userxattr"
					  : "lowerdir=l,upperdir=u,workdir=w";

	if (unshare(CLONE_NEWNS | (q->rootless ? CLONE_NEWUSER : 0)) < 0 ||
	    (q->rootless && become_root(uid, gid) < 0) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("tmpfs", SCRATCH, "tmpfs", 0, NULL) < 0 || chdir(SCRATCH) < 0)
		return -1;
	if (mkdir("l", 0700) < 0 || mkdir("u", 0700) < 0 || mkdir("w", 0700) < 0 ||
	    mkdir("m", 0700) < 0)
		return -1;
	return mount("overlay", "m", "overlay", MS_NODEV | MS_NOSUID, options);
}

void host_ask_overlay(const struct host_probe *p, struct host_row *row)
{
	int error = host_in_child(try_overlay, p->question);

	if (error == ENODEV)
		host_lacks(row, HOST_MISSING, "this kernel doesn't have it",
			   "sudo modprobe overlay; until then root file systems are copied (vfs)");
	else if (error)
		host_lacks(row, HOST_MISSING,
			   arena_printf(p->arena, "the kernel refuses: %s", strerror(error)),
			   "root file systems are copied instead (--storage-driver vfs)");
}

static int try_idmap(const char *folder, struct err *e)
{
	const struct id_range map = { 0, defaults.id_base, defaults.id_count };
	struct spec spec = { .uid_map = &map, .gid_map = &map, .n_uid_map = 1, .n_gid_map = 1 };
	struct mount_clone clone = { .dir_fd = AT_FDCWD, .path = folder };
	cleanup_fd int fd = -1;
	struct holder h;

	spec.namespaces[NS_USER].mode = NS_MODE_NEW;
	if (holder_start(&spec, -1, &h, e) < 0)
		return -1;
	clone.idmap_fd = h.user_fd;
	fd = mount_clone(&clone, e);
	holder_end(&h);
	return fd < 0 ? -1 : 0;
}

void host_ask_idmapped_mounts(const struct host_probe *p, struct host_row *row)
{
	struct err e;

	if (p->question->rootless) {
		host_lacks(row, HOST_PARTLY,
			   "root's only; a user's containers share one map and don't need them",
			   NULL);
		return;
	}
	if (try_idmap(p->question->folder, &e) == 0)
		return;
	host_lacks(row, HOST_MISSING, arena_strdup(p->arena, e.text),
		   "keep --root on ext4, xfs, btrfs or tmpfs, or use --userns=host");
}
