/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Workers: programs of ours in libexec/cale that read what a stranger wrote, each in a sandbox of
 * its own (src/worker/sandbox.h). This is the engine's side: start one with exactly the descriptors
 * that it needs, then take one reply within a time limit.
 *
 * A worker may have been taken over by its input. Its reply is checked for form here; what it says
 * must be checked by the caller.
 *
 * Descriptors of a worker: 0 its input, 1 the reply pipe, 2 /dev/null, 3… as its header says.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

#define WORKER_TEXT_MAX (8 << 20)
#define WORKER_MAGIC	0x43414c01U /* another version's worker is refused, not misread */
#define WORKER_FDS_MAX	8

/* Written whole to descriptor 1, followed by text_bytes of text. */
struct worker_reply {
	uint32_t magic, text_bytes;
	struct err err; /* code ERR_NONE: success */
	int64_t numbers[8];
};

struct worker {
	const char *name; /* borrowed from worker_start's argv */
	pid_t pid;	  /* 0: none */
	int reply_fd;
};

struct worker_start {
	const char *const *argv; /* argv[0] is a bare name */
	int input_fd;		 /* becomes 0 */
	const int *fds;		 /* fds[i] becomes 3 + i; at most WORKER_FDS_MAX */
	size_t n_fds;
};

/*
 * The program is looked for beside the running binary when that lies in a build tree (BUILD/cale and
 * BUILD/tests/unit/NAME have BUILD/src/worker), else in CALE_LIBEXEC, fixed when Cale was built. The
 * environment is never asked. Descriptors stay the caller's.
 */
int worker_start(const struct worker_start *s, struct worker *ret, struct err *e);

/*
 * Waits for the reply and the end of the worker, not past `deadline_usec` of
 * clock_monotonic_usec(); it is killed then. -1 with its own error, or one that says how it died.
 * *ret_text (may be NULL: no text is expected) is NUL-terminated and the caller's to free.
 */
int worker_finish(struct worker *w, int64_t deadline_usec, struct worker_reply *ret,
		  char **ret_text, struct err *e);
/* Kills it if it still runs. For cleanup_by. */
void worker_abort(struct worker *w);
