/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/namespaces.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "runtime/id_map.h"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

static const struct {
	const char *name;
	int flag;
	const char *file; /* in /proc/PID/ns */
} kinds[NS_COUNT] = {
	[NS_USER] = { "user", CLONE_NEWUSER, "user" },
	[NS_PID] = { "pid", CLONE_NEWPID, "pid" },
	[NS_MOUNT] = { "mount", CLONE_NEWNS, "mnt" },
	[NS_NETWORK] = { "network", CLONE_NEWNET, "net" },
	[NS_IPC] = { "ipc", CLONE_NEWIPC, "ipc" },
	[NS_UTS] = { "uts", CLONE_NEWUTS, "uts" },
	[NS_CGROUP] = { "cgroup", CLONE_NEWCGROUP, "cgroup" },
	[NS_TIME] = { "time", CLONE_NEWTIME, "time" },
};

const char *namespace_name(enum namespace_kind kind)
{
	return kinds[kind].name;
}

int namespace_flag(enum namespace_kind kind)
{
	return kinds[kind].flag;
}

const char *namespace_file(enum namespace_kind kind)
{
	return kinds[kind].file;
}

int namespaces_shared_flags(const struct spec *spec)
{
	static const enum namespace_kind shared[] = { NS_NETWORK, NS_IPC, NS_UTS };
	int flags = 0;

	for (size_t i = 0; i < ARRAY_SIZE(shared); i++) {
		if (spec->namespaces[shared[i]].mode == NS_MODE_NEW)
			flags |= kinds[shared[i]].flag;
	}
	return flags;
}

int namespaces_own_flags(const struct spec *spec)
{
	int flags = 0;

	for (int i = 0; i < NS_COUNT; i++) {
		if (spec->namespaces[i].mode != NS_MODE_HOST)
			flags |= kinds[i].flag;
	}
	return flags;
}

/* ---- named by a path ---- */

void namespaces_close(struct namespaces *n)
{
	for (int i = 0; i < NS_COUNT; i++)
		cleanup_fdp(&n->fds[i]);
}

/* Is it the one that we are in? 1, 0, or -1 if that can't be told. */
static int is_own(enum namespace_kind kind, int dir_fd, const char *path)
{
	struct stat own, other;
	char name[32];

	snprintf(name, sizeof name, "/proc/self/ns/%s", kinds[kind].file);
	if (stat(name, &own) < 0 || fstatat(dir_fd, path, &other, AT_EMPTY_PATH) < 0)
		return -1;
	return own.st_dev == other.st_dev && own.st_ino == other.st_ino;
}

static int is_same_user_namespace(int dir_fd, const char *path)
{
	return is_own(NS_USER, dir_fd, path) == 1;
}

int namespaces_is_own_user_fd(int user_fd)
{
	return is_same_user_namespace(user_fd, "");
}

int namespaces_is_own_user(int pid_fd)
{
	char path[64], text[512];
	const char *line;
	struct err ignored;
	ssize_t n = -1;
	cleanup_fd int fd = -1;

	snprintf(path, sizeof path, "/proc/self/fdinfo/%d", pid_fd);
	fd = fd_open(AT_FDCWD, path, O_RDONLY, &ignored);
	if (fd >= 0)
		n = fd_read_full(fd, text, sizeof text - 1, &ignored);
	if (n < 0)
		return 0;
	text[n] = '\0';
	line = strstr(text, "\nPid:");
	if (!line)
		return 0;
	/* The pidfd keeps its process's number from being given to another. */
	snprintf(path, sizeof path, "/proc/%ld/ns/user", strtol(line + 5, NULL, 10));
	return is_same_user_namespace(AT_FDCWD, path);
}

