/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Running hooks (spec_hooks.h) with the container's state on their stdin. In the container's first
 * process as well as in the caller's: no allocation, no stdio.
 */
#pragma once

#include "base/err.h"
#include "runtime/spec_hooks.h"

/* "prestart", "createRuntime" …: what config.json calls it. */
const char *hooks_name(enum hook_kind kind);

struct hooks_run {
	const struct spec_hooks *hooks;
	const char *state; /* the JSON text */
	char *const *env;  /* of a hook that has none of its own; NULL: empty */
	int cwd_fd;	   /* the folder that it starts in; 0 or less: where we are */
	int own_output;	   /* a hook of the container: never into the files of `hooks` */
	/* Called in the hook's own process, which only executes it after that; or NULL. */
	int (*confine)(void *data, struct err *e);
	void *data;
};

/*
 * Runs all of one kind in order; the first that fails (exit status, signal, time limit: it is killed
 * then) ends it: "error running createRuntime hook #1: …".
 */
int hooks_run(const struct hooks_run *r, enum hook_kind kind, struct err *e);
/* Runs one of them: what poststop needs, where a failure doesn't keep the others from running. */
int hooks_run_one(const struct hooks_run *r, enum hook_kind kind, size_t index, struct err *e);
