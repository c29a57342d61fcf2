/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A further process in a running container.
 *
 * Theory of operation. A helper child joins the cgroup and all namespaces of the container's first
 * process through its pidfd, then clones the process itself with CLONE_PARENT: it is born inside the
 * pid namespace and still is the caller's child. Whoever is in the container already is hostile and
 * sees that process from its birth: it isn't dumpable, and holds no descriptor of the host but its
 * streams and the status socket. One that may trace everything (a container without a user namespace
 * and with SYS_PTRACE) could use what else there was; so such a process works with a procfs of the
 * container's pid namespace. In a user namespace nobody can look into it, and it keeps the host's.
 */
#include "runtime/exec.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/process.h"
#include "base/signal_reset.h"
#include "runtime/child.h"
#include "runtime/child_process.h"
#include "runtime/fsids.h"
#include "runtime/namespaces_pass.h"
#include "runtime/procfs.h"
#include "runtime/runtime.h"
#include "runtime/scheduling.h"
#include "runtime/status.h"

#define INITIAL_USER_NAMESPACE 0xeffffffdU /* the kernel's inode of it: PROC_USER_INIT_INO */

struct join {
	const struct runtime_exec *request;
	struct child child;
	int pid_fd; /* a pipe: the helper tells the new process's pid */
	int keeps_procfs;
	int born_in_cgroup; /* the helper is in the v2 group already */
};

/* While we may: inside the container's user namespace its groups are somebody else's. */
static int join_cgroup(const struct join *j, struct err *e)
{
	const struct cgroup *cgroup = j->child.cgroup;
	int v2_fd = cgroup && !j->born_in_cgroup ? cgroup_clone_fd(cgroup) : -1;

	if (v2_fd >= 0 && fd_write_file(v2_fd, "cgroup.procs", "0", e) < 0)
		return err_wrap(e, "join the container's cgroup");
	if (cgroup && cgroup_join_self(cgroup) < 0)
		return err_sys(e, "join the container's cgroup");
	return 0;
}

static int join_namespaces(const struct runtime_exec *r, struct err *e)
{
	int flags = namespaces_own_flags(r->spec);

	if (r->namespaces)
		return namespaces_enter(r->namespaces, flags, e);
	if (flags & CLONE_NEWUSER && namespaces_is_own_user(r->target_fd))
		flags &= ~CLONE_NEWUSER;
	if (setns(r->target_fd, flags) == 0)
		return 0;
	return errno == ESRCH ? err_set(e, ERR_CONFLICT, "the container is not running")
			      : err_sys(e, "join the container's namespaces");
}

static int enter(struct join *j, struct err *e)
{
	struct child *c = &j->child;

	if (child_set_oom_score(c, e) < 0)
		return -1;
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return err_sys(e, "hide the process");
	if (child_raise_limits(c, e) < 0 || child_share_stdio(c, e) < 0)
		return -1;
	if (child_set_initial_affinity(c, e) < 0)
		return -1;
	if (join_cgroup(j, e) < 0 || child_set_final_affinity(c, e) < 0)
		return -1;
	return join_namespaces(j->request, e);
}

/* Born inside: from here on hostile processes are beside us. */
static _Noreturn void become_program(struct join *j)
{
	struct child *c = &j->child;
	struct err e = {};

	signal_reset_all();
	setsid();
	/* Our own root user inside, not the caller's ids, owns what is made. */
	if (fsids_become(0, 0, &e) < 0)
		goto fail;
	c->root_fd = fd_open(AT_FDCWD, "/", O_PATH | O_DIRECTORY, &e);
	if (!j->keeps_procfs)
		c->proc_fd = procfs_new(&e);
	if (c->proc_fd < 0 || c->root_fd < 0 || child_open_terminal(c, &e) < 0 ||
	    child_find_user(c, &e) < 0)
		goto fail;
	child_finish(c);
fail:
	status_send_failure(c->status_fd, &e);
	_exit(125);
}

static void let_go(const struct join *j)
{
	const struct child *c = &j->child;
	const int keep[] = { c->io->stdio[0], c->io->stdio[1], c->io->stdio[2],
			     c->status_fd,    j->pid_fd,       j->keeps_procfs ? c->proc_fd : -1 };

	fd_close_from(3 + c->io->preserved, keep, ARRAY_SIZE(keep));
}

/* Of a container with a user namespace, or when we are in one ourselves. */
static int keeps_procfs(const struct spec *spec)
{
	struct stat st;

	return spec->namespaces[NS_USER].mode != NS_MODE_HOST ||
	       stat("/proc/self/ns/user", &st) < 0 || st.st_ino != INITIAL_USER_NAMESPACE;
}

static _Noreturn void helper_main(struct join *j)
{
	/* CLONE_PARENT forbids an exit signal of its own: the helper's is inherited. */
	struct clone_args args = { .flags = CLONE_PARENT };
	struct err e = {};
	pid_t pid;

	if (child_await_place(&j->child, &e) < 0 || enter(j, &e) < 0)
		goto fail;
	let_go(j);
	pid = (pid_t)syscall(SYS_clone3, &args, sizeof args);
	if (pid == 0) {
		close(j->pid_fd);
		become_program(j);
	}
	if (pid < 0) {
		err_sys(&e, "create a process in the container");
		goto fail;
	}
	if (fd_write_all(j->pid_fd, &pid, sizeof pid, &e) < 0)
		goto fail;
	_exit(0);
fail:
	status_send_failure(j->child.status_fd, &e);
	_exit(125);
}

