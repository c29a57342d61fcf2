/* SPDX-License-Identifier: Apache-2.0 */
/*
 * leaked_fds: CVE-2024-21626. Looks for a descriptor (or a current folder) by which a file of the host
 * can be reached: /tmp/cale-sentinel, or anything outside this root. Prints "escaped by N" or "contained".
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int reaches_out(int fd)
{
	static const char up[] =
		"../../../../../../../../../../../../../../../../tmp/cale-sentinel";
	int found = openat(fd, up, O_RDONLY | O_CLOEXEC);

	if (found >= 0)
		close(found);
	return found >= 0;
}

int main(void)
{
	if (reaches_out(AT_FDCWD)) {
		puts("escaped by the current folder");
		return 1;
	}
	for (int fd = 0; fd < 1024; fd++) {
		if (reaches_out(fd)) {
			printf("escaped by %d\n", fd);
			return 1;
		}
	}
	puts("contained");
	return 0;
}
