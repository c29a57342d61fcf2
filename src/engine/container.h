/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of containers: what the doors call. Containers are named by id, unambiguous beginning of
 * an id, or name. Errors have Docker's meaning: ERR_NOT_FOUND, ERR_CONFLICT, ERR_UNENFORCED …
 */
#pragma once

#include "engine/config.h"
#include "engine/engine.h"
#include "engine/monitor_client.h"

/*
 * Makes a container from a config that isn't merged with its image's yet (it is changed by that).
 * `ret_id` has CONTAINER_ID_SIZE bytes. On failure nothing is left.
 */
int container_create(struct engine *en, struct config *config, char *ret_id, struct err *e);

/* What container_run() would do with it; nothing is made. The plan lives in the arena. */
struct plan;
int container_explain(struct engine *en, struct config *config, struct arena *a, struct plan *ret,
		      struct err *e);

struct container_begin {
	unsigned streams; /* MONITOR_STDIN | … for a client from the start, 0 for none */
	unsigned short rows, columns;
	/* Results. */
	int client_fd; /* with streams a socket for attach_run(), else -1 */
	char id[CONTAINER_ID_SIZE];
};
/*
 * Starts a created or stopped one. ERR_COMMAND_*: the program couldn't be executed. Starting a
 * running one is success, without a client.
 */
int container_start(struct engine *en, const char *name, struct container_begin *begin,
		    struct err *e);
/* Create and start, without reading anything back. A --rm container that fails to start is gone. */
int container_run(struct engine *en, struct config *config, struct container_begin *begin,
		  struct err *e);

/* timeout_sec: INT_MIN for the container's own or 10, -1 waits for ever. Stopped ones: success. */
int container_stop(struct engine *en, const char *name, int signal, int timeout_sec, struct err *e);
int container_kill(struct engine *en, const char *name, int signal, struct err *e);
int container_restart(struct engine *en, const char *name, int signal, int timeout_sec,
		      struct err *e);
/* Waits for the end of the current run; a stopped one's last exit code at once. */
int container_wait(struct engine *en, const char *name, int *ret_exit_code, struct err *e);

struct container_remove {
	int force;   /* kill it first */
	int volumes; /* its anonymous volumes too */
};
int container_remove(struct engine *en, const char *name, const struct container_remove *options,
		     struct err *e);

/* A socket for attach_run() on a running container; *ret_tty: it has a terminal. */
int container_attach(struct engine *en, const char *name, unsigned streams, int *ret_tty,
		     struct err *e);

struct container_exec {
	char **args; /* NULL-terminated */
	char **env;  /* "KEY=value" added to the container's, or NULL */
	size_t n_env;
	const char *user, *workdir; /* NULL: the container's */
	int tty, open_stdin, detach, privileged;
	const char *detach_keys; /* NULL: default */
};
/* Runs a program in a running container, attached to our stdio unless detached: its exit code. */
int container_exec(struct engine *en, const char *name, const struct container_exec *request,
		   int *ret_exit_code, struct err *e);
