/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/live_mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/path.h"
#include "base/process.h"
#include "runtime/capset.h"
#include "runtime/fsids.h"
#include "runtime/mount_api.h"
#include "runtime/procfs.h"
#include "runtime/tree.h"

#define NAME_BYTES 16 /* of a mount on the shelf */
#define PROTECTING (MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC)

/* The helper's. */
struct live {
	const struct live_mounts *l;
	struct child child; /* root_fd is the container's once it was joined; fds are the mounts */
	struct holder holder;
	int mount_ns_fd, user_ns_fd; /* the latter -1: the caller's own */
	size_t n_attached;
};

/* ---- who is joined ---- */

static int open_namespace(const struct live *v, const char *name, struct err *e)
{
	char path[64];
	int fd;

	snprintf(path, sizeof path, "%d/ns/%s", v->l->pid, name);
	fd = fd_open(v->child.proc_fd, path, O_RDONLY, e);
	return fd < 0 ? err_wrap(e, "the container's namespaces") : fd;
}

static int is_same(int fd, const char *own)
{
	struct stat a, b;

	return fstat(fd, &a) == 0 && stat(own, &b) == 0 && a.st_ino == b.st_ino &&
	       a.st_dev == b.st_dev;
}

static int read_maps(struct live *v, struct err *e)
{
	for (int i = 0; v->child.holder && i < ID_MAP_KINDS; i++) {
		struct holder_map *map = &v->holder.maps[i];
		ssize_t n = id_map_read(v->l->pid, i, &map->read, e);

		if (n < 0)
			return -1;
		map->items = map->read;
		map->n = (size_t)n;
	}
	return 0;
}

static int has_administration(void)
{
	struct capset held;
	struct err ignored;

	return capset_get(&held, &ignored) == 0 && held.effective >> CAP_SYS_ADMIN & 1;
}

/*
 * An ordinary user made a user namespace first, in which it was root, and the container's below it;
 * one that the document named is the container's at once.
 */
static int become_administrator(struct live *v, struct err *e)
{
	int below = v->l->spec->namespaces[NS_USER].mode == NS_MODE_NEW;
	cleanup_fd int fd = v->user_ns_fd < 0 ? -1
			    : below	      ? ioctl(v->user_ns_fd, NS_GET_PARENT)
					      : fcntl(v->user_ns_fd, F_DUPFD_CLOEXEC, 3);

	if (fd < 0 || is_same(fd, "/proc/self/ns/user")) {
		err_set(e, ERR_DENIED, "only root may change this container's mounts");
		return err_hint(e, "call it as who made the container, or with sudo");
	}
	if (setns(fd, CLONE_NEWUSER) < 0)
		return err_sys(e, "join the container's user namespace");
	if (!below) {
		close(take_fd(&v->user_ns_fd));
		v->child.holder = NULL;
	}
	return unshare(CLONE_NEWNS) < 0 ? err_sys(e, "create a mount namespace") : 0;
}

static int find_container(struct live *v, struct err *e)
{
	struct child *c = &v->child;

	v->mount_ns_fd = open_namespace(v, "mnt", e);
	v->user_ns_fd = v->mount_ns_fd < 0 ? -1 : open_namespace(v, "user", e);
	if (v->user_ns_fd < 0)
		return -1;
	/* The number was the container's all the time. */
	if (syscall(SYS_pidfd_send_signal, v->l->pid_fd, 0, NULL, 0) < 0)
		return err_set(e, ERR_CONFLICT, "the container is not running");
	if (is_same(v->mount_ns_fd, "/proc/self/ns/mnt")) {
		err_set(e, ERR_UNENFORCED, "the container has the host's mount namespace");
		return err_hint(e, "mount(8) on the host is what it would see");
	}
	if (is_same(v->user_ns_fd, "/proc/self/ns/user")) {
		close(take_fd(&v->user_ns_fd));
	} else {
		c->holder = &v->holder;
		v->holder.user_fd = v->user_ns_fd;
	}
	return has_administration() ? 0 : become_administrator(v, e);
}

/* ---- making, as the caller ---- */

static int refuse(const struct spec_mount *m, const char *what, struct err *e)
{
	err_set(e, ERR_UNENFORCED, "%s: %s", m->target, what);
	return err_hint(e, "write it into config.json and create the container anew");
}

