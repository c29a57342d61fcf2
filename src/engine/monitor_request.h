/* SPDX-License-Identifier: Apache-2.0 */
/* What a monitor is told when it is made (monitor.h), and names that it and its clients share. */
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
	/*
	 * The container has ended for good; called before anybody is told. Must be quick. Or NULL.
	 * Not called for one that is stopped to be started again.
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
