/* SPDX-License-Identifier: Apache-2.0 */
/* hog processes|memory|files N: takes up to N of them (memory in MiB) and prints how many it got. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static long take_processes(long n)
{
	for (long i = 0; i < n; i++) {
		pid_t pid = fork();

		if (pid < 0)
			return i;
		if (pid == 0) {
			pause();
			_exit(0);
		}
	}
	return n;
}

static long take_memory(long n)
{
	for (long i = 0; i < n; i++) {
		char *p = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			       -1, 0);

		if (p == MAP_FAILED)
			return i;
		memset(p, 1, 1 << 20);
	}
	return n;
}

static long take_files(long n)
{
	for (long i = 0; i < n; i++) {
		if (open("/dev/null", O_RDONLY | O_CLOEXEC) < 0)
			return i;
	}
	return n;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		long (*take)(long n);
	} kinds[] = {
		{ "processes", take_processes },
		{ "memory", take_memory },
		{ "files", take_files },
	};

	if (argc != 3)
		return 2;
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (!strcmp(argv[1], kinds[i].name)) {
			printf("%ld\n", kinds[i].take(strtol(argv[2], NULL, 10)));
			return 0;
		}
	}
	return 2;
}
