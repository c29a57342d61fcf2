/* SPDX-License-Identifier: Apache-2.0 */
#include "base/temporary.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"

#define TRIES	     16
#define FILE_AGE_SEC 3600

int temporary_folder(int dir_fd, char *name, struct err *e)
{
	memcpy(name, FILE_TEMPORARY_PREFIX, sizeof FILE_TEMPORARY_PREFIX);
	for (int i = 0; i < TRIES; i++) {
		cleanup_fd int fd = -1;
		struct stat st;

		file_random_hex(name + strlen(FILE_TEMPORARY_PREFIX), 16);
		if (mkdirat(dir_fd, name, 0700) < 0)
			return err_sys(e, "make a temporary folder");
		fd = openat(dir_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0 && errno != ENOENT)
			return err_sys(e, "open a temporary folder");
		/* A sweep may have come between: then the lock is taken, or the name is gone. */
		if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0 &&
		    fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
			return take_fd(&fd);
	}
	return err_set(e, ERR_SYSTEM, "temporary folders vanish as soon as they are made");
}

static void sweep_folder(int dir_fd, const char *name)
{
	cleanup_fd int fd = openat(dir_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct err ignored;

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		path_remove_tree(dir_fd, name, &ignored);
}

static void sweep_one(int dir_fd, const char *name, int alone)
{
	struct stat st;

	if (strncmp(name, FILE_TEMPORARY_PREFIX, strlen(FILE_TEMPORARY_PREFIX)) != 0 ||
	    fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return;
	if (S_ISDIR(st.st_mode))
		sweep_folder(dir_fd, name);
	else if (alone || st.st_mtime < time(NULL) - FILE_AGE_SEC)
		unlinkat(dir_fd, name, 0);
}

void temporary_sweep(int dir_fd, int alone)
{
	int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir)
		return;
	while ((entry = readdir(dir)))
		sweep_one(dir_fd, entry->d_name, alone);
	closedir(dir);
}
