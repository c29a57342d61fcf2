/* SPDX-License-Identifier: Apache-2.0 */
/*
 * careless PID SECONDS: what an engine must not be. Joins the pid and mount namespaces of a container with
 * its own executable mapped, and stays there for a while. The attacks on /proc/PID/exe are tried on it to
 * see that they would work.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int join(const char *pid, const char *name)
{
	char path[128];

	snprintf(path, sizeof path, "/proc/%s/ns/%s", pid, name);
	return open(path, O_RDONLY | O_CLOEXEC);
}

int main(int argc, char **argv)
{
	int pids, mounts;
	pid_t child;

	if (argc != 3)
		return 2;
	pids = join(argv[1], "pid");
	mounts = join(argv[1], "mnt");
	if (setns(pids, 0) < 0 || setns(mounts, 0) < 0) {
		perror("careless: setns");
		return 1;
	}
	child = fork();
	if (child == 0) {
		sleep((unsigned)strtoul(argv[2], NULL, 10));
		_exit(0);
	}
	waitpid(child, NULL, 0);
	return 0;
}