/* Puts the helper into the groups, and lets it go on; without success it ends by itself. */
static int place(const struct runtime_exec *request, pid_t helper, struct runtime_process *p,
		 struct err *e)
{
	const struct cgroup *cgroup;
	struct err ignored;

	if (!request->events)
		return 0;
	if (request->events->place(request->events->data, helper, &cgroup, e) == 0 &&
	    status_send_go(p->status_fd, NULL, e) == 0)
		return 0;
	close(take_fd(&p->status_fd));
	process_wait(helper, &ignored);
	return -1;
}

/* Waits for the helper; the pid of the process that it left behind, or 0. *ret_killed: nobody let it do anything. */
static pid_t reap_helper(pid_t helper, int pid_fd, int *ret_killed)
{
	pid_t pid = 0;
	int status = 0;

	if (fd_read_full(pid_fd, &pid, sizeof pid, &(struct err){}) != sizeof pid)
		pid = 0;
	while (waitpid(helper, &status, 0) < 0 && errno == EINTR)
		;
	*ret_killed = pid == 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
	return pid;
}

/* The helper's process, maybe born in the group. */
static pid_t clone_helper(int cgroup_fd)
{
	struct clone_args args = {
		.flags = cgroup_fd >= 0 ? CLONE_INTO_CGROUP : 0,
		.exit_signal = SIGCHLD,
		.cgroup = cgroup_fd >= 0 ? (uint64_t)cgroup_fd : 0,
	};

	return (pid_t)syscall(SYS_clone3, &args, sizeof args);
}

/* The parent's ends; the child goes on as the helper. */
static int start_helper(struct join *j, struct runtime_process *ret, pid_t *ret_helper,
			struct err *e)
{
	int cgroup_fd = j->born_in_cgroup ? cgroup_clone_fd(j->child.cgroup) : -1, sockets[2],
	    pipes[2];
	cleanup_fd int child_side = -1, pid_read = -1, pid_write = -1;

	if (status_pair(sockets, e) < 0)
		return -1;
	ret->status_fd = sockets[0];
	child_side = sockets[1];
	if (pipe2(pipes, O_CLOEXEC) < 0)
		return err_sys(e, "create a pipe");
	pid_read = pipes[0];
	pid_write = pipes[1];
	*ret_helper = clone_helper(cgroup_fd);
	if (*ret_helper < 0 && cgroup_fd >= 0) {
		j->born_in_cgroup = 0;
		*ret_helper = clone_helper(-1);
	}
	if (*ret_helper == 0) {
		close(sockets[0]);
		close(pid_read);
		j->child.status_fd = child_side;
		j->pid_fd = pid_write;
		helper_main(j);
	}
	if (*ret_helper < 0)
		return err_sys(e, "fork");
	return take_fd(&pid_read);
}

/* 0, -1, or 1: it was killed at its birth. */
static int attempt(struct join *j, struct runtime_process *ret, struct err *e)
{
	cleanup_fd int pid_read = -1;
	pid_t helper = 0;
	int killed;

	*ret = (struct runtime_process){ .pid_fd = -1, .status_fd = -1, .pty_fd = -1 };
	pid_read = start_helper(j, ret, &helper, e);
	if (pid_read < 0 || place(j->request, helper, ret, e) < 0)
		return -1;
	ret->pid = reap_helper(helper, pid_read, &killed);
	if (killed && j->born_in_cgroup)
		return 1;
	if (ret->pid > 0) {
		ret->pid_fd = (int)syscall(SYS_pidfd_open, ret->pid, 0);
		if (ret->pid_fd < 0)
			return err_sys(e, "pidfd_open");
	}
	if (status_await_event(ret->status_fd, &ret->pty_fd, e) < 0)
		return -1;
	return scheduling_ensure(j->request->spec, ret->pid, e);
}

/*
 * To be born in a v2 group costs nothing; to move there waits for all CPUs, 10 ms and more. Linux 6.14 and
 * later kill what is born in a group that cgroup.kill was ever written in (cgroup_v2.c), and users may
 * not do it where a move is allowed. The initial affinity is for the time before.
 */
static int may_be_born_in(const struct cgroup *cgroup, const struct spec *spec)
{
	return cgroup && cgroup_clone_fd(cgroup) >= 0 && !spec->process.affinity_initial;
}

int runtime_exec(const struct runtime_exec *request, const struct cgroup *cgroup,
		 const struct runtime_io *io, struct runtime_process *ret, struct err *e)
{
	cleanup_fd int proc_fd = procfs_open(e);
	struct join j = {
		.request = request,
		.child = { .spec = request->spec,
			   .cgroup = cgroup,
			   .io = io,
			   .outlives_caller = request->outlives_caller,
			   .additional = 1,
			   .awaits_place = request->events != NULL,
			   .proc_fd = proc_fd,
			   .start_fd = -1,
			   .root_fd = -1,
			   .pty_fd = -1,
			   .tty_fd = -1 },
	};
	int result;

	*ret = (struct runtime_process){ .pid_fd = -1, .status_fd = -1, .pty_fd = -1 };
	if (proc_fd < 0)
		return -1;
	j.keeps_procfs = keeps_procfs(request->spec);
	j.born_in_cgroup = may_be_born_in(cgroup, request->spec);
	result = attempt(&j, ret, e);
	if (result > 0) {
		runtime_close(ret);
		j.born_in_cgroup = 0;
		result = attempt(&j, ret, e);
	}
	if (result == 0)
		return 0;
	runtime_abort(ret);
	return -1;
}
