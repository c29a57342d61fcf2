/* SPDX-License-Identifier: Apache-2.0 */
/* What the command lines of `checkpoint` and `restore` say, and as what CRIU gets it (criu_wire.h). */
#pragma once

#include <stddef.h>

#include "base/err.h"
#include "base/text.h"

struct criu_options {
	const char *image_path, *work_path; /* made where missing; work_path may be NULL */
	const char *parent_path;	    /* below image_path, or NULL */
	const char *page_server;	    /* "ADDRESS:PORT", or NULL */
	const char *cgroups_mode;	    /* "soft" …, or NULL */
	const char *lsm_profile, *lsm_mount_context;
	char *const *empty_ns; /* only "network" */
	size_t n_empty_ns;
	int leave_running, tcp_established, tcp_skip_in_flight, ext_unix_sk, shell_job, lazy_pages,
		file_locks, pre_dump, auto_dedup, link_remap;
	int status_fd; /* told when lazy pages can be had; or -1 */
};

/* Adds to criu_opts what both directions have in common. ERR_USAGE for values that aren't known. */
int criu_add_options(const struct criu_options *o, struct text *options, struct err *e);
