/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/anchor_relative.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>

#include "base/fd.h"
#include "base/process.h"
#include "engine/state.h"

static int monitor_of(const struct home *h, const char *id)
{
	char path[NAME_MAX + sizeof "containers/"];
	struct container_state state;
	cleanup_fd int dir_fd = -1;
	struct err ignored;

	snprintf(path, sizeof path, "containers/%s", id);
	dir_fd = openat(h->root_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir_fd < 0 || container_state_read(dir_fd, &state, &ignored) < 0)
		return -1;
	return process_open(&state.monitor, &ignored);
}

int anchor_find_relative(const struct home *h)
{
	int copy = openat(h->runroot_fd, "containers", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *entry;
	int found = -1;

	while (dir && found < 0 && (entry = readdir(dir))) {
		if (entry->d_name[0] != '.')
			found = monitor_of(h, entry->d_name);
	}
	if (dir)
		closedir(dir);
	return found;
}
