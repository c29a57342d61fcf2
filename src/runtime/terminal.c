/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The container's terminal: a pty of the container's own devpts, never the caller's terminal, so that
 * nothing inside can push input to it (CVE-2017-5226). The other end goes to the caller. pts(4).
 * The end inside is opened from the first one (TIOCGPTPEER), without a path (CVE-2025-52565).
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/path.h"
#include "runtime/child.h"
#include "runtime/mount_api.h"

static int bind_console(struct child *c, struct err *e)
{
	struct mount_clone clone = { .dir_fd = c->tty_fd, .path = "", .idmap_fd = -1 };
	cleanup_fd int console = mount_clone(&clone, e), dev = -1, made = -1, at = -1;
	struct stat st;

	if (console < 0)
		return -1;
	dev = path_open_nofollow(c->root_fd, "dev", O_PATH | O_DIRECTORY, e);
	if (dev < 0)
		return -1;
	made = openat(dev, "console", O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (made < 0 && errno != EEXIST)
		return err_sys(e, "create /dev/console");
	/* What the image has there is never opened, and a link not followed (CVE-2026-88264). */
	at = path_open_nofollow(dev, "console", O_PATH | O_NOFOLLOW, e);
	if (at < 0)
		return -1;
	if (fstat(at, &st) < 0 || (!S_ISREG(st.st_mode) && !S_ISCHR(st.st_mode)))
		return err_set(e, ERR_INVALID, "/dev/console is no file and no terminal");
	return mount_attach(console, at, e);
}

static int open_pty(struct child *c, int ptmx_dir_root, struct err *e)
{
	const struct spec_process *p = &c->spec->process;
	const struct winsize size = { .ws_row = p->rows ?: c->io->rows,
				      .ws_col = p->columns ?: c->io->columns };
	struct statfs fs;
	int unlock = 0;

	c->pty_fd = path_open_nofollow(ptmx_dir_root, "dev/pts/ptmx", O_RDWR | O_NOCTTY, e);
	if (c->pty_fd < 0)
		return -1;
	if (fstatfs(c->pty_fd, &fs) < 0 || fs.f_type != DEVPTS_SUPER_MAGIC)
		return err_set(e, ERR_INVALID, "/dev/pts/ptmx of the container is no terminal");
	if (ioctl(c->pty_fd, TIOCSPTLCK, &unlock) < 0)
		return err_sys(e, "unlock the terminal");
	c->tty_fd = ioctl(c->pty_fd, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (c->tty_fd < 0)
		return err_sys(e, "open the terminal");
	if ((size.ws_row || size.ws_col) && ioctl(c->pty_fd, TIOCSWINSZ, &size) < 0)
		return err_sys(e, "set the terminal's size");
	return 0;
}

int child_open_terminal(struct child *c, struct err *e)
{
	if (!c->spec->process.terminal)
		return 0;
	if (open_pty(c, c->root_fd, e) < 0)
		return -1;
	/* A process that joins later finds the console of the first one. */
	return c->additional ? 0 : bind_console(c, e);
}

int child_share_stdio(struct child *c, struct err *e)
{
	(void)e;
	for (int fd = 0; fd < 3; fd++) {
		struct stat st;

		if (!c->spec->process.terminal && fstat(c->io->stdio[fd], &st) == 0 &&
		    S_ISFIFO(st.st_mode))
			(void)!fchmod(c->io->stdio[fd], 0666);
	}
	return 0;
}

/*
 * The same terminal by its path in the mount namespace that the program has, so that /proc/self/fd/0
 * and ttyname(3) know it. What lies there is only taken if it is that terminal.
 */
static void open_by_path(struct child *c)
{
	char path[32];
	struct stat had, found;
	unsigned number;
	int fd;

	if (ioctl(c->pty_fd, TIOCGPTN, &number) < 0)
		return;
	snprintf(path, sizeof path, "/dev/pts/%u", number);
	fd = open(path, O_RDWR | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return;
	if (fstat(c->tty_fd, &had) == 0 && fstat(fd, &found) == 0 && S_ISCHR(found.st_mode) &&
	    had.st_dev == found.st_dev && had.st_ino == found.st_ino &&
	    fcntl(fd, F_SETFL, O_RDWR) == 0) {
		close(c->tty_fd);
		c->tty_fd = fd;
	} else {
		close(fd);
	}
}

int child_take_stdio(struct child *c, struct err *e)
{
	if (c->spec->process.terminal)
		open_by_path(c);
	for (int fd = 0; fd < 3; fd++) {
		int source = c->spec->process.terminal ? c->tty_fd : c->io->stdio[fd];

		if (source < 0)
			continue;
		if (dup2(source, fd) < 0)
			return err_sys(e, "set up standard streams");
		/* dup2 onto itself keeps close-on-exec. */
		fcntl(fd, F_SETFD, 0);
	}
	if (c->spec->process.terminal && ioctl(0, TIOCSCTTY, 0) < 0)
		return err_sys(e, "take the terminal");
	return 0;
}
