/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/init.h"

#include <errno.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Signals that only tell of a fault in this process, or can't be caught. */
static int is_own(int signal)
{
	return signal == SIGSEGV || signal == SIGBUS || signal == SIGFPE || signal == SIGILL ||
	       signal == SIGTRAP || signal == SIGSYS || signal == SIGABRT || signal == SIGKILL ||
	       signal == SIGSTOP;
}

static void fill_forwarded(sigset_t *set)
{
	sigfillset(set);
	for (int s = 1; s < NSIG; s++) {
		if (is_own(s))
			sigdelset(set, s);
	}
}

/* All that have ended; ends this process, and with it the namespace, when the program has. */
static void reap(pid_t program)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid == program)
			_exit(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
	}
}

static _Noreturn void init_main(pid_t program, const sigset_t *forwarded)
{
	prctl(PR_SET_NAME, "cale-init");
	close_range(0, ~0U, 0);
	for (;;) {
		int signal = sigwaitinfo(forwarded, NULL);

		if (signal == SIGCHLD)
			reap(program);
		else if (signal > 0)
			kill(program, signal);
	}
}

int init_split(void)
{
	sigset_t forwarded, before;
	pid_t pid;

	/* Before the program can look at pid 1; an exec makes the program's own process visible. */
	prctl(PR_SET_DUMPABLE, 0);
	/* Blocked before the fork, so that none is lost; sent to pid 1 it would be ignored. */
	fill_forwarded(&forwarded);
	sigprocmask(SIG_SETMASK, &forwarded, &before);
	pid = _Fork();
	if (pid > 0)
		init_main(pid, &forwarded);
	if (pid < 0) {
		int why = errno;

		sigprocmask(SIG_SETMASK, &before, NULL);
		errno = why;
		return -1;
	}
	/*
	 * A process group of its own: what the terminal sends goes to the program alone, and not a
	 * second time through pid 1. SIGTTOU is still blocked here, so taking the foreground works.
	 */
	setpgid(0, 0);
	if (isatty(STDIN_FILENO))
		tcsetpgrp(STDIN_FILENO, getpid());
	sigprocmask(SIG_SETMASK, &before, NULL);
	return 0;
}