static int check_kind(const struct spec_mount *m, struct err *e)
{
	/* What they show is of the namespaces that they are made in, and nothing would mask it. */
	static const char *const of_namespaces[] = { "proc", "sysfs", "mqueue" };

	if (!strcmp(m->target, "/"))
		return refuse(m, "the root of a running container can't be replaced", e);
	if (m->kind != MOUNT_BIND && m->kind != MOUNT_FILESYSTEM)
		return refuse(m, "neither a remount nor a cgroup mount can be added", e);
	if (m->copy_up || m->copy_symlink)
		return refuse(m, "nothing is copied into or out of a running container", e);
	for (size_t i = 0; m->kind == MOUNT_FILESYSTEM && i < ARRAY_SIZE(of_namespaces); i++) {
		if (!strcmp(m->fstype, of_namespaces[i]))
			return refuse(m, "proc, sysfs and mqueue are only there from the beginning",
				      e);
	}
	return 0;
}

static int make_one(struct live *v, size_t i, struct err *e)
{
	const struct spec_mount *m = &v->l->spec->mounts[i];
	struct child *c = &v->child;

	if (check_kind(m, e) < 0)
		return -1;
	c->fds[i] =
		m->kind == MOUNT_BIND ? tree_clone_source(c, m, e) : tree_new_filesystem(c, m, e);
	return c->fds[i] < 0 ? err_wrap(e, "%s", m->target) : 0;
}

/* Files and folders that are made belong to the container's root. */
static int make_all(struct live *v, struct err *e)
{
	struct child *c = &v->child;
	int64_t uid, gid;

	if (read_maps(v, e) < 0)
		return -1;
	uid = holder_outside(c->holder, ID_MAP_USERS, 0);
	gid = holder_outside(c->holder, ID_MAP_GROUPS, 0);
	if (c->holder && uid >= 0 && gid >= 0 && fsids_become((uint32_t)uid, (uint32_t)gid, e) < 0)
		return -1;
	if (idmaps_open(v->l->spec, &c->idmaps, e) < 0)
		return -1;
	for (size_t i = 0; i < v->l->spec->n_mounts; i++) {
		if (make_one(v, i, e) < 0)
			return -1;
	}
	return 0;
}

/* ---- crossing into the container's user namespace ---- */

static int put_on_shelf(int shelf_fd, const char *name, int mount_fd, struct err *e)
{
	cleanup_fd int at = -1;
	struct stat st;

	if (fstat(mount_fd, &st) < 0)
		return err_sys(e, "stat a mount");
	at = S_ISDIR(st.st_mode) ? path_make_dirs_in_root(shelf_fd, name, e)
				 : path_make_file_in_root(shelf_fd, name, e);
	return at < 0 ? -1 : mount_attach(mount_fd, at, e);
}

/* A file system over the root of a mount namespace of ours, with every mount on it. */
static int fill_shelf(struct live *v, struct err *e)
{
	const struct mount_filesystem tmpfs = { .type = "tmpfs", .source = "tmpfs" };
	cleanup_fd int shelf = -1, root = -1;
	char name[NAME_BYTES];

	if (unshare(CLONE_NEWNS) < 0)
		return err_sys(e, "create a mount namespace");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return err_sys(e, "make the mount namespace private");
	shelf = mount_new(&tmpfs, e);
	root = shelf < 0 ? -1 : fd_open(AT_FDCWD, "/", O_PATH | O_DIRECTORY, e);
	if (root < 0 || mount_attach(shelf, root, e) < 0)
		return -1;
	for (size_t i = 0; i < v->l->spec->n_mounts; i++) {
		snprintf(name, sizeof name, "%zu", i);
		if (put_on_shelf(shelf, name, v->child.fds[i], e) < 0)
			return err_wrap(e, "%s", v->l->spec->mounts[i].target);
	}
	/* The working directory follows into the next mount namespace, descriptors don't. */
	return fchdir(shelf) < 0 ? err_sys(e, "enter a folder") : 0;
}

