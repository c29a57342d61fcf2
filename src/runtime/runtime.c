/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/runtime.h"

#include <errno.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/process.h"
#include "runtime/child.h"
#include "runtime/net_devices.h"
#include "runtime/place.h"
#include "runtime/procfs.h"
#include "runtime/scheduling.h"
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

/* The descriptors of views are the groups'; the child makes mounts of its own of them. */
static void note_views(struct child *c, const struct cgroup *cgroup)
{
	c->n_views = cgroup ? cgroup_views(cgroup, c->views, CHILD_VIEWS_MAX) : 0;
	for (size_t i = 0; i < c->n_views; i++)
		c->views[i].fd = -1;
}

/* The caller's part of child_await_place(). */
static int place(const struct runtime_request *r, const struct runtime_process *p, struct err *e)
{
	cleanup_by(text_free) struct text where = {};
	const struct cgroup *cgroup = NULL;

	if (!r->events || !r->events->place)
		return 0;
	if (r->events->place(r->events->data, p->pid, &cgroup, e) < 0)
		return -1;
	place_describe(cgroup, &where);
	return status_send_go(p->status_fd, where.s, e);
}

/* The caller's part of run_create_hooks() in child.c. */
static int on_prepared(const struct runtime_request *r, const struct runtime_process *p,
		       char *state, struct err *e)
{
	if (net_devices_give(r->spec, p->pid, e) < 0)
		return -1;
	if (r->events && r->events->prepared &&
	    r->events->prepared(r->events->data, p->pid, state, e) < 0)
		return -1;
	return status_send_go(p->status_fd, state, e);
}

static int await_ready(const struct runtime_request *r, struct runtime_process *p, char *state,
		       struct err *e)
{
	for (;;) {
		int event = status_await_event(p->status_fd, &p->pty_fd, e);

		if (event == STATUS_IS_READY)
			return scheduling_ensure(r->spec, p->pid, e);
		if (event < 0 || on_prepared(r, p, state, e) < 0)
			return -1;
	}
}

