/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The monitor's own memory and the parts that share it. Private to monitor*.c.
 *
 * Theory of operation. One process, one poll loop (monitor_loop.c), no thread, no allocation of its
 * own after it was set up. A run of the container goes through phases (monitor_life.c):
 *
 *	RUNNING	  its process lives
 *	DRAINING  it was reaped; what it printed goes to the log and to the clients. Who waits is told
 *		  when that is done, or after DRAIN_GRACE when a client is slow
 *	WAITING	  for the next start, by restart policy
 *	LEAVING	  state, cgroup, folders and lock are dealt with; only clients that read slowly, or
 *		  haven't asked yet, keep this process alive
 *
 * Output (monitor_io.c) is one chunk per stream: it is read, logged, and offered to each client
 * that wants it; `owed` has a bit for each that still has to get it, and nothing more is read from
 * that stream until it is 0. Clients are in monitor_clients.c.
 *
 * Times are CLOCK_MONOTONIC microseconds; 0 is "not set".
 */
#pragma once

#include "engine/monitor_request.h"
#include "engine/monitor_client.h"
#include "engine/monitor_message.h"

enum monitor_phase {
	PHASE_RUNNING,
	PHASE_DRAINING,
	PHASE_WAITING,
	PHASE_LEAVING,
};

struct monitor_stream {
	int fd; /* -1: ended */
	int64_t paused_until;
	uint64_t owed; /* bit i: clients[i] lacks the chunk */
	size_t n;
	char chunk[MESSAGE_DATA_MAX];
};

struct monitor_client_slot {
	int fd; /* -1: free, or gone with stdin left to write */
	enum message_client state;
	unsigned streams;
	int owes_ready, owes_end; /* messages that it has to get */
	int closes_stdin;	  /* after what is buffered */
	size_t n_in, in_done;	  /* of its buffer in monitor.inputs */
};

struct monitor {
	char title[96]; /* its command line */
	const struct monitor_request *r;
	const struct monitor_runtime *runtime;
	void *runtime_data;
	enum monitor_phase phase;
	struct container_state state;
	struct runtime_process process;
	int lock_fd, listen_fd, signal_fd;
	int stdin_fd;	 /* the container's; -1: none */
	int is_stopping; /* no restart: the user's wish, or the host ends */
	int will_restart, is_kept /* by --rm */, is_unfinished, is_reaped, is_told, is_done;
	int64_t began, ended, left, kill_at, restart_at, last_delay;
	struct monitor_stream streams[2]; /* stdout or the terminal, stderr */
	struct log log;
	struct monitor_client_slot clients[MONITOR_CLIENTS_MAX];
	/* Apart from the slots, so that the pages of unused ones are never touched. */
	char inputs[MONITOR_CLIENTS_MAX][MESSAGE_DATA_MAX];
};

/* monitor_life.c: starts a run and writes the state; on failure nothing of it is left. */
int monitor_begin(struct monitor *m, struct err *e);
/* The container's process has ended. */
void monitor_reap(struct monitor *m);
/* Takes the next step of the phase if it is due; the time of the next one, or 0. */
int64_t monitor_step(struct monitor *m, int64_t now);
/* Stops the run, or the wait for the next one. `timeout_sec` -1: never SIGKILL. */
void monitor_stop_run(struct monitor *m, int signal, int timeout_sec);
int monitor_send_signal(struct monitor *m, int signal, struct err *e);

/* monitor_io.c: pipes for a run; what the container gets is in `ret` and closed by io_started(). */
int monitor_io_open(struct monitor *m, struct runtime_io *ret, struct err *e);
void monitor_io_started(struct monitor *m, struct runtime_io *io);
void monitor_io_close(struct monitor *m);
void monitor_io_read(struct monitor *m, int stream);
void monitor_io_write_stdin(struct monitor *m);
void monitor_io_resize(const struct monitor *m, uint16_t rows, uint16_t columns);
/* Have both streams ended, with all delivered? */
int monitor_io_is_drained(const struct monitor *m);

/* monitor_clients.c */
void monitor_client_adopt(struct monitor *m, int fd, unsigned streams);
int monitor_client_accept(struct monitor *m); /* -1: nobody wants to come in */
void monitor_client_receive(struct monitor *m, int i);
/* Sends what is owed, as far as the client takes it. */
void monitor_client_send(struct monitor *m, int i);
int monitor_client_is_owed(const struct monitor *m, int i);
void monitor_client_drop(struct monitor *m, int i);
/* monitor_loop.c: until there is nothing left to do. */
void monitor_loop(struct monitor *m);