/* The copy's flags are locked; who gets to see it, the copy made receive only. */
static int take_from_shelf(struct live *v, size_t i, struct err *e)
{
	const uint64_t propagation = v->l->spec->mounts[i].propagation;
	const uint64_t lost = propagation & (MS_SHARED | MS_UNBINDABLE);
	char name[NAME_BYTES];
	const struct mount_clone clone = {
		.dir_fd = AT_FDCWD,
		.path = name,
		.recursive = 1,
		.nofollow = 1,
		.idmap_fd = -1,
	};
	int *fd = &v->child.fds[i];

	snprintf(name, sizeof name, "%zu", i);
	close(take_fd(fd));
	*fd = mount_clone(&clone, e);
	if (*fd < 0)
		return -1;
	return lost ? mount_propagate(*fd, lost | (propagation & MS_REC), e) : 0;
}

static int cross(struct live *v, struct err *e)
{
	if (v->user_ns_fd < 0)
		return 0;
	if (fill_shelf(v, e) < 0)
		return -1;
	if (setns(v->user_ns_fd, CLONE_NEWUSER) < 0)
		return err_sys(e, "join the container's user namespace");
	if (unshare(CLONE_NEWNS) < 0)
		return err_sys(e, "create a mount namespace");
	for (size_t i = 0; i < v->l->spec->n_mounts; i++) {
		if (take_from_shelf(v, i, e) < 0)
			return err_wrap(e, "%s", v->l->spec->mounts[i].target);
	}
	return fsids_become(0, 0, e);
}

/* ---- in the container ---- */

static int enter(struct live *v, struct err *e)
{
	if (setns(v->mount_ns_fd, CLONE_NEWNS) < 0)
		return err_sys(e, "join the container's mount namespace");
	v->child.root_fd = fd_open(AT_FDCWD, "/", O_PATH | O_DIRECTORY, e);
	return v->child.root_fd < 0 ? -1 : 0;
}

static int attach(struct live *v, size_t i, struct err *e)
{
	const struct spec_mount *m = &v->l->spec->mounts[i];
	struct child *c = &v->child;
	cleanup_fd int at = -1;
	struct stat st;

	if (fstat(c->fds[i], &st) < 0)
		return err_sys(e, "stat a mount");
	at = tree_open_target(c, m, S_ISDIR(st.st_mode) ? TARGET_FOLDER : TARGET_FILE, NULL, e);
	return at < 0 ? -1 : tree_attach(c, m, c->fds[i], at, e);
}

/* By descriptor: umount2(2) takes only paths, and no path here is looked up twice. */
static int detach(const struct live *v, int fd, struct err *e)
{
	char path[32];

	snprintf(path, sizeof path, "self/fd/%d", fd);
	if (fchdir(v->child.proc_fd) < 0 || umount2(path, MNT_DETACH) < 0)
		return err_sys(e, "unmount");
	return 0;
}

static int attach_all(struct live *v, struct err *e)
{
	struct err ignored;

	for (size_t i = 0; i < v->l->spec->n_mounts; i++) {
		if (attach(v, i, e) == 0)
			continue;
		while (i-- > 0)
			(void)detach(v, v->child.fds[i], &ignored);
		return -1;
	}
	return 0;
}

static int explain(const struct spec_mount *m, struct err *e)
{
	if (e->sys == EINVAL)
		return err_set(e, ERR_CONFLICT,
			       "%s: nothing is mounted there, or it was from the beginning in a "
			       "container with a user namespace",
			       m->target);
	return err_wrap(e, "%s", m->target);
}

static int remove_one(const struct live *v, const struct spec_mount *m, struct err *e)
{
	const char *path = m->target + strspn(m->target, "/");
	cleanup_fd int fd = -1;

	if (!*path)
		return err_set(e, ERR_DENIED, "the root of a container can't be removed");
	fd = path_open_nofollow(v->child.root_fd, path, O_PATH, e);
	if (fd < 0 && e->sys == ELOOP) {
		err_set(e, ERR_DENIED, "%s leads over a symbolic link", m->target);
		return err_hint(e, "name the mount by its place in the container's mountinfo");
	}
	if (fd < 0)
		return -1;
	return detach(v, fd, e) < 0 ? explain(m, e) : 0;
}

static int remove_all(struct live *v, struct err *e)
{
	for (size_t i = v->l->spec->n_mounts; i-- > 0;) {
		if (remove_one(v, &v->l->spec->mounts[i], e) < 0)
			return -1;
	}
	return 0;
}

