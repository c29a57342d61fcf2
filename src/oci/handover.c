/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/handover.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/file.h"

int handover_to_namespaces(const struct oci_container *c, pid_t pid, struct err *e)
{
	(void)c;
	(void)pid;
	(void)e;
	return 0;
}

int handover_after_create(struct oci_container *c, pid_t pid, struct err *e)
{
	(void)c;
	(void)pid;
	(void)e;
	return 0;
}

void handover_undo(const struct oci_container *c)
{
	(void)c;
}

int oci_write_pid_file(const char *path, pid_t pid, struct err *e)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	char folder[PATH_MAX], text[16];
	cleanup_fd int dir_fd = -1;

	snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) + 1 : 1,
		 slash ? path : ".");
	dir_fd = fd_open(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY, e);
	if (dir_fd < 0)
		return err_wrap(e, "--pid-file");
	snprintf(text, sizeof text, "%d", pid);
	return file_replace(dir_fd, name, text, FILE_VOLATILE, e) < 0 ? err_wrap(e, "--pid-file")
								      : 0;
}
