/* SPDX-License-Identifier: Apache-2.0 */
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int fd_write_all(int fd, const void *data, size_t n, struct err *e)
{
	const char *p = data;

	while (n) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return err_sys(e, "write");
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

ssize_t fd_read_full(int fd, void *data, size_t n, struct err *e)
{
	size_t have = 0;

	while (have < n) {
		ssize_t got = read(fd, (char *)data + have, n - have);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_sys(e, "read");
		if (got == 0)
			break;
		have += (size_t)got;
	}
	return (ssize_t)have;
}

char *fd_read_text(int fd, size_t limit, size_t *ret_n, struct err *e)
{
	cleanup_free char *text = NULL;
	size_t have = 0, room = 0;

	for (;;) {
		ssize_t got;

		if (have + 1 >= room) {
			room = room ? room * 2 : 4096;
			text = xrealloc(text, room, 1);
		}
		got = read(fd, text + have, room - have - 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_sys(e, "read"), NULL;
		if (got == 0)
			break;
		have += (size_t)got;
		if (have > limit)
			return err_set(e, ERR_LIMIT, "larger than %zu bytes", limit), NULL;
	}
	text[have] = '\0';
	if (ret_n)
		*ret_n = have;
	return take_ptr(text);
}

int fd_open(int dir_fd, const char *path, int flags, struct err *e)
{
	int fd = openat(dir_fd, path, flags | O_CLOEXEC, 0600);

	return fd < 0 ? err_sys(e, "open %s", path) : fd;
}

int fd_open_own_dir(int dir_fd, const char *name)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(dir_fd, name, flags);

	if (fd >= 0 || errno != ENOENT)
		return fd;
	return mkdirat(dir_fd, name, 0700) < 0 && errno != EEXIST ? -1
								  : openat(dir_fd, name, flags);
}

char *fd_read_file(int dir_fd, const char *path, size_t limit, struct err *e)
{
	cleanup_fd int fd = fd_open(dir_fd, path, O_RDONLY, e);
	char *text;

	if (fd < 0)
		return NULL;
	text = fd_read_text(fd, limit, NULL, e);
	if (!text)
		err_wrap(e, "%s", path);
	return text;
}

int fd_write_file(int dir_fd, const char *path, const char *text, struct err *e)
{
	cleanup_fd int fd = fd_open(dir_fd, path, O_WRONLY, e);

	if (fd < 0)
		return -1;
	if (write(fd, text, strlen(text)) < 0)
		return err_sys(e, "write \"%s\" to %s", text, path);
	return 0;
}

int fd_dup_high(int fd, struct err *e)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);

	return copy < 0 ? err_sys(e, "duplicate descriptor %d", fd) : copy;
}

int fd_set_nonblock(int fd, int on, struct err *e)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || fcntl(fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK) < 0)
		return err_sys(e, "set non-blocking mode");
	return 0;
}

/* The smallest of them that isn't below `first`, or -1. */
static int next_kept(int first, const int *keep, size_t n_keep)
{
	int next = -1;

	for (size_t i = 0; i < n_keep; i++) {
		if (keep[i] >= first && (next < 0 || keep[i] < next))
			next = keep[i];
	}
	return next;
}

void fd_close_from(int first, const int *keep, size_t n_keep)
{
	for (int kept; (kept = next_kept(first, keep, n_keep)) >= 0; first = kept + 1) {
		if (kept > first)
			close_range((unsigned)first, (unsigned)kept - 1, 0);
	}
	close_range((unsigned)first, ~0U, 0);
}

int fd_ensure_stdio(struct err *e)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
		if (fd < 0)
			return err_sys(e, "open /dev/null");
	} while (fd <= STDERR_FILENO);
	close(fd);
	return 0;
}
