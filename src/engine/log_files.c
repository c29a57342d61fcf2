/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/log_files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"

#define BLOCK_BYTES  16384
#define RACE_RETRIES 16
/*
 * A rotation makes each file one older, the oldest first. Seen halfway (the writer may be off the
 * CPU just then), one age is missing; of two missing ones the second is the end of the list.
 */
#define MISSING_MAX 2

static int open_age(int dir_fd, const char *id, unsigned age)
{
	char name[LOG_NAME_SIZE];

	log_file_name(id, age, name);
	return openat(dir_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
}

static int is_same_file(int a, int b)
{
	struct stat x, y;

	return fstat(a, &x) == 0 && fstat(b, &y) == 0 && x.st_ino == y.st_ino &&
	       x.st_dev == y.st_dev;
}

/*
 * Newest first. A file that has become older meanwhile is met again next, and kept once. 0 when a
 * whole rotation came between: then the current file is another one, and the list has a hole.
 */
static int open_all(int dir_fd, const char *id, struct log_files *f)
{
	cleanup_fd int again = -1;
	int missing = 0, has_current = 0;

	f->n = 0;
	for (unsigned age = 0; age < LOG_FILES_MAX && missing < MISSING_MAX; age++) {
		int fd = open_age(dir_fd, id, age);

		has_current |= age == 0 && fd >= 0;
		if (fd < 0)
			missing++;
		else if (f->n && is_same_file(fd, f->fds[f->n - 1]))
			close(fd);
		else
			f->fds[f->n++] = fd;
	}
	again = open_age(dir_fd, id, 0);
	return has_current ? again >= 0 && is_same_file(again, f->fds[0]) : again < 0;
}

int log_files_open(int dir_fd, const char *id, struct log_files *ret, struct err *e)
{
	for (int tries = 0; tries < RACE_RETRIES; tries++) {
		if (open_all(dir_fd, id, ret)) {
			for (size_t i = 0; i < ret->n / 2; i++) {
				int fd = ret->fds[i];

				ret->fds[i] = ret->fds[ret->n - 1 - i];
				ret->fds[ret->n - 1 - i] = fd;
			}
			return 0;
		}
		log_files_close(ret);
	}
	return err_set(e, ERR_SYSTEM, "the log is rotated faster than it can be opened");
}

void log_files_close(struct log_files *f)
{
	while (f->n)
		close(f->fds[--f->n]);
}

/*
 * Counts newlines backwards from the end of a file until `wanted` entries are behind the position.
 * *ret_offset is where they begin; returns how many there are (fewer: the whole file), or -1.
 */
static int64_t count_back(int fd, int64_t wanted, off_t *ret_offset, struct err *e)
{
	char block[BLOCK_BYTES];
	off_t end = lseek(fd, 0, SEEK_END);
	int64_t found = 0;

	*ret_offset = end;
	while (end > 0) {
		size_t n = end < BLOCK_BYTES ? (size_t)end : BLOCK_BYTES;
		ssize_t got = pread(fd, block, n, end - (off_t)n);

		if (got != (ssize_t)n)
			return err_sys(e, "read the log");
		for (size_t i = n; i--;) {
			if (block[i] != '\n')
				continue;
			/* The newline before the first wanted entry ends the search. */
			if (found == wanted) {
				*ret_offset = end - (off_t)n + (off_t)i + 1;
				return found;
			}
			found++;
		}
		end -= (off_t)n;
	}
	*ret_offset = 0;
	return found;
}

int log_files_seek_tail(const struct log_files *f, int64_t tail, size_t *ret_first, struct err *e)
{
	size_t i = f->n;

	*ret_first = 0;
	if (tail < 0)
		return 0;
	while (i--) {
		off_t offset;
		int64_t found = count_back(f->fds[i], tail, &offset, e);

		if (found < 0)
			return -1;
		lseek(f->fds[i], offset, SEEK_SET);
		*ret_first = i;
		tail -= found;
		if (tail == 0 && offset > 0)
			return 0;
	}
	return 0;
}

int log_files_open_next(int dir_fd, const char *id, int fd, struct err *e)
{
	int next = -1, missing = 0;

	for (unsigned age = 0; age < LOG_FILES_MAX && missing < MISSING_MAX; age++) {
		int at = open_age(dir_fd, id, age);

		if (at < 0) {
			missing++;
			continue;
		}
		if (is_same_file(at, fd)) {
			close(at);
			return next < 0 ? err_set(e, ERR_NOT_FOUND, "no newer log") : next;
		}
		if (next >= 0)
			close(next);
		next = at;
	}
	/* It was rotated out of existence: the oldest that is left comes next. */
	return next < 0 ? err_set(e, ERR_NOT_FOUND, "no log") : next;
}
