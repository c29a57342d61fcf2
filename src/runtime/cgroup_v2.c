/* SPDX-License-Identifier: Apache-2.0 */
/* Control groups version 2. Kernel: Documentation/admin-guide/cgroup-v2.rst. */
#include "runtime/cgroup_group.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/text.h"

/* Where processes of a delegated group go that has to become an inner node. */
#define LEAF		  "cale-self"
#define EVACUATION_ROUNDS 10
#define LIST_BYTES_MAX	  4096

/* What others read of a container without asking us: containerd and Podman its usage, for example. */
static const enum cgroup_controller usual[] = { CGROUP_CPU, CGROUP_CPUSET, CGROUP_IO, CGROUP_MEMORY,
						CGROUP_PIDS };

/*
 * A group with processes may not hand controllers down (but the hierarchy's top). Moves what is
 * in the folder into a leaf below it, as an init system does with its own group; processes fork
 * meanwhile, hence the rounds.
 */
static int evacuate(const char *dir, struct err *e)
{
	cleanup_fd int fd = fd_open(AT_FDCWD, dir, O_PATH | O_DIRECTORY, e), leaf = -1;

	if (fd < 0)
		return -1;
	if (mkdirat(fd, LEAF, 0755) < 0 && errno != EEXIST)
		return err_sys(e, "make control group %s", LEAF);
	leaf = fd_open(fd, LEAF "/cgroup.procs", O_WRONLY, e);
	if (leaf < 0)
		return -1;
	for (int i = 0; i < EVACUATION_ROUNDS; i++) {
		cleanup_free char *list =
			fd_read_file(fd, "cgroup.procs", CGROUP_FILE_BYTES_MAX, e);
		char *next = list;

		if (!list)
			return -1;
		if (!*list)
			return 0;
		while (next && *next) {
			char *pid = strsep(&next, "\n");

			if (write(leaf, pid, strlen(pid)) < 0 && errno != ESRCH)
				return err_sys(e, "move process %s to %s", pid, LEAF);
		}
	}
	return 0;
}

/* Only our own group is cleared: processes of others aren't ours to move. */
static int hand_down_from(const struct cgroup_group *g, size_t n, const char *controllers,
			  struct err *e)
{
	cleanup_free char *dir = xprintf("%.*s", (int)n, g->place);
	cleanup_free char *file = xprintf("%s/cgroup.subtree_control", dir);

	if (fd_write_file(AT_FDCWD, file, controllers, e) == 0)
		return 0;
	if (e->sys != EBUSY || n != g->base_n || !g->base_is_own || evacuate(dir, e) < 0)
		return -1;
	return fd_write_file(AT_FDCWD, file, controllers, e);
}

/* From the base to the group, through every folder on the way. */
static int provide(const struct cgroup_group *g, const char *controllers, struct err *e)
{
	const char *end = g->place + g->base_n;

	if (!*end)
		return err_set(e, ERR_DENIED, "%s isn't ours to arrange", g->place);
	for (; end; end = strchr(end + 1, '/'))
		if (hand_down_from(g, (size_t)(end - g->place), controllers, e) < 0)
			return -1;
	return 0;
}

static int has_word(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = list; (at = strstr(at, word)); at += n)
		if ((at == list || at[-1] == ' ') && strchr(" \n", at[n]))
			return 1;
	return 0;
}

static int has_usual(const struct cgroup_group *g, const char *own)
{
	for (size_t i = 0; i < ARRAY_SIZE(usual); i++)
		if (g->controllers & CGROUP_BIT(usual[i]) &&
		    !has_word(own, cgroup_controller_name(usual[i], 2)))
			return 0;
	return 1;
}

/* What the base has and the group hasn't: a write, even of what is so already, waits for all others. */
void cgroup_v2_provide_all(const struct cgroup_group *g)
{
	cleanup_free char *file = NULL, *list = NULL;
	cleanup_by(text_free) struct text all = {};
	struct err ignored;
	cleanup_free char *own =
		fd_read_file(g->fd, "cgroup.controllers", LIST_BYTES_MAX, &ignored);
	char *next;

	if (!own || has_usual(g, own))
		return;
	file = xprintf("%.*s/cgroup.controllers", (int)g->base_n, g->place);
	list = fd_read_file(AT_FDCWD, file, LIST_BYTES_MAX, &ignored);
	next = list;
	while (next && *next) {
		const char *name = strsep(&next, " \n");

		if (*name && !has_word(own, name))
			text_add(&all, "%s+%s", all.n ? " " : "", name);
	}
	if (!all.n || provide(g, all.s, &ignored) == 0)
		return;
	/* One that can't be had (real-time processes keep "cpu" from it) mustn't cost the others. */
	next = all.s;
	while (next && *next)
		provide(g, strsep(&next, " "), &ignored);
}

/*
 * Joined by clone3(CLONE_INTO_CGROUP). But Linux 6.14 and later kill what is cloned into a group that
 * cgroup.kill was ever written in (they compare the kills of the parent's group with those of the
 * child's), and nobody knows what was done in a group that isn't new.
 */
static int prepare(struct cgroup_group *g, struct err *e)
{
	if (g->made)
		return 0;
	g->join_fd = fd_open(g->fd, "cgroup.procs", O_WRONLY, e);
	return g->join_fd < 0 ? -1 : 0;
}

const struct cgroup_ops cgroup_v2_ops = {
	.version = 2,
	.prepare = prepare,
	.provide = provide,
	.oom_file = "memory.events",
};
