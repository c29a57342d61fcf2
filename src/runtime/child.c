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

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/signal_reset.h"
#include "runtime/child_process.h"
#include "runtime/fsids.h"
#include "runtime/hooks.h"
#include "runtime/init.h"
#include "runtime/namespaces_pass.h"
#include "runtime/status.h"

#define EXIT_SETUP_FAILED 125

/*
 * Not dumpable: nobody inside may look at this process's memory, descriptors or executable while it
 * joins (CVE-2016-9962, CVE-2019-5736). It dies with its caller.
 */
static int hide(struct child *c, struct err *e)
{
	(void)c;
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return err_sys(e, "hide the process");
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return err_sys(e, "bind the process to its parent");
	signal_reset_all();
	setsid();
	umask(0022);
	return 0;
}

static int join_namespaces(struct child *c, struct err *e)
{
	if (c->holder && holder_join_shared(c->holder, e) < 0)
		return -1;
	if (namespaces_join(c->joined, c->spec, e) < 0)
		return -1;
	return child_set_names(c, e);
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
	int64_t uid = holder_outside(c->holder, ID_MAP_USERS, 0);
	int64_t gid = holder_outside(c->holder, ID_MAP_GROUPS, 0);

	return c->holder && uid >= 0 && gid >= 0 ? fsids_become((uint32_t)uid, (uint32_t)gid, e)
						 : 0;
}

static int cross_user_namespace(struct child *c, struct err *e)
{
	if (!c->holder || c->holder->user_fd < 0)
		return 0;
	if (holder_join_user(c->holder, e) < 0)
		return -1;
	/* A copy that belongs to the container's user namespace: now every mount in it is locked. */
	if (c->spec->namespaces[NS_MOUNT].mode == NS_MODE_NEW && !c->unattached &&
	    unshare(CLONE_NEWNS) < 0)
		return err_sys(e, "create the container's mount namespace");
	return 0;
}

/*
 * createContainer hooks: programs of the host in the container's namespaces, so before the root is
 * entered. The caller's own ones run just before, while it makes us wait.
 */
static int run_create_hooks(struct child *c, struct err *e)
{
	const struct hooks_run run = {
		.hooks = &c->spec->hooks,
		.state = c->state,
		.env = environ,
		.cwd_fd = c->root_fd,
	};

	if (!c->reports_prepared)
		return 0;
	if (status_send_prepared(c->status_fd, e) < 0 ||
	    status_await_go(c->status_fd, c->state, c->state ? STATUS_TEXT_MAX : 0, e) < 0)
		return -1;
	return c->state ? hooks_run(&run, HOOK_CREATE_CONTAINER, e) : 0;
}

/*
 * Somebody connects and says go. Who connects and leaves only wanted to know whether we still wait; who
 * is to join us and can't look into a process that isn't dumpable asks for the namespaces.
 */
static int await_start(struct child *c, struct err *e)
{
	int request;

	close(c->status_fd);
	for (;;) {
		c->status_fd = status_accept(c->start_fd, e);
		if (c->status_fd < 0)
			return -1;
		request = status_await_request(c->status_fd, c->state,
					       c->state ? STATUS_TEXT_MAX : 0, e);
		if (request == STATUS_GO)
			break;
		if (request == STATUS_NAMESPACES)
			namespaces_hand_over(c->start_fd, c->status_fd, c->proc_fd);
		close(c->status_fd);
	}
	close(c->start_fd);
	c->start_fd = -1;
	c->sender.status_fd = c->status_fd;
	return 0;
}

/*
 * Before it waits, maybe for long and beside hostile processes that join: everything that was
 * inherited from the caller goes, but the program's own and what the last steps need.
 */
static int close_others(struct child *c, struct err *e)
{
	const int keep[] = { c->proc_fd, c->status_fd, c->start_fd, c->pty_fd };

	(void)e;
	fd_close_from(3 + c->io->preserved, keep, ARRAY_SIZE(keep));
	return 0;
}

static void end_by_signal(int signal)
{
	_exit(128 + signal);
}

/*
 * runtime.md "Kill": a created container gets signals, too. To pid 1 the kernel delivers only those that
 * it has a handler for. The exec puts them back.
 */
static void heed_signals(void)
{
	static const int ends[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
	const struct sigaction action = { .sa_handler = end_by_signal };

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		sigaction(ends[i], &action, NULL);
}

static int report_ready(struct child *c, struct err *e)
{
	if (status_send_ready(c->status_fd, c->pty_fd, e) < 0)
		return -1;
	if (c->pty_fd >= 0)
		close(c->pty_fd);
	c->pty_fd = -1;
	if (c->start_fd >= 0) {
		heed_signals();
		return await_start(c, e);
	}
	return status_await_go(c->status_fd, c->state, c->state ? STATUS_TEXT_MAX : 0, e);
}

/* It is the container's file that is executed: it may do what the container's program may do. */
static int confine_hook(void *data, struct err *e)
{
	struct child *c = data;

	/* The thread that sends a listener stayed with our parent. */
	return seccomp_filter_prepare(&c->spec->process.seccomp, c->status_fd, &c->sender, e) < 0
		       ? -1
		       : child_drop_privileges(c, e);
}

/* startContainer hooks: programs of the container, with its variables unless they have their own. */
static int run_start_hooks(struct child *c, struct err *e)
{
	struct hooks_run run = {
		.hooks = &c->spec->hooks,
		.state = c->state,
		.own_output = 1,
		.confine = confine_hook,
		.data = c,
	};
	char *env[CHILD_ENV_MAX + 2];

	if (!c->state || !c->spec->hooks.kinds[HOOK_START_CONTAINER].n)
		return 0;
	if (child_fill_env(c, env, e) < 0)
		return -1;
	run.env = env;
	return hooks_run(&run, HOOK_START_CONTAINER, e);
}

/* The change of ids cleared it. */
static int bind_to_parent(struct child *c, struct err *e)
{
	if (prctl(PR_SET_PDEATHSIG, c->outlives_caller ? 0 : SIGKILL, 0, 0, 0) < 0)
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
	child_await_place,
	child_set_oom_score,
	hide,
	child_raise_limits,
	child_share_stdio,
	child_join_cgroup,
	child_reset_affinity,
	join_namespaces,
	child_configure_network,
	child_open_sources,
	become_root_user,
	child_mount_rootfs,
	child_mount_all,
	make_cwd,
	child_open_terminal,
	run_create_hooks,
	child_seal_tree,
	child_find_user,
	child_pivot,
	cross_user_namespace,
	child_set_propagation,
};

static stage_function *const last_stages[] = {
	child_take_stdio,  child_join_keyring,	  child_become_user,	 bind_to_parent,
	close_others,	   child_settle,	  child_find_program,	 report_ready,
	run_start_hooks,   child_prepare_program, child_drop_privileges, split_init,
	child_run_program,
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
