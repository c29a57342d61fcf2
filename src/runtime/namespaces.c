/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/namespaces.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"

/* The kernel takes at most 340 lines of a map (user_namespaces(7)). */
#define MAP_LINES_MAX 340
#define MAP_LINE_MAX  sizeof "4294967295 4294967295 4294967295\n"

int namespaces_shared_flags(const struct spec *spec)
{
	static const struct {
		enum namespace_kind kind;
		int flag;
	} kinds[] = {
		{ NS_NETWORK, CLONE_NEWNET },
		{ NS_IPC, CLONE_NEWIPC },
		{ NS_UTS, CLONE_NEWUTS },
	};
	int flags = 0;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (spec->namespaces[kinds[i].kind] == NS_MODE_NEW)
			flags |= kinds[i].flag;
	}
	return flags;
}

int64_t id_map_outside(const struct id_range *map, size_t n, uint32_t inside)
{
	for (size_t i = 0; i < n; i++) {
		if (inside >= map[i].inside && inside - map[i].inside < map[i].count)
			return (int64_t)map[i].outside + (inside - map[i].inside);
	}
	return -1;
}

static int write_map(pid_t pid, const char *file, const struct id_range *map, size_t n,
		     struct err *e)
{
	char path[64], text[MAP_LINES_MAX * MAP_LINE_MAX];
	size_t used = 0;

	if (n > MAP_LINES_MAX)
		return err_set(e, ERR_LIMIT, "more than %d lines in an id map", MAP_LINES_MAX);
	for (size_t i = 0; i < n; i++)
		used += (size_t)snprintf(text + used, sizeof text - used, "%u %u %u\n",
					 map[i].inside, map[i].outside, map[i].count);
	snprintf(path, sizeof path, "/proc/%d/%s", pid, file);
	return fd_write_file(AT_FDCWD, path, text, e);
}

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

int holder_start(const struct spec *spec, struct holder *ret, struct err *e)
{
	int shared = namespaces_shared_flags(spec);
	char path[64];

	ret->pid_fd = ret->user_fd = -1;
	ret->joined = shared;
	ret->owner = getpid();
	/* CLONE_VM: no page table is copied for a process that only waits. */
	ret->pid =
		clone(hold, ret->stack + sizeof ret->stack,
		      CLONE_VM | CLONE_NEWUSER | CLONE_PIDFD | shared | SIGCHLD, ret, &ret->pid_fd);
	if (ret->pid < 0)
		return err_sys(e, "create namespaces");
	if (write_map(ret->pid, "uid_map", spec->uid_map, spec->n_uid_map, e) < 0 ||
	    write_map(ret->pid, "gid_map", spec->gid_map, spec->n_gid_map, e) < 0)
		goto fail;
	snprintf(path, sizeof path, "/proc/%d/ns/user", ret->pid);
	ret->user_fd = fd_open(AT_FDCWD, path, O_RDONLY, e);
	if (ret->user_fd < 0)
		goto fail;
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
