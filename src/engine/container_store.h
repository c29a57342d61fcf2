/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Containers on disk. A container is a folder `containers/ID` with
 *
 *	config	the record (config_json.h)		state	what it is doing (state.h)
 *	upper work root   its writable layer		ID-json.log …	its log
 *	claim	its id; names/NAME and ids/N are links to it
 *	drop-volumes	once it is in `tmp`, its anonymous volumes go as well
 *
 * It is built in `tmp/ID` and renamed into place, and taken away the other way round, so that a crash
 * leaves it there or not at all. Its claims, `names/NAME` and `ids/N` (a slice of user ids), are small
 * files with its ID, made by link(2) and gone before its folder is; a claim whose container is neither in `containers` nor in
 * `tmp` is void. Whoever changes a container holds the flock of its folder.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "engine/container_folders.h"
#include "engine/home.h"

#define CONTAINER_SLICES      4096 /* of 65,536 ids from 1879048192 up */
#define CONTAINER_NO_SLICE    (-1)
#define CONTAINER_CONFIG_FILE "config"
#define CONTAINER_CONFIG_MAX  (8 << 20)

int container_store_open(const struct home *h, struct container_store *ret, struct err *e);
void container_store_close(struct container_store *s);

/* A container under construction. */
struct container_draft {
	char id[CONTAINER_ID_SIZE];
	int dir_fd; /* its folder, locked */
	int slice;  /* or CONTAINER_NO_SLICE */
	int done;
};

int container_draft_new(const struct container_store *s, struct container_draft *d, struct err *e);
/* ERR_CONFLICT, as Docker words it, when the name is taken. */
int container_draft_claim_name(const struct container_store *s, struct container_draft *d,
			       const char *name, struct err *e);
int container_draft_claim_slice(const struct container_store *s, struct container_draft *d,
				struct err *e);
/* Makes it a container; dir_fd stays open and locked. */
int container_draft_publish(const struct container_store *s, struct container_draft *d,
			    struct err *e);
/* Undoes what wasn't published; closes dir_fd. */
void container_draft_end(const struct container_store *s, struct container_draft *d);

/* By name, whole id or unambiguous beginning of one. `ret_id` has CONTAINER_ID_SIZE bytes. */
int container_resolve(const struct container_store *s, const char *name, char *ret_id,
		      struct err *e);
/* Its folder; with `lock` held exclusively (waits). ERR_NOT_FOUND. */
int container_open_dir(const struct container_store *s, const char *id, int lock, struct err *e);
/* Its folder for sockets and locks below runroot, made when `make`. */
int container_open_run_dir(const struct container_store *s, const char *id, int make,
			   struct err *e);
void container_remove_run_dir(const struct container_store *s, const char *id);
/* All ids, in the order of the folder; into the arena, NULL-terminated. */
char **container_list_ids(const struct container_store *s, struct arena *a, size_t *ret_n,
			  struct err *e);
/*
 * Takes a stopped container away: it can't be found any more, its claims on `name` (or NULL) and
 * `slice` are free, and what is left of its folder is `tmp/ID`. The caller holds its lock, or is its
 * monitor.
 */
int container_retire(const struct container_store *s, const char *id, const char *name, int slice,
		     struct err *e);
/*
 * Removes what crashed commands left in `tmp`, and void claims; skips what is being worked on. `before`
 * sees each folder before it goes.
 */
void container_store_sweep(const struct container_store *s, void (*before)(void *data, int dir_fd),
			   void *data);
