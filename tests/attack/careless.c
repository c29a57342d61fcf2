/* SPDX-License-Identifier: Apache-2.0 */
/*
 * careless PID: what an engine must not be. Joins the pid and mount namespaces of a container with its own
 * executable mapped, and stays there until it is killed. The attacks on /proc/PID/exe are tried on it to
 * see that they would work.
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
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

	if (argc != 2)
		return 2;
	pids = join(argv[1], "pid");
	mounts = join(argv[1], "mnt");
	if (setns(pids, 0) < 0 || setns(mounts, 0) < 0) {
		perror("careless: setns");
		return 1;
	}
	child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pause();
		_exit(0);
	}
	waitpid(child, NULL, 0);
	return 0;
}
