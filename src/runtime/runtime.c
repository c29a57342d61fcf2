/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/runtime.h"

#include <errno.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/process.h"
#include "runtime/child.h"
#include "runtime/mount_api.h"
#include "runtime/procfs.h"
#include "runtime/status.h"

/* clone3(2), as fork(2) with namespaces: the child goes on in a copy of our memory. */
static pid_t clone_child(const struct spec *spec, const struct cgroup *cgroup, int shared,
			 int *ret_pid_fd)
{
	int into = cgroup ? cgroup_clone_fd(cgroup) : -1;
	struct clone_args args = {
		.flags = CLONE_PIDFD | (uint64_t)shared |
			 (spec->namespaces[NS_MOUNT].mode == NS_MODE_NEW ? CLONE_NEWNS : 0) |
			 (spec->namespaces[NS_PID].mode == NS_MODE_NEW ? CLONE_NEWPID : 0) |
			 (into >= 0 ? CLONE_INTO_CGROUP : 0),
		.pidfd = (uintptr_t)ret_pid_fd,
		.exit_signal = SIGCHLD,
		.cgroup = into >= 0 ? (uint64_t)into : 0,
	};

	return (pid_t)syscall(SYS_clone3, &args, sizeof args);
}

/* In the caller, since a mount can only be cloned in the mount namespace that it is in. */
static int clone_views(struct child *c, const struct cgroup *cgroup, struct err *e)
{
	struct cgroup_view views[CHILD_VIEWS_MAX];
	size_t n = cgroup ? cgroup_views(cgroup, views, CHILD_VIEWS_MAX) : 0;

	for (; c->n_views < n; c->n_views++) {
		const struct mount_clone clone = {
			.dir_fd = views[c->n_views].fd,
			.path = "",
			.idmap_fd = -1,
		};
		int fd = mount_clone(&clone, e);

		if (fd < 0)
			return err_wrap(e, "show the container its cgroup");
		c->views[c->n_views] = (struct cgroup_view){ views[c->n_views].name, fd };
	}
	return 0;
}

static void close_views(struct child *c)
{
	while (c->n_views)
		close(c->views[--c->n_views].fd);
}

static int await_ready(struct runtime_process *p, struct err *e)
{
	if (status_await_ready(p->status_fd, &p->pty_fd, e) == 0)
		return 0;
	runtime_abort(p);
	return -1;
}

int runtime_create(const struct spec *spec, const struct cgroup *cgroup,
		   const struct runtime_io *io, struct runtime_process *ret, struct err *e)
{
	int user = spec->namespaces[NS_USER].mode == NS_MODE_NEW, sockets[2], failed;
	struct holder holder;
	struct child child = {
		.spec = spec,
		.cgroup = cgroup,
		.io = io,
		.holder = user ? &holder : NULL,
		.root_fd = -1,
		.pty_fd = -1,
		.tty_fd = -1,
	};
	cleanup_fd int proc_fd = procfs_open(e), child_side = -1;

	*ret = (struct runtime_process){ .pid_fd = -1, .status_fd = -1, .pty_fd = -1 };
	holder.pid = 0;
	holder.pid_fd = holder.user_fd = -1;
	if (proc_fd < 0 || idmaps_open(spec, &child.idmaps, e) < 0)
		return -1;
	if (user && holder_start(spec, &holder, e) < 0) {
		idmaps_close(&child.idmaps);
		return -1;
	}
	if (user) {
		child.root_uid = (uint32_t)id_map_outside(spec->uid_map, spec->n_uid_map, 0);
		child.root_gid = (uint32_t)id_map_outside(spec->gid_map, spec->n_gid_map, 0);
	}
	if (clone_views(&child, cgroup, e) < 0 || status_pair(sockets, e) < 0) {
		close_views(&child);
		idmaps_close(&child.idmaps);
		holder_end(&holder);
		return -1;
	}
	ret->status_fd = sockets[0];
	child_side = sockets[1];
	ret->pid =
		clone_child(spec, cgroup, user ? 0 : namespaces_shared_flags(spec), &ret->pid_fd);
	if (ret->pid == 0) {
		close(sockets[0]);
		child.status_fd = child_side;
		child.proc_fd = proc_fd;
		child_main(&child);
	}
	if (ret->pid < 0)
		err_sys(e, "create the container's process");
	close_views(&child);
	idmaps_close(&child.idmaps);
	/* Only our end stays open, so that the child's death is seen as end of file. */
	close(take_fd(&child_side));
	failed = ret->pid < 0 || await_ready(ret, e) < 0;
	if (ret->pid < 0)
		runtime_abort(ret);
	holder_end(&holder);
	return failed ? -1 : 0;
}

int runtime_start(struct runtime_process *process, struct err *e)
{
	int failed = status_send_go(process->status_fd, e) < 0 ||
		     status_await_exec(process->status_fd, e) < 0;

	close(take_fd(&process->status_fd));
	if (failed)
		runtime_abort(process);
	return failed ? -1 : 0;
}

void runtime_abort(struct runtime_process *p)
{
	if (p->pid > 0) {
		kill(p->pid, SIGKILL);
		while (waitpid(p->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	cleanup_fdp(&p->pid_fd);
	cleanup_fdp(&p->status_fd);
	cleanup_fdp(&p->pty_fd);
	*p = (struct runtime_process){ .pid_fd = -1, .status_fd = -1, .pty_fd = -1 };
}
