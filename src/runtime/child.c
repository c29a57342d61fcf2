/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/child.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "runtime/fsids.h"
#include "runtime/init.h"
#include "runtime/status.h"

#define EXIT_SETUP_FAILED 125

/*
 * Not dumpable: nobody inside may look at this process's memory, descriptors or executable while it
 * joins (CVE-2016-9962, CVE-2019-5736). It dies with its caller.
 */
static int hide(struct child *c, struct err *e)
{
	sigset_t none;

	(void)c;
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return err_sys(e, "hide the process");
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return err_sys(e, "bind the process to its parent");
	for (int s = 1; s < NSIG; s++)
		signal(s, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	umask(0022);
	return 0;
}

static int join_cgroup(struct child *c, struct err *e)
{
	if (c->cgroup && cgroup_join_self(c->cgroup) < 0)
		return err_sys(e, "join the container's cgroup");
	if (c->spec->namespaces[NS_CGROUP].mode == NS_MODE_NEW && unshare(CLONE_NEWCGROUP) < 0)
		return err_sys(e, "create a cgroup namespace");
	return 0;
}

static int join_namespaces(struct child *c, struct err *e)
{
	const char *name = c->spec->hostname;

	if (c->holder && holder_join_shared(c->holder, e) < 0)
		return -1;
	if (name && c->spec->namespaces[NS_UTS].mode == NS_MODE_NEW &&
	    sethostname(name, strlen(name)) < 0)
		return err_sys(e, "set the host name");
	return 0;
}

/* Docker makes a missing working directory. */
static int make_cwd(struct child *c, struct err *e)
{
	const char *cwd = c->spec->process.cwd;
	cleanup_fd int fd = -1;

	if (!cwd || !strcmp(cwd, "/"))
		return 0;
	fd = path_open_in_root(c->root_fd, cwd, O_PATH, e);
	if (fd >= 0 || e->sys != ENOENT)
		return 0; /* what it is shows when it is entered */
	fd = path_make_dirs_in_root(c->root_fd, cwd, e);
	return fd < 0 ? err_wrap(e, "working directory %s", cwd) : 0;
}

/* Files that are made in the tree belong to the container's root. */
static int become_root_user(struct child *c, struct err *e)
{
	return fsids_become(c->root_uid, c->root_gid, e);
}

static int cross_user_namespace(struct child *c, struct err *e)
{
	if (!c->holder || c->holder->user_fd < 0)
		return 0;
	if (holder_join_user(c->holder, e) < 0)
		return -1;
	/* A copy that belongs to the container's user namespace: now every mount in it is locked. */
	if (!c->unattached && unshare(CLONE_NEWNS) < 0)
		return err_sys(e, "create the container's mount namespace");
	return 0;
}

static int report_ready(struct child *c, struct err *e)
{
	if (status_send_ready(c->status_fd, c->pty_fd, e) < 0)
		return -1;
	if (c->pty_fd >= 0)
		close(c->pty_fd);
	c->pty_fd = -1;
	return status_await_go(c->status_fd, e);
}

/* The change of ids cleared it. */
static int bind_to_parent(struct child *c, struct err *e)
{
	if (!c->outlives_caller && prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return err_sys(e, "bind the process to its parent");
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return err_sys(e, "hide the process");
	return 0;
}

/* With an init of ours pid 1 never returns from here; the program is its child. */
static int split_init(struct child *c, struct err *e)
{
	if (c->spec->process.init && init_split() < 0)
		return err_sys(e, "fork the container's init");
	return 0;
}

typedef int stage_function(struct child *c, struct err *e);

static stage_function *const set_up_stages[] = {
	hide,
	child_set_limits,
	child_share_stdio,
	join_cgroup,
	join_namespaces,
	child_configure_network,
	child_open_sources,
	become_root_user,
	child_mount_rootfs,
	child_mount_all,
	make_cwd,
	child_open_terminal,
	child_seal_tree,
	child_find_user,
	child_pivot,
	cross_user_namespace,
	child_set_propagation,
};

static stage_function *const last_stages[] = {
	child_take_stdio,      child_become_user, bind_to_parent,    report_ready,
	child_drop_privileges, split_init,	  child_run_program,
};

static void run_stages(struct child *c, stage_function *const *stages, size_t n)
{
	struct err e = {};

	for (size_t i = 0; i < n; i++) {
		if (stages[i](c, &e) < 0) {
			status_send_failure(c->status_fd, &e);
			_exit(EXIT_SETUP_FAILED);
		}
	}
}

_Noreturn void child_main(struct child *c)
{
	run_stages(c, set_up_stages, ARRAY_SIZE(set_up_stages));
	child_finish(c);
}

_Noreturn void child_finish(struct child *c)
{
	run_stages(c, last_stages, ARRAY_SIZE(last_stages));
	_exit(EXIT_SETUP_FAILED);
}
