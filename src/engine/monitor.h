/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The monitor: one small process beside each running container.
 *
 * It is the parent of the container's first process and stays until the container won't run again
 * (also across restarts by policy): it moves the container's output to its log and to attached
 * clients, records how it ended (state.h), restarts it, stops it in time, and cleans up.
 *
 * It is a fork of the process that planned the container, without an exec, so that the spec is
 * there and nothing is parsed. It keeps only the descriptors named in the request, has a session of
 * its own and "/" as its folder, and doesn't grow: fixed buffers, at most MONITOR_CLIENTS_MAX
 * clients. A client that doesn't read stops the container's output, never fills memory.
 *
 * Who may be hostile: the container (its output, when it ends). Clients are the same user's and are
 * checked for that, and for messages that their state allows (monitor_message.h).
 *
 * A monitor that is killed leaves the container without supervision; monitor_is_alive() tells, and
 * the sweep of the next command ends and cleans what is left.
 */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"
#include "engine/config.h"
#include "engine/log.h"
#include "engine/state.h"
#include "runtime/runtime.h"

#define MONITOR_SOCKET	    "monitor.sock"
#define MONITOR_LOCK	    "lock"
#define MONITOR_CLIENTS_MAX 64

/* Streams of a client, as bits. */
#define MONITOR_STDIN  1U
#define MONITOR_STDOUT 2U
#define MONITOR_STDERR 4U

/*
 * What the monitor needs of a runtime; monitor_runtime() is the real one. `finish` is called once
 * after each run's process was reaped: ends and removes what is left of it (the cgroup).
 */
struct monitor_runtime {
	int (*create)(void *data, const struct runtime_io *io, struct runtime_process *ret,
		      struct err *e);
	int (*start)(void *data, struct runtime_process *process, struct err *e);
	void (*abort)(void *data, struct runtime_process *process);
	int (*was_oom_killed)(void *data);
	void (*finish)(void *data);
};

struct monitor_hooks {
	void *data;
	/* The container has ended for good; called before anybody is told. Must be quick. Or NULL.
	 */
	void (*release)(void *data, const struct container_state *state);
	/* The same, after clients were told and the cgroup is gone: folders, mounts, --rm. Or NULL.
	 */
	void (*cleanup)(void *data, const struct container_state *state);
};

struct monitor_request {
	const struct spec *spec; /* its id, terminal, cgroup and resources are used too */
	int state_dir_fd;	 /* containers/ID below root: state and log; not O_PATH */
	int run_dir_fd;		 /* containers/ID below runroot: lock and socket */
	struct log_options log;
	struct config_restart restart;
	int auto_remove;		   /* its end needn't survive a power cut */
	int open_stdin;			   /* otherwise stdin is /dev/null */
	int stdin_once;			   /* stdin ends with the client that wrote it */
	int stop_signal, stop_timeout_sec; /* for the end of the host */
	unsigned short rows, columns;
	int client_fd; /* attached from the beginning: one end of monitor_socketpair(), or -1 */
	unsigned client_streams; /* MONITOR_* */
	struct monitor_hooks hooks;
	const int *keep_fds; /* further descriptors that the hooks and the runtime need */
	size_t n_keep_fds;
	const struct monitor_runtime *runtime; /* NULL: the real one */
	void *runtime_data;
};

/*
 * Returns when the container has started (state "running" is written), or -1 with the monitor's
 * error, ERR_COMMAND_* included: then it is gone, has written its error and exit code into the
 * state, and called no hook. ERR_CONFLICT: it has a monitor already. `client_fd` stays the
 * caller's, who closes it.
 */
int monitor_spawn(const struct monitor_request *request, pid_t *ret, struct err *e);

/* Has the container a monitor that lives? `run_dir_fd` as above; disturbs nobody. */
int monitor_is_alive(int run_dir_fd);
/*
 * Takes the monitor's lock as the monitor does, to repair or remove a container that has none:
 * a descriptor that holds it, or ERR_CONFLICT.
 */
int monitor_lock(int run_dir_fd, struct err *e);
