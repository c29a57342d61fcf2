/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small container for tests of src/runtime: a folder with a static busybox as root, a spec that can be
 * changed, and what a shell script prints in it. Needs root.
 *
 *	struct box *b = box_new();
 *	b->spec.process.user.has_umask = 1;
 *	assert_int_equal(box_run(b, "umask"), 0);
 *	assert_string_equal(b->out, "0022\n");
 *	box_free(b);
 */
#pragma once

#include "base/err.h"
#include "runtime/runtime.h"

#define BOX_FAILED (-1) /* the runtime refused; b->e says why */

struct box {
	struct spec spec;
	struct err e;
	char out[16384];		  /* stdout and stderr of the last script */
	struct runtime_listener listener; /* take NULL: none */
	const char *applet;		  /* of busybox, run without a shell and a script */
	struct runtime_process started;	  /* by box_start() */
	char root[64];
	struct spec_mount mounts[4];
	char *args[8], *env[4];
	struct id_range map;
};

/* Has this process the capability? Some machines' root doesn't have all. */
int box_may(unsigned capability);

struct box *box_new(void);
void box_free(struct box *b);
/* A user namespace of its own: 0 … 65535 are 100000 … there. */
void box_use_user_namespace(struct box *b);

/* Runs it to its end: the exit status (128 + n for a signal), or BOX_FAILED. */
int box_run(struct box *b, const char *script);
/* Starts "sleep" and leaves it; box_exec() runs a script in it; box_stop() ends it. */
int box_start(struct box *b);
int box_exec(struct box *b, const struct spec_process *process, const char *script);
void box_stop(struct box *b);
