/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/oci_foreground.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/process.h"
#include "engine/exec_relay.h"

/* Not those of faults in this process, and of stopping it from a terminal. */
static const int not_forwarded[] = { SIGSEGV, SIGBUS,  SIGFPE,	SIGILL,	 SIGTRAP, SIGABRT, SIGSYS,
				     SIGTSTP, SIGTTIN, SIGTTOU, SIGPIPE, SIGURG,  SIGWINCH };

static void fill_forwarded(sigset_t *set)
{
	sigfillset(set);
	for (size_t i = 0; i < ARRAY_SIZE(not_forwarded); i++)
		sigdelset(set, not_forwarded[i]);
}

int oci_foreground_prepare(int subreaper, struct err *e)
{
	sigset_t set;

	if (subreaper && prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
		return err_sys(e, "become the reaper of orphans");
	fill_forwarded(&set);
	return sigprocmask(SIG_BLOCK, &set, NULL) < 0 ? err_sys(e, "keep signals") : 0;
}

/* Forwards signals and reaps; 1 when it was the process that ended. */
static int take_signal(const struct runtime_process *p, int signal, int *ret_status)
{
	int status;
	pid_t pid;

	if (signal != SIGCHLD) {
		syscall(SYS_pidfd_send_signal, p->pid_fd, signal, NULL, 0);
		return 0;
	}
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != p->pid)
			continue;
		*ret_status = status;
		return 1;
	}
	return 0;
}

static int wait_with_signals(const struct runtime_process *p, int *ret_status, struct err *e)
{
	sigset_t set;

	fill_forwarded(&set);
	/* It may have ended before the first signal was kept. */
	if (take_signal(p, SIGCHLD, ret_status))
		return 0;
	for (;;) {
		int signal = sigwaitinfo(&set, NULL);

		if (signal < 0 && errno != EINTR)
			return err_sys(e, "wait for signals");
		if (signal > 0 && take_signal(p, signal, ret_status))
			return 0;
	}
}

int oci_foreground_wait(struct runtime_process *p, int *ret_exit_code, struct err *e)
{
	struct exec_relay relay = {
		.pid_fd = p->pid_fd,
		.stdin_fd = -1,
		.stdout_fd = -1,
		.stderr_fd = -1,
		.pty_fd = p->pty_fd,
		.forward_stdin = 1,
	};
	int status;

	/* What is typed, ctrl-C too, goes through the terminal. */
	if (p->pty_fd >= 0 && exec_relay_run(&relay, e) < 0)
		return -1;
	if (wait_with_signals(p, &status, e) < 0)
		return -1;
	*ret_exit_code = process_exit_code(status);
	return 0;
}
