/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/rootless.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/process.h"
#include "oci/privilege.h"
#include "runtime/id_map.h"

/* The user's own id alone can be mapped without help. */
static int write_map(pid_t pid, enum id_map_kind kind, const struct id_range *map, size_t n,
		     struct err *e)
{
	uint32_t own = kind == ID_MAP_USERS ? geteuid() : getegid();

	if (n == 1 && map[0].count == 1 && map[0].outside == own)
		return id_map_write_own(pid, kind, map, e);
	if (id_map_by_helper(pid, kind, map, n, e) == 0)
		return 0;
	return err_hint(e,
			"map only your own id and those that /etc/subuid and /etc/subgid give you");
}

/* The helper stays outside: only from there can the maps be written. */
static _Noreturn void help(const struct spec *s, pid_t pid, int go_fd, int result_fd)
{
	struct err e = {};
	char c;

	if (read(go_fd, &c, 1) != 1)
		_exit(0);
	if (write_map(pid, ID_MAP_USERS, s->uid_map, s->n_uid_map, &e) == 0)
		write_map(pid, ID_MAP_GROUPS, s->gid_map, s->n_gid_map, &e);
	(void)!write(result_fd, &e, sizeof e);
	_exit(0);
}

static int unshare_users(struct err *e)
{
	if (unshare(CLONE_NEWUSER) == 0)
		return 0;
	err_sys(e, "create a user namespace");
	e->code = ERR_UNENFORCED;
	return err_hint(e, "sysctl -w user.max_user_namespaces=10000 "
			   "kernel.unprivileged_userns_clone=1 "
			   "kernel.apparmor_restrict_unprivileged_userns=0 (those that exist)");
}

/* Ids stay as they are inside; only the side that is now outside changes. */
static const struct id_range *same_ids(struct arena *a, const struct id_range *map, size_t n)
{
	struct id_range *same = arena_alloc(a, n * sizeof *same);

	for (size_t i = 0; i < n; i++)
		same[i] = (struct id_range){ map[i].inside, map[i].inside, map[i].count };
	return same;
}

static int enter_new(struct oci_container *c, struct err *e)
{
	struct spec *s = &c->config.spec;
	int go[2], result[2], failed;
	pid_t helper, self = getpid();
	struct err said = {};

	if (pipe2(go, O_CLOEXEC) < 0 || pipe2(result, O_CLOEXEC) < 0)
		return err_sys(e, "create a pipe");
	helper = fork();
	if (helper == 0) {
		close(go[1]);
		help(s, self, go[0], result[1]);
	}
	close(go[0]);
	close(result[1]);
	failed = helper < 0 ? err_sys(e, "fork") : unshare_users(e);
	if (!failed &&
	    (write(go[1], "m", 1) != 1 || read(result[0], &said, sizeof said) != sizeof said))
		failed = err_set(e, ERR_SYSTEM, "the process that maps ids died");
	close(go[1]);
	close(result[0]);
	if (helper > 0)
		process_wait(helper, e);
	if (!failed && said.code != ERR_NONE) {
		*e = said;
		failed = err_wrap(e, "rootless");
	}
	if (failed)
		return -1;
	s->uid_map = same_ids(c->arena, s->uid_map, s->n_uid_map);
	s->gid_map = same_ids(c->arena, s->gid_map, s->n_gid_map);
	return 0;
}

static int enter_joined(struct oci_container *c, struct err *e)
{
	struct spec_namespace *users = &c->config.spec.namespaces[NS_USER];
	cleanup_fd int fd = fd_open(AT_FDCWD, users->path, O_RDONLY, e);

	if (fd < 0)
		return -1;
	if (setns(fd, CLONE_NEWUSER) < 0)
		return err_sys(e, "join the user namespace %s", users->path);
	*users = (struct spec_namespace){ .mode = NS_MODE_HOST };
	return 0;
}

int oci_rootless_enter(struct oci_container *c, struct err *e)
{
	if (oci_is_privileged())
		return 0;
	switch (c->config.spec.namespaces[NS_USER].mode) {
	case NS_MODE_NEW:
		return enter_new(c, e);
	case NS_MODE_JOIN:
		return enter_joined(c, e);
	case NS_MODE_HOST:
		break;
	}
	err_set(e, ERR_UNENFORCED,
		"linux.namespaces: an ordinary user's container needs a user one");
	return err_hint(e, "`cale oci spec --rootless` writes such a document");
}
