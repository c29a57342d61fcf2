/* SPDX-License-Identifier: Apache-2.0 */
#include "base/self.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"

#define SEALS	      (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)
#define COPY_PREFIX   "/memfd:" /* the kernel's; the name behind it is the installed path */
#define COPY_SUFFIX   " (deleted)"
#define COPY_NAME_MAX 249
#define ARGUMENTS_MAX (2 << 20)
#define SEALED_PREFIX "sealed:"
#define EMPTY_FOLDER  "@empty" /* no container is called that */

extern char **environ;

/* Of the overlay's program: where it was installed, in its first argument. Set once, before anything else runs. */
static const char *overlaid_path;
static size_t overlaid_n;

/* "sealed:LENGTH:PATH" and the former value behind it. */
void self_begin(char **argv)
{
	size_t n;
	int at = 0;

	if (!argv[0] || sscanf(argv[0], SEALED_PREFIX "%zu:%n", &n, &at) != 1 || !at ||
	    n > strlen(argv[0] + at))
		return;
	overlaid_path = argv[0] + at;
	overlaid_n = n;
	argv[0] += (size_t)at + n;
	/* Executed by descriptor it would be called after its number. */
	prctl(PR_SET_NAME, "cale");
}

static int is_sealed(int fd)
{
	int seals = overlaid_path ? SEALS : fcntl(fd, F_GET_SEALS);

	return seals >= 0 && (seals & SEALS) == SEALS;
}

int self_path(char *out, size_t size, struct err *e)
{
	const size_t prefix = strlen(COPY_PREFIX), suffix = strlen(COPY_SUFFIX);
	ssize_t n;

	if (overlaid_path) {
		snprintf(out, size, "%.*s", (int)overlaid_n, overlaid_path);
		return 0;
	}
	n = readlink("/proc/self/exe", out, size - 1);
	if (n < 0)
		return err_sys(e, "read /proc/self/exe");
	out[n] = '\0';
	if (!strncmp(out, COPY_PREFIX, prefix) && (size_t)n > prefix + suffix) {
		memmove(out, out + prefix, (size_t)n - prefix + 1);
		out[(size_t)n - prefix - suffix] = '\0';
	}
	return 0;
}

int self_stat(struct stat *ret, struct err *e)
{
	return stat("/proc/self/exe", ret) < 0 ? err_sys(e, "/proc/self/exe") : 0;
}

/* Its owner can allow himself to write. For root it's the same with everybody's file. */
int self_is_exposed(void)
{
	cleanup_fd int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return 1;
	if (is_sealed(fd))
		return 0;
	if (faccessat(AT_FDCWD, "/proc/self/exe", W_OK, AT_EACCESS) == 0)
		return 1;
	return errno != EROFS && st.st_uid == geteuid();
}

static int make_copy(int exe_fd, struct err *e)
{
	char path[PATH_MAX];
	cleanup_fd int copy = -1;
	struct stat st;
	off_t at = 0;

	if (self_path(path, sizeof path, e) < 0)
		return -1;
	if (strlen(path) > COPY_NAME_MAX)
		return err_set(e, ERR_LIMIT, "%s: path longer than %d bytes", path, COPY_NAME_MAX);
	copy = memfd_create(path, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (copy < 0 || fstat(exe_fd, &st) < 0)
		return err_sys(e, "copy the program to memory");
	while (at < st.st_size) {
		if (sendfile(copy, exe_fd, &at, (size_t)(st.st_size - at)) <= 0)
			return err_sys(e, "copy the program to memory");
	}
	if (fcntl(copy, F_ADD_SEALS, SEALS) < 0)
		return err_sys(e, "seal the program's copy");
	return take_fd(&copy);
}

/* /proc/self/cmdline as an argument list; the caller frees both. */
static char **own_arguments(char **ret_text, struct err *e)
{
	cleanup_fd int fd = fd_open(AT_FDCWD, "/proc/self/cmdline", O_RDONLY, e);
	size_t n, count = 0;
	char **argv;

	*ret_text = fd < 0 ? NULL : fd_read_text(fd, ARGUMENTS_MAX, &n, e);
	if (!*ret_text)
		return NULL;
	for (size_t i = 0; i < n; i++)
		count += (*ret_text)[i] == '\0';
	argv = xcalloc(count + 1, sizeof *argv);
	for (size_t i = 0, at = 0; i < count; i++, at += strlen(*ret_text + at) + 1)
		argv[i] = *ret_text + at;
	return argv;
}

int self_seal(struct err *e)
{
	cleanup_fd int exe = fd_open(AT_FDCWD, "/proc/self/exe", O_RDONLY, e), copy = -1;
	cleanup_free char *text = NULL;
	cleanup_free char **argv = NULL;

	if (exe < 0)
		return -1;
	if (is_sealed(exe))
		return 0;
	copy = make_copy(exe, e);
	if (copy < 0)
		return -1;
	argv = own_arguments(&text, e);
	if (!argv)
		return -1;
	fexecve(copy, argv, environ);
	return err_sys(e, "execute the program's sealed copy");
}

/* The program's folder and its name in there; ENOENT after it was replaced on disk. */
static int open_folder(char *path, size_t size, const char **ret_name, struct err *e)
{
	char *slash;

	if (self_path(path, size, e) < 0)
		return -1;
	slash = strrchr(path, '/');
	if (!slash)
		return err_set(e, ERR_SYSTEM, "%s has no folder", path);
	*slash = '\0';
	*ret_name = slash + 1;
	return fd_open(AT_FDCWD, *path ? path : "/", O_PATH | O_DIRECTORY, e);
}

/* The program as a file of a new overlay, which is attached nowhere. Needs two lower folders. */
static int open_sealed(int empty_fd, struct err *e)
{
	char path[PATH_MAX], lower[64];
	const char *name = "";
	cleanup_fd int folder = open_folder(path, sizeof path, &name, e), fs = -1, tree = -1;

	if (folder < 0)
		return -1;
	fs = fsopen("overlay", FSOPEN_CLOEXEC);
	snprintf(lower, sizeof lower, "/proc/self/fd/%d:/proc/self/fd/%d", folder, empty_fd);
	if (fs < 0 || fsconfig(fs, FSCONFIG_SET_STRING, "lowerdir", lower, 0) < 0 ||
	    fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return err_sys(e, "make an overlay over %s", path);
	tree = fsmount(fs, FSMOUNT_CLOEXEC,
		       MOUNT_ATTR_RDONLY | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOSUID);
	if (tree < 0)
		return err_sys(e, "mount an overlay over %s", path);
	return fd_open(tree, name, O_PATH | O_NOFOLLOW, e);
}

int self_seal_overlay(int dir_fd, struct err *e)
{
	cleanup_fd int empty_fd = overlaid_path ? -1 : fd_open_own_dir(dir_fd, EMPTY_FOLDER);
	cleanup_fd int exe = empty_fd < 0 ? -1 : open_sealed(empty_fd, e);
	cleanup_free char *text = NULL, *name = NULL;
	cleanup_free char **argv = exe < 0 ? NULL : own_arguments(&text, e);
	char path[PATH_MAX];

	if (!argv || !argv[0] || self_path(path, sizeof path, e) < 0)
		return self_seal(e);
	name = xprintf("%s%zu:%s%s", SEALED_PREFIX, strlen(path), path, argv[0]);
	argv[0] = name;
	execveat(exe, "", argv, environ, AT_EMPTY_PATH);
	return self_seal(e);
}
