/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CRIU (criu.org), which saves processes into files and makes them again: found when it is needed, run as
 * `criu swrk`, spoken to over a socket. It runs with all rights of the caller and is trusted.
 *
 * Its images are not data but processes with all that they may do: registers, memory, ids, capabilities,
 * mounts and their flags come from there, and CRIU parses them as root. Who can write to the images of
 * a checkpoint is root on the host where it is restored.
 */
#pragma once

#include <sys/types.h>

#include "oci/container.h"
#include "oci/criu_options.h"
#include "oci/criu_wire.h"

#define CRIU_STDIO_FILE "descriptors.json" /* in the images: what 0, 1 and 2 were */

/* Is it installed? */
int criu_is_there(void);
/* May we, and can this container be saved and made again with all that protects it? ERR_UNENFORCED. */
int criu_check(const struct oci_container *c, struct err *e);

/* Has it here what these options need of the kernel? ERR_UNENFORCED. */
int criu_check_features(const struct criu_options *o, struct err *e);

/* One conversation. */
struct criu_call {
	enum criu_kind kind;
	struct text options; /* criu_opts as far as the caller knows them; text_free() */
	const char *log;     /* its name; it lies in work_path, or image_path */
	const struct criu_options *asked;
	const int *fds; /* handed on as 4, 5, … */
	size_t n_fds;
	void *data;
	/* The program waits: last options may be added. May be NULL. */
	int (*begun)(void *data, pid_t pid, struct text *options, struct err *e);
	/* Something happened; `fd` that came along is the callee's, or -1. May be NULL. */
	int (*notified)(void *data, const struct criu_answer *answer, int fd, struct err *e);
};
/* Adds what both directions have in common, runs it; the pid that was restored, or 0. */
pid_t criu_run(struct criu_call *call, struct err *e);
/* The images' folder. */
int criu_open_images(const struct criu_options *o, int make, struct err *e);
