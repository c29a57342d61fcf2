/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worker/layer_tar.h: any bytes as a layer, unpacked on top of a small one. Nothing may appear beside
 * the folder that it is unpacked into. Needs no privilege: everything belongs to the caller.
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "worker/layer_tar.h"
#include "worker/tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static char folder[64];
static int parent_fd;

static void remove_folder(void)
{
	struct err e;

	path_remove_tree(parent_fd, folder, &e);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	/* Sparse files may say that they are large; they must not fill the disk's quota of the run. */
	const struct rlimit limit = { 1 << 28, 1 << 28 };

	(void)argc;
	(void)argv;
	umask(0);
	setrlimit(RLIMIT_FSIZE, &limit);
	signal(SIGXFSZ, SIG_IGN);
	parent_fd = open(access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp",
			 O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	snprintf(folder, sizeof folder, "cale-fuzz-%d", getpid());
	if (mkdirat(parent_fd, folder, 0700) < 0)
		abort();
	atexit(remove_folder);
	return 0;
}

static int make(int dir_fd, const char *name)
{
	if (mkdirat(dir_fd, name, 0700) < 0)
		abort();
	return openat(dir_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static size_t count(int dir_fd)
{
	DIR *dir = fdopendir(openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	size_t n = 0;

	while (dir && readdir(dir))
		n++;
	closedir(dir);
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_fd int root = openat(parent_fd, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup_fd int lower = make(root, "lower"), out = make(root, "out");
	cleanup_fd int tar = memfd_create("tar", MFD_CLOEXEC);
	struct tree t = { .out_fd = out,
			  .cached_fd = -1,
			  .lower_fds = { lower },
			  .n_lowers = 1,
			  .opaque_xattr = "user.overlay.opaque",
			  .own_ids = 1 };
	struct layer_result result;
	struct err e;

	close(make(lower, "d"));
	if (symlinkat("../../d", lower, "l") < 0 || write(tar, data, size) < 0)
		abort();
	lseek(tar, 0, SEEK_SET);
	layer_unpack_tar(tar, &t, &result, &e);
	tree_close(&t);
	if (count(root) != 4 || count(lower) != 4)
		abort();
	path_remove_tree(root, "out", &e);
	path_remove_tree(root, "lower", &e);
	return 0;
}
