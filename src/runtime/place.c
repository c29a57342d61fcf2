/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the container's process comes into its groups. Usually they exist before it does: it is cloned
 * into the v2 one and joins the others by itself. Where somebody else makes them for a process that
 * exists already (systemd's scopes), it waits here first, and is told where it is.
 *
 * A cgroup namespace shows what is below the group that one is in when one takes it, so both come
 * before it and before all mounts.
 */
#include "runtime/place.h"

#include <fcntl.h>
#include <sched.h>
#include <string.h>

#include "runtime/child.h"
#include "runtime/child_process.h"
#include "runtime/mount_api.h"
#include "runtime/status.h"

void place_describe(const struct cgroup *cgroup, struct text *ret)
{
	struct cgroup_view views[CHILD_VIEWS_MAX];
	size_t n = cgroup ? cgroup_views(cgroup, views, CHILD_VIEWS_MAX) : 0;

	text_add(ret, "%s", "");
	for (size_t i = 0; i < n; i++)
		text_add(ret, "%s\n%s\n", views[i].name, views[i].place);
}

/* The next line of *text, which ends up behind it; NULL when there is none. */
static const char *take_line(char **text)
{
	char *line = *text, *end = strchr(line, '\n');

	if (!end)
		return NULL;
	*end = '\0';
	*text = end + 1;
	return line;
}

int child_await_place(struct child *c, struct err *e)
{
	char *rest = c->places;

	if (!c->awaits_place)
		return 0;
	if (status_await_go(c->status_fd, c->places, c->places ? STATUS_TEXT_MAX : 0, e) < 0)
		return -1;
	for (; rest && c->n_views < CHILD_VIEWS_MAX; c->n_views++) {
		struct cgroup_view view = { .fd = -1 };

		view.name = take_line(&rest);
		view.place = view.name ? take_line(&rest) : NULL;
		if (!view.place)
			break;
		c->views[c->n_views] = view;
	}
	return 0;
}

static int shows_cgroups(const struct spec *spec)
{
	for (size_t i = 0; i < spec->n_mounts; i++) {
		if (spec->mounts[i].kind == MOUNT_CGROUP)
			return 1;
	}
	return 0;
}

/*
 * A mount can only be cloned in the mount namespace that it is in: ours still is a copy of the
 * caller's, or the caller's own. The path is the host's from beginning to end.
 */
static int clone_views(struct child *c, struct err *e)
{
	if (!shows_cgroups(c->spec))
		return 0;
	for (size_t i = 0; i < c->n_views; i++) {
		const struct mount_clone clone = {
			.dir_fd = AT_FDCWD,
			.path = c->views[i].place,
			.nofollow = 1,
			.idmap_fd = -1,
		};

		c->views[i].fd = mount_clone(&clone, e);
		if (c->views[i].fd < 0)
			return err_wrap(e, "show the container its cgroup");
	}
	return 0;
}

int child_join_cgroup(struct child *c, struct err *e)
{
	if (c->cgroup && cgroup_join_self(c->cgroup) < 0)
		return err_sys(e, "join the container's cgroup");
	if (c->spec->namespaces[NS_CGROUP].mode == NS_MODE_NEW && unshare(CLONE_NEWCGROUP) < 0)
		return err_sys(e, "create a cgroup namespace");
	return clone_views(c, e);
}
