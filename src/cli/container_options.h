/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The flags of `cale run` and `cale create`: Docker's names and grammar, read into a config.
 *
 *	struct container_options *o = call->options;	// filled by the rows below
 *	if (container_options_finish(o, call->arguments, call->n_arguments, e) < 0) …
 *	// o->config is checked, with its origins; the image's part is still to be merged
 *
 * What Docker has and Cale hasn't yet is a row, too, that refuses: nothing is accepted and ignored.
 */
#pragma once

#include "cli/options.h"
#include "engine/config.h"

struct container_options {
	struct options_head head;
	struct config config;
	struct option_list env, env_files, label_files, labels;
	const char *entrypoint, *cidfile;
	const char *cwd; /* found out when a relative path needs it */
	/* `run` only */
	int attach_stdin, attach_stdout, attach_stderr; /* -a */
	int sig_proxy;
	const char *detach_keys; /* or NULL */
	const char *explain;	 /* NULL: run it; "": print the plan; "json" */
};

/* Rows of both, by topic; tables of `run` and `create`, NULL-terminated. */
extern const struct option_row container_process_rows[];
extern const struct option_row container_limit_rows[];
extern const struct option_row container_security_rows[];
extern const struct option_row container_mount_rows[];
extern const struct option_row container_refused_rows[];
extern const struct option_row *const container_run_tables[];
extern const struct option_row *const container_create_tables[];

/* For struct command's `prepare`: what is on unless it is switched off. */
void container_options_prepare(void *options);
/*
 * After parsing: files of variables and labels, image and command from the arguments, and all
 * checks that no single flag can make. The environment is this process's.
 */
int container_options_finish(struct container_options *o, char **arguments, size_t n_arguments,
			     struct err *e);