static int open_one(const struct spec *spec, int kind, struct err *e)
{
	const char *path = spec->namespaces[kind].path;
	cleanup_fd int fd = fd_open(AT_FDCWD, path, O_RDONLY | O_NOCTTY | O_NONBLOCK, e);
	struct statfs fs;

	if (fd < 0)
		return err_wrap(e, "%s namespace", kinds[kind].name);
	if (fstatfs(fd, &fs) < 0 || fs.f_type != NSFS_MAGIC ||
	    ioctl(fd, NS_GET_NSTYPE) != kinds[kind].flag)
		return err_set(e, ERR_INVALID, "%s is no %s namespace", path, kinds[kind].name);
	if (spec->sysctl_namespaces & (1U << kind) &&
	    is_own((enum namespace_kind)kind, fd, "") != 0)
		return err_set(
			e, ERR_INVALID,
			"%s is the host's %s namespace, whose sysctls aren't the container's", path,
			kinds[kind].name);
	return take_fd(&fd);
}

int namespaces_open(const struct spec *spec, struct namespaces *ret, struct err *e)
{
	for (int i = 0; i < NS_COUNT; i++)
		ret->fds[i] = -1;
	for (int i = 0; i < NS_COUNT; i++) {
		if (spec->namespaces[i].mode != NS_MODE_JOIN)
			continue;
		ret->fds[i] = open_one(spec, i, e);
		if (ret->fds[i] < 0) {
			namespaces_close(ret);
			return -1;
		}
	}
	if (ret->fds[NS_USER] >= 0 && is_same_user_namespace(ret->fds[NS_USER], "")) {
		close(ret->fds[NS_USER]);
		ret->fds[NS_USER] = -1;
	}
	return 0;
}

static int enter_time_namespace(struct err *e)
{
	cleanup_fd int fd = fd_open(AT_FDCWD, "/proc/self/ns/time_for_children", O_RDONLY, e);

	if (fd < 0)
		return -1;
	return setns(fd, CLONE_NEWTIME) < 0 ? err_sys(e, "join the time namespace") : 0;
}

/* Only children of who makes a time namespace are born in it; joining it works at once. */
static int make_time_namespace(const struct spec *spec, struct err *e)
{
	const struct spec_time_offset *m = &spec->monotonic, *b = &spec->boottime;
	char offsets[128];

	if (unshare(CLONE_NEWTIME) < 0)
		return err_sys(e, "create a time namespace");
	/* Without offsets it starts at the caller's time, and an ordinary user can't write there. */
	if (!m->sec && !m->nsec && !b->sec && !b->nsec)
		return enter_time_namespace(e);
	snprintf(offsets, sizeof offsets, "monotonic %jd %u\nboottime %jd %u\n", (intmax_t)m->sec,
		 m->nsec, (intmax_t)b->sec, b->nsec);
	if (fd_write_file(AT_FDCWD, "/proc/self/timens_offsets", offsets, e) < 0)
		return err_wrap(e, "time offsets");
	return enter_time_namespace(e);
}

int namespaces_join(const struct namespaces *n, const struct spec *spec, struct err *e)
{
	for (int i = 0; i < NS_COUNT; i++) {
		if (n->fds[i] < 0 || i == NS_USER || i == NS_PID)
			continue;
		if (setns(n->fds[i], kinds[i].flag) < 0)
			return err_sys(e, "join the %s namespace %s", kinds[i].name,
				       spec->namespaces[i].path);
	}
	return spec->namespaces[NS_TIME].mode == NS_MODE_NEW ? make_time_namespace(spec, e) : 0;
}

/* ---- the holder ---- */

/*
 * Shares the caller's memory: touches nothing, waits for SIGKILL. It holds copies of the caller's
 * descriptors and locks, so it must not outlive one that is killed, not even before the prctl.
 */
static int hold(void *holder)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 ||
	    getppid() != ((const struct holder *)holder)->owner)
		return 1;
	while (pause() < 0)
		;
	return 0;
}

static int start_new(const struct spec *spec, struct holder *h, struct err *e)
{
	/* CLONE_VM: no page table is copied for a process that only waits. */
	h->pid = clone(hold, h->stack + sizeof h->stack,
		       CLONE_VM | CLONE_NEWUSER | CLONE_PIDFD | h->joined | SIGCHLD, h, &h->pid_fd);
	if (h->pid < 0)
		return err_sys(e, "create namespaces");
	if (id_map_write(h->pid, ID_MAP_USERS, spec->uid_map, spec->n_uid_map, e) < 0 ||
	    id_map_write(h->pid, ID_MAP_GROUPS, spec->gid_map, spec->n_gid_map, e) < 0)
		return -1;
	h->maps[ID_MAP_USERS] = (struct holder_map){ spec->uid_map, spec->n_uid_map, NULL };
	h->maps[ID_MAP_GROUPS] = (struct holder_map){ spec->gid_map, spec->n_gid_map, NULL };
	return 0;
}

