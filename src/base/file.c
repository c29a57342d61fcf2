/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"

#define TEMPORARY_FILE_SIZE (sizeof FILE_TEMPORARY_PREFIX + 16)

void file_random_hex(char *out, size_t digits)
{
	static const char hex[] = "0123456789abcdef";
	unsigned char bytes[32];

	/* Up to 256 bytes never fail and never come short (random(4)). */
	if (getrandom(bytes, digits / 2, 0) < 0)
		abort();
	for (size_t i = 0; i < digits; i++)
		out[i] = hex[i % 2 ? bytes[i / 2] & 15 : bytes[i / 2] >> 4];
	out[digits] = '\0';
}

static int write_temporary(int dir_fd, char *name, const char *text, int durable, struct err *e)
{
	cleanup_fd int fd = -1;

	memcpy(name, FILE_TEMPORARY_PREFIX, sizeof FILE_TEMPORARY_PREFIX);
	file_random_hex(name + sizeof FILE_TEMPORARY_PREFIX - 1, 16);
	fd = openat(dir_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return err_sys(e, "create a temporary file");
	if (fd_write_all(fd, text, strlen(text), e) < 0 ||
	    (durable && fsync(fd) < 0 && err_sys(e, "fsync") < 0)) {
		unlinkat(dir_fd, name, 0);
		return -1;
	}
	return 0;
}

int file_replace(int dir_fd, const char *name, const char *text, enum file_durability durable,
		 struct err *e)
{
	char temporary[TEMPORARY_FILE_SIZE];

	if (write_temporary(dir_fd, temporary, text, durable == FILE_DURABLE, e) < 0)
		return err_wrap(e, "write %s", name);
	if (renameat(dir_fd, temporary, dir_fd, name) < 0) {
		err_sys(e, "write %s", name);
		unlinkat(dir_fd, temporary, 0);
		return -1;
	}
	if (durable == FILE_DURABLE && fsync(dir_fd) < 0)
		return err_sys(e, "fsync the directory of %s", name);
	return 0;
}

int file_claim(int own_fd, const char *own, int dir_fd, const char *name, struct err *e)
{
	if (linkat(own_fd, own, dir_fd, name, 0) == 0)
		return 0;
	if (errno == EEXIST)
		return err_set(e, ERR_CONFLICT, "%s is taken", name);
	return err_sys(e, "claim %s", name);
}

int file_lock(int dir_fd, const char *name, int operation, struct err *e)
{
	cleanup_fd int fd = openat(dir_fd, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return err_sys(e, "open lock file %s", name);
	while (flock(fd, operation) < 0) {
		if (errno == EINTR)
			continue;
		if (errno == EWOULDBLOCK)
			return err_set(e, ERR_CONFLICT, "%s is locked", name);
		return err_sys(e, "lock %s", name);
	}
	return take_fd(&fd);
}
