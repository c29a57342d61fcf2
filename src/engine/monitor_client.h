/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Talking to a container's monitor: what stop, kill, wait and attach do.
 *
 * All take the container's folder below runroot, and fail with ERR_NOT_FOUND when no monitor
 * listens there (the container doesn't run: its state file says the rest).
 */
#pragma once

#include "base/err.h"

struct monitor_end {
	int exit_code;
	int oom_killed;
	int will_restart; /* by policy */
};

/* A connection as attached client would have it from the start; both ends close-on-exec. */
int monitor_socketpair(int *ret_client_fd, int *ret_monitor_fd, struct err *e);
/* Connects; the descriptor is the caller's. */
int monitor_connect(int run_dir_fd, struct err *e);
/* Connects for attach_run(): output from now on, and stdin. `streams`: MONITOR_STDIN … */
int monitor_connect_attached(int run_dir_fd, unsigned streams, struct err *e);

/* Sends a signal to the container's first process. SIGKILL and its stop signal end restarts, too.
 */
int monitor_signal(int run_dir_fd, int signal, struct err *e);
/*
 * Signal 0 is the container's stop signal. SIGKILL after `timeout_sec` (-1: never). Returns when it
 * has ended and its state is written; no restart follows.
 */
struct monitor_stop {
	int signal, timeout_sec;
	int keep; /* it will be started again: --rm doesn't take it away */
};
int monitor_stop(int run_dir_fd, const struct monitor_stop *stop, struct monitor_end *ret,
		 struct err *e);
/* Waits for the end of the current run. */
int monitor_wait(int run_dir_fd, struct monitor_end *ret, struct err *e);
/* Waits until the monitor itself has cleaned up and is gone; `timeout_msec` -1: for ever. */
int monitor_wait_gone(int run_dir_fd, int timeout_msec, struct err *e);
