/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/home.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/path.h"

static char *absolute(const char *path)
{
	char cwd[PATH_MAX];

	if (*path == '/')
		return xstrdup(path);
	if (!getcwd(cwd, sizeof cwd))
		*cwd = '\0';
	return xprintf("%s/%s", cwd, path);
}

static char *default_root(uid_t user, struct err *e)
{
	const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");

	if (user == 0)
		return xstrdup("/var/lib/cale");
	if (data && *data == '/')
		return xprintf("%s/cale", data);
	if (home && *home == '/')
		return xprintf("%s/.local/share/cale", home);
	err_set(e, ERR_USAGE, "no place for images and containers: HOME is not set");
	err_hint(e, "set HOME or XDG_DATA_HOME, or use --root");
	return NULL;
}

static char *default_runroot(uid_t user)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");

	if (user == 0)
		return xstrdup("/run/cale");
	if (runtime && *runtime == '/')
		return xprintf("%s/cale", runtime);
	return xprintf("/tmp/cale-%u", user);
}

static int open_own(const char *path, uid_t user, struct err *e)
{
	cleanup_fd int fd = -1;
	struct stat st;

	if (path_make_own_dirs(path, 0700, e) < 0)
		return -1;
	fd = fd_open(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, e);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) < 0)
		return err_sys(e, "stat %s", path);
	if (st.st_uid != user)
		return err_set(e, ERR_DENIED, "%s belongs to user %u, not to you", path, st.st_uid);
	if ((st.st_mode & 0077) && fchmod(fd, 0700) < 0)
		return err_sys(e, "make %s private", path);
	return take_fd(&fd);
}

int home_open(const struct home_options *options, struct home *ret, struct err *e)
{
	struct home h = { .root_fd = -1, .runroot_fd = -1, .user = geteuid() };

	h.root = options->root ? absolute(options->root) : default_root(h.user, e);
	h.runroot = options->runroot ? absolute(options->runroot) : default_runroot(h.user);
	if (h.root)
		h.root_fd = open_own(h.root, h.user, e);
	if (h.root_fd >= 0)
		h.runroot_fd = open_own(h.runroot, h.user, e);
	if (h.runroot_fd < 0) {
		home_close(&h);
		return -1;
	}
	*ret = h;
	return 0;
}

void home_close(struct home *h)
{
	cleanup_fdp(&h->root_fd);
	cleanup_fdp(&h->runroot_fd);
	free(h->root);
	free(h->runroot);
	*h = (struct home){ .root_fd = -1, .runroot_fd = -1 };
}

int home_open_folder(const struct home *h, const char *name, struct err *e)
{
	int fd = openat(h->root_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 && errno == ENOENT) {
		if (mkdirat(h->root_fd, name, 0700) < 0 && errno != EEXIST)
			return err_sys(e, "create %s/%s", h->root, name);
		fd = openat(h->root_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	return fd < 0 ? err_sys(e, "open %s/%s", h->root, name) : fd;
}
