/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a container is doing: the file `state` in its persistent folder.
 *
 * One writer at a time: whoever holds the container's monitor lock (monitor.h), normally the
 * monitor. It is replaced whole, so a reader sees the old or the new one and needs no lock. The
 * text is one "key=value" per line in a fixed order, at most CONTAINER_STATE_BYTES_MAX; a file that
 * deviates in anything is refused, so that a torn or foreign one is never half believed.
 *
 * "running" and "restarting" are only true while monitor_is_alive(); otherwise the monitor was
 * killed and whoever notices repairs the record.
 */
#pragma once

#include <stdint.h>

#include "base/err.h"
#include "base/file.h"
#include "base/process.h"

#define CONTAINER_STATE_FILE	  "state"
#define CONTAINER_STATE_BYTES_MAX 2048

enum container_status {
	CONTAINER_CREATED,
	CONTAINER_RUNNING,
	CONTAINER_RESTARTING, /* ended, and will be started again after a delay */
	CONTAINER_EXITED,
	CONTAINER_DEAD, /* couldn't be removed completely */
	CONTAINER_STATUS_COUNT,
};

struct container_state {
	enum container_status status;
	struct process_id init;	   /* pid 0 while it doesn't run */
	struct process_id monitor; /* pid 0 when there is none */
	int exit_code;		   /* of the last run, 0..255 */
	int oom_killed;
	int stopped_by_user; /* "unless-stopped" containers aren't started at boot then */
	uint32_t restart_count;
	int64_t started_nsec, finished_nsec;	   /* since 1970; 0: never */
	char error[sizeof((struct err *)0)->text]; /* why it couldn't be started, or "" */
};

/* Docker's word, static: "running". */
const char *container_status_text(enum container_status status);

/* Pure. `out` has CONTAINER_STATE_BYTES_MAX bytes; no allocation, no stdio stream. */
void container_state_format(const struct container_state *s, char *out);
int container_state_parse(const char *text, struct container_state *ret, struct err *e);

/* `dir_fd` is the container's persistent folder. ERR_NOT_FOUND when there is no file. */
int container_state_read(int dir_fd, struct container_state *ret, struct err *e);
int container_state_write(int dir_fd, const struct container_state *s, enum file_durability durable,
			  struct err *e);
