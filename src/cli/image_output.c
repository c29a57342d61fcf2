/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/image_output.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "cli/door.h"

int image_input_open(const char *path, struct err *e)
{
	if (path && strcmp(path, "-") != 0)
		return fd_open(AT_FDCWD, path, O_RDONLY, e);
	if (isatty(STDIN_FILENO)) {
		err_set(e, ERR_USAGE, "standard input is a terminal");
		return err_hint(e, "name a file, or send one in: cale … < FILE");
	}
	return fd_dup_high(STDIN_FILENO, e);
}

static void print_line(void *context, const char *line)
{
	(void)context;
	fprintf(stderr, "%s\n", line);
}

void (*image_output_progress(void))(void *context, const char *line)
{
	return isatty(STDERR_FILENO) ? print_line : NULL;
}

void image_output_warn(const struct image_load *l)
{
	for (size_t i = 0; i < l->n_loaded; i++) {
		const struct image_loaded *one = &l->loaded[i];
		const char *name = one->name ?: one->id;

		if (one->skipped_devices)
			door_warn("%s: %lld device nodes were left out: only root can make them",
				  name, (long long)one->skipped_devices);
		if (one->dropped_xattrs)
			door_warn("%s: %lld extended attributes were left out: not for this host",
				  name, (long long)one->dropped_xattrs);
	}
}