static int protect_one(const struct live *v, const struct spec_mount *m, struct err *e)
{
	static const uint64_t kinds[] = {
		[MOUNT_MASK] = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC,
		[MOUNT_READONLY] = MOUNT_ATTR_RDONLY,
		[MOUNT_REMOUNT] = 0,
	};
	const char *path = m->target + strspn(m->target, "/");
	const struct mount_change own = { .set = (m->attributes & PROTECTING) | kinds[m->kind] };
	const struct mount_change below = { .set = m->recursive_attributes & PROTECTING,
					    .recursive = 1 };
	cleanup_fd int fd = path_open_in_root(v->child.root_fd, *path ? path : ".", O_PATH, e);

	if (fd < 0)
		return e->sys == ENOENT || e->sys == ENOTDIR ? 0 : -1;
	if ((own.set && mount_change(fd, &own, e) < 0) ||
	    (below.set && mount_change(fd, &below, e) < 0))
		return e->sys == EINVAL ? 0 : err_wrap(e, "%s", m->target);
	return 0;
}

static int protect_all(struct live *v, struct err *e)
{
	for (size_t i = 0; i < v->l->spec->n_mounts; i++) {
		if (protect_one(v, &v->l->spec->mounts[i], e) < 0)
			return -1;
	}
	return 0;
}

/* ---- the helper ---- */

typedef int stage_function(struct live *v, struct err *e);

static int hide(struct live *v, struct err *e)
{
	umask(0022);
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return err_sys(e, "hide the process");
	v->child.proc_fd = procfs_open(e);
	return v->child.proc_fd < 0 ? -1 : 0;
}

static int join_user(struct live *v, struct err *e)
{
	if (v->user_ns_fd >= 0 && setns(v->user_ns_fd, CLONE_NEWUSER) < 0)
		return err_sys(e, "join the container's user namespace");
	return 0;
}

static stage_function *const add_stages[] = { hide,  find_container, make_all,
					      cross, enter,	     attach_all };
static stage_function *const remove_stages[] = { hide, find_container, join_user, enter,
						 remove_all };

static stage_function *const protect_stages[] = { hide, find_container, enter, protect_all };

static _Noreturn void helper_main(const struct live_mounts *l, stage_function *const *stages,
				  size_t n, int result_fd)
{
	static struct live v;
	struct err e = {}, ignored;

	v.l = l;
	v.child = (struct child){
		.spec = l->spec,
		.root_fd = -1,
		.start_fd = -1,
		.pty_fd = -1,
		.tty_fd = -1,
	};
	v.holder.pid_fd = v.holder.user_fd = v.mount_ns_fd = v.user_ns_fd = -1;
	for (size_t i = 0; i < CHILD_MOUNTS_MAX; i++)
		v.child.fds[i] = -1;
	for (size_t i = 0; i < n; i++) {
		struct err why = {};

		if (stages[i](&v, &why) == 0)
			continue;
		e = why;
		break;
	}
	(void)fd_write_all(result_fd, &e, sizeof e, &ignored);
	_exit(0);
}

static int run_helper(const struct live_mounts *l, stage_function *const *stages, size_t n,
		      struct err *e)
{
	struct err said;
	int pipes[2];
	ssize_t got;
	pid_t pid;

	if (pipe2(pipes, O_CLOEXEC) < 0)
		return err_sys(e, "create a pipe");
	pid = fork();
	if (pid == 0)
		helper_main(l, stages, n, pipes[1]);
	close(pipes[1]);
	if (pid < 0) {
		close(pipes[0]);
		return err_sys(e, "fork");
	}
	got = fd_read_full(pipes[0], &said, sizeof said, e);
	close(pipes[0]);
	if (process_wait(pid, e) < 0)
		return -1;
	if (got != sizeof said)
		return err_set(e, ERR_SYSTEM, "the process that changes the mounts died");
	if (said.code == ERR_NONE)
		return 0;
	*e = said;
	return -1;
}

int live_mounts_add(const struct live_mounts *l, struct err *e)
{
	if (l->spec->n_mounts > LIVE_MOUNTS_MAX)
		return err_set(e, ERR_LIMIT, "more than %d mounts at once", LIVE_MOUNTS_MAX);
	return run_helper(l, add_stages, ARRAY_SIZE(add_stages), e);
}

int live_mounts_remove(const struct live_mounts *l, struct err *e)
{
	return run_helper(l, remove_stages, ARRAY_SIZE(remove_stages), e);
}

int live_mounts_protect(const struct live_mounts *l, struct err *e)
{
	return run_helper(l, protect_stages, ARRAY_SIZE(protect_stages), e);
}