static _Noreturn void hold_joined(int user_fd, int flags, int ready_fd)
{
	unsigned char why = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (setns(user_fd, CLONE_NEWUSER) < 0 || (flags && unshare(flags) < 0))
		why = (unsigned char)errno;
	(void)!write(ready_fd, &why, 1);
	for (;;)
		pause();
}

static int start_joined(int user_fd, struct holder *h, struct err *e)
{
	cleanup_fd int ready = -1;
	unsigned char why = 0;
	int pipes[2];

	if (pipe2(pipes, O_CLOEXEC) < 0)
		return err_sys(e, "create a pipe");
	ready = pipes[0];
	h->pid = fork();
	if (h->pid == 0)
		hold_joined(user_fd, h->joined, pipes[1]);
	close(pipes[1]);
	if (h->pid < 0)
		return err_sys(e, "fork");
	if (read(ready, &why, 1) != 1)
		return err_set(e, ERR_SYSTEM, "the holder of the namespaces died");
	errno = why;
	if (why)
		return err_sys(e, "join the user namespace");
	h->pid_fd = (int)syscall(SYS_pidfd_open, h->pid, 0);
	if (h->pid_fd < 0)
		return err_sys(e, "pidfd_open");
	for (int i = 0; i < ID_MAP_KINDS; i++) {
		struct holder_map *map = &h->maps[i];
		ssize_t n = id_map_read(h->pid, i, &map->read, e);

		if (n < 0)
			return -1;
		map->items = map->read;
		map->n = (size_t)n;
	}
	return 0;
}

int holder_start(const struct spec *spec, int user_fd, struct holder *ret, struct err *e)
{
	char path[64];

	ret->pid_fd = ret->user_fd = -1;
	ret->pid = 0;
	for (int i = 0; i < ID_MAP_KINDS; i++)
		ret->maps[i] = (struct holder_map){};
	ret->owner = getpid();
	ret->joined = namespaces_shared_flags(spec);
	if ((user_fd < 0 ? start_new(spec, ret, e) : start_joined(user_fd, ret, e)) < 0)
		goto fail;
	snprintf(path, sizeof path, "/proc/%d/ns/user", ret->pid);
	ret->user_fd = fd_open(AT_FDCWD, path, O_RDONLY, e);
	if (ret->user_fd >= 0)
		return 0;
fail:
	holder_end(ret);
	return -1;
}

void holder_end(struct holder *h)
{
	if (h->pid > 0) {
		kill(h->pid, SIGKILL);
		while (waitpid(h->pid, NULL, __WALL) < 0 && errno == EINTR)
			;
	}
	if (h->pid_fd >= 0)
		close(h->pid_fd);
	if (h->user_fd >= 0)
		close(h->user_fd);
	h->pid = 0;
	h->pid_fd = h->user_fd = -1;
	for (int i = 0; i < ID_MAP_KINDS; i++)
		cleanup_freep(&h->maps[i].read);
}

int holder_maps(const struct holder *h, enum id_map_kind kind, uint32_t outside)
{
	for (size_t i = 0; h && i < h->maps[kind].n; i++) {
		const struct id_range *r = &h->maps[kind].items[i];

		if (outside >= r->outside && outside - r->outside < r->count)
			return 1;
	}
	return !h;
}

int64_t holder_outside(const struct holder *h, enum id_map_kind kind, uint32_t inside)
{
	return h ? id_map_outside(h->maps[kind].items, h->maps[kind].n, inside) : inside;
}

int holder_join_shared(const struct holder *h, struct err *e)
{
	if (h->joined && setns(h->pid_fd, h->joined) < 0)
		return err_sys(e, "join the container's namespaces");
	return 0;
}

int holder_join_user(const struct holder *h, struct err *e)
{
	if (setns(h->user_fd, CLONE_NEWUSER) < 0)
		return err_sys(e, "join the container's user namespace");
	return 0;
}