static int make_room(char **ret, struct err *e)
{
	void *room = mmap(NULL, STATUS_TEXT_MAX, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (room == MAP_FAILED)
		return err_sys(e, "get memory");
	*ret = room;
	return 0;
}

/* Rooms for what is told on the way, ours and (a copy, by the clone) the child's. */
static int make_rooms(struct child *c, const struct runtime_request *r, struct err *e)
{
	const struct spec_hooks *h = &r->spec->hooks;

	c->awaits_place = r->events && r->events->place;
	c->reports_prepared = (r->events && r->events->prepared) || r->spec->n_net_devices ||
			      h->kinds[HOOK_CREATE_CONTAINER].n;
	if (c->awaits_place && make_room(&c->places, e) < 0)
		return -1;
	return c->reports_prepared || h->kinds[HOOK_START_CONTAINER].n ? make_room(&c->state, e)
								       : 0;
}

static void free_room(char *room)
{
	if (room)
		munmap(room, STATUS_TEXT_MAX);
}

/* Everything that the child needs from its caller: namespaces, views of its groups, the socket. */
static int get_ready(struct child *c, const struct runtime_request *r, struct namespaces *joined,
		     int ret_sockets[2], struct err *e)
{
	const struct spec_namespace *user = &r->spec->namespaces[NS_USER];

	if (namespaces_open(r->spec, joined, e) < 0)
		return -1;
	/* Only children are born in it. */
	if (joined->fds[NS_PID] >= 0 && setns(joined->fds[NS_PID], CLONE_NEWPID) < 0)
		return err_sys(e, "join the pid namespace %s", r->spec->namespaces[NS_PID].path);
	if (user->mode == NS_MODE_HOST || (user->mode == NS_MODE_JOIN && joined->fds[NS_USER] < 0))
		c->holder = NULL;
	else if (holder_start(r->spec, joined->fds[NS_USER], c->holder, e) < 0)
		return -1;
	if (idmaps_open(r->spec, &c->idmaps, e) < 0 || make_rooms(c, r, e) < 0)
		return -1;
	note_views(c, r->cgroup);
	return status_pair(ret_sockets, e);
}

/* What only the child needs, or nobody any more. */
static void let_go(struct child *c, struct namespaces *joined, struct holder *holder)
{
	idmaps_close(&c->idmaps);
	namespaces_close(joined);
	holder_end(holder);
	free_room(c->state);
	free_room(c->places);
}

static int spawn(struct child *c, const struct runtime_request *r, int sockets[2],
		 struct runtime_process *ret, struct err *e)
{
	int shared = c->holder ? 0 : namespaces_shared_flags(r->spec);
	cleanup_fd int child_side = sockets[1];

	ret->status_fd = sockets[0];
	ret->pid = clone_child(r->spec, r->cgroup, shared, &ret->pid_fd);
	if (ret->pid == 0) {
		close(sockets[0]);
		c->status_fd = take_fd(&child_side);
		child_main(c);
	}
	if (ret->pid < 0)
		return err_sys(e, "create the container's process");
	/* Only our end stays open, so that the child's death is seen as end of file. */
	close(take_fd(&child_side));
	return place(r, ret, e) < 0 ? -1 : await_ready(r, ret, c->state, e);
}

int runtime_create(const struct runtime_request *r, struct runtime_process *ret, struct err *e)
{
	struct namespaces joined;
	struct holder holder;
	cleanup_fd int proc_fd = procfs_open(e);
	struct child child = {
		.spec = r->spec,
		.cgroup = r->cgroup,
		.io = r->io,
		.holder = &holder,
		.joined = &joined,
		.proc_fd = proc_fd,
		.start_fd = r->start_fd,
		.outlives_caller = r->outlives_caller,
		.root_fd = -1,
		.pty_fd = -1,
		.tty_fd = -1,
	};
	int sockets[2], failed;

	*ret = (struct runtime_process){ .pid_fd = -1, .status_fd = -1, .pty_fd = -1 };
	holder.pid = 0;
	holder.pid_fd = holder.user_fd = -1;
	holder.maps[ID_MAP_USERS].read = holder.maps[ID_MAP_GROUPS].read = NULL;
	for (int i = 0; i < NS_COUNT; i++)
		joined.fds[i] = -1;
	if (proc_fd < 0)
		return -1;
	failed = get_ready(&child, r, &joined, sockets, e) < 0 ||
		 spawn(&child, r, sockets, ret, e) < 0;
	if (failed)
		runtime_abort(ret);
	let_go(&child, &joined, &holder);
	return failed ? -1 : 0;
}

/* Until the exec; the listener is handed on at once, since the exec itself may have to be answered. */
static int await_exec(struct runtime_process *process, const struct runtime_listener *listener,
		      struct err *e)
{
	for (;;) {
		cleanup_fd int listener_fd = -1;
		int kind = status_await_exec(process->status_fd, &listener_fd, e);

		if (kind <= 0)
			return kind;
		if (!listener)
			return err_set(e, ERR_INVALID,
				       "the seccomp filter notifies, and nobody listens");
		if (listener->take(listener->context, listener_fd, e) < 0)
			return -1;
	}
}

int runtime_start(struct runtime_process *process, const struct runtime_start *start, struct err *e)
{
	int failed = status_send_go(process->status_fd, start ? start->state : NULL, e) < 0 ||
		     await_exec(process, start ? start->listener : NULL, e) < 0;

	close(take_fd(&process->status_fd));
	if (failed)
		runtime_abort(process);
	return failed ? -1 : 0;
}

/* A path that fits: a folder's own may be longer than sun_path is. */
static int socket_at(int dir_fd, const char *name, struct sockaddr_un *ret, struct err *e)
{
	int n = snprintf(ret->sun_path, sizeof ret->sun_path, "/proc/self/fd/%d/%s", dir_fd, name);

	ret->sun_family = AF_UNIX;
	if (n < 0 || (size_t)n >= sizeof ret->sun_path)
		return err_set(e, ERR_LIMIT, "socket name %s is too long", name);
	n = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	return n < 0 ? err_sys(e, "create a socket") : n;
}

int runtime_listen(int dir_fd, const char *name, struct err *e)
{
	struct sockaddr_un address;
	cleanup_fd int fd = socket_at(dir_fd, name, &address, e);

	if (fd < 0)
		return -1;
	unlinkat(dir_fd, name, 0);
	if (bind(fd, (const struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 1) < 0)
		return err_sys(e, "listen on %s", name);
	return take_fd(&fd);
}

int runtime_connect(int dir_fd, const char *name, struct runtime_process *ret, struct err *e)
{
	struct sockaddr_un address;
	cleanup_fd int fd = socket_at(dir_fd, name, &address, e);

	*ret = (struct runtime_process){ .pid_fd = -1, .status_fd = -1, .pty_fd = -1 };
	if (fd < 0)
		return -1;
	if (connect(fd, (const struct sockaddr *)&address, sizeof address) < 0) {
		int gone = errno == ENOENT || errno == ECONNREFUSED;

		err_sys(e, "connect to the container's process");
		if (gone)
			e->code = ERR_NOT_FOUND;
		return -1;
	}
	ret->status_fd = take_fd(&fd);
	return 0;
}

void runtime_close(struct runtime_process *p)
{
	cleanup_fdp(&p->pid_fd);
	cleanup_fdp(&p->status_fd);
	cleanup_fdp(&p->pty_fd);
	*p = (struct runtime_process){ .pid_fd = -1, .status_fd = -1, .pty_fd = -1 };
}

void runtime_abort(struct runtime_process *p)
{
	if (p->pid > 0) {
		kill(p->pid, SIGKILL);
		while (waitpid(p->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	runtime_close(p);
}
