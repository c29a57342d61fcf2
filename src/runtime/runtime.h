/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Carrying out a spec: one process becomes a container's first one.
 *
 *	runtime_create()  everything up to the exec: namespaces, root, mounts, limits, privileges
 *	runtime_start()   lets it execute its program; reports when that failed
 *
 * The caller is the parent of the container's process and reaps it. When the caller dies before
 * runtime_start(), the process ends by itself, unless `outlives_caller` says otherwise; with `start_fd`
 * any process can start it, through runtime_connect(). The container is hostile from its exec on, its file tree is hostile from
 * the beginning.
 */
#pragma once

#include <sys/types.h>

#include "base/err.h"
#include "runtime/cgroup.h"
#include "runtime/io.h"
#include "runtime/spec.h"

struct runtime_process {
	pid_t pid;
	int pid_fd;
	int status_fd; /* used by runtime_start() */
	int pty_fd;    /* the terminal's other end, or -1 */
};

/* What the caller wants to do while the container is made. */
struct runtime_events {
	void *data;
	/*
	 * The process was cloned just now and has done nothing yet. Puts it into groups that are made
	 * for a process that exists, and says which in *ret, which it keeps open until
	 * runtime_create() has returned. NULL: `cgroup` of the request is what it is in.
	 */
	int (*place)(void *data, pid_t pid, const struct cgroup **ret, struct err *e);
	/*
	 * NULL: nothing to do then. Namespaces and mounts are there, the root isn't entered yet: the moment of prestart and
	 * createRuntime hooks. `state` has room for STATUS_TEXT_MAX bytes: the container's state for
	 * its createContainer hooks. -1 gives the container up.
	 */
	int (*prepared)(void *data, pid_t pid, char *state, struct err *e);
	/*
	 * NULL: nothing to do. Called while the process, after its place, assembles its file tree: for
	 * what it needs only when its program runs, at the cost of no time. -1 gives the container up.
	 */
	int (*meanwhile)(void *data, pid_t pid, struct err *e);
};

struct runtime_request {
	const struct spec *spec;
	const struct cgroup *cgroup; /* was made and is joined; or NULL */
	const struct runtime_io *io;
	int start_fd;	     /* a listening SOCK_SEQPACKET socket, or -1 */
	int outlives_caller; /* once it is created; otherwise it dies with the caller */
	const struct runtime_events *events; /* or NULL */
};

/* On failure nothing is left but the cgroup. ERR_COMMAND_* is only reported by runtime_start(). */
int runtime_create(const struct runtime_request *request, struct runtime_process *ret,
		   struct err *e);
/*
 * Of a process whose seccomp filter notifies, take() gets the listener when the filter was loaded and
 * before the program is executed; the descriptor is closed after it. It hands it to the agent
 * (seccomp_listener.h); when it fails, the process is ended.
 */
struct runtime_listener {
	int (*take)(void *context, int listener_fd, struct err *e);
	void *context;
};
struct runtime_start {
	const char *state; /* what startContainer hooks get; NULL where there are none */
	const struct runtime_listener *listener; /* or NULL: nothing notifies */
};
/* `start` may be NULL: neither hooks nor a listener. */
int runtime_start(struct runtime_process *process, const struct runtime_start *start,
		  struct err *e);
/* Kills what was created and not started, reaps it, closes the descriptors. */
void runtime_abort(struct runtime_process *process);

/* The socket `name` in `dir_fd` for `start_fd`; a leftover is replaced. */
int runtime_listen(int dir_fd, const char *name, struct err *e);
/*
 * Connects to it, for runtime_start() and runtime_close(): *ret has only status_fd then. ERR_NOT_FOUND
 * when nobody waits for a start there any more.
 */
int runtime_connect(int dir_fd, const char *name, struct runtime_process *ret, struct err *e);
void runtime_close(struct runtime_process *process); /* the process goes on */
