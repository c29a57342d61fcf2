/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/hooks.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/signal_reset.h"

#define OUTPUT_MAX 320 /* of what a hook that fails has printed, in the message */

static const char *const names[HOOK_COUNT] = {
	[HOOK_PRESTART] = "prestart",
	[HOOK_CREATE_RUNTIME] = "createRuntime",
	[HOOK_CREATE_CONTAINER] = "createContainer",
	[HOOK_START_CONTAINER] = "startContainer",
	[HOOK_POSTSTART] = "poststart",
	[HOOK_POSTSTOP] = "poststop",
};

const char *hooks_name(enum hook_kind kind)
{
	return names[kind];
}

/* The state as a file: a hook that doesn't read it can't block or kill us, as with a pipe. */
static int state_file(const char *state, struct err *e)
{
	cleanup_fd int fd = memfd_create("state", MFD_CLOEXEC);

	if (fd < 0)
		return err_sys(e, "create a file in memory");
	if (fd_write_all(fd, state, strlen(state), e) < 0)
		return -1;
	if (lseek(fd, 0, SEEK_SET) < 0)
		return err_sys(e, "rewind the state");
	return take_fd(&fd);
}

/* exec wants its lists without const and promises not to write. */
static char *const *without_const(const char *const *list)
{
	union {
		const char *const *in;
		char *const *out;
	} u = { .in = list };

	return u.out;
}

struct hook_files {
	int state, out, err;
};

/* What keeps a hook from being executed comes where its own messages would. */
static _Noreturn void give_up(const struct err *e)
{
	(void)!write(STDERR_FILENO, e->text, strlen(e->text));
	_exit(125);
}

/* After `confine` a filter may forbid whatever isn't the exec. */
static _Noreturn void become_hook(const struct spec_hook *h, const struct hook_files *files,
				  const struct hooks_run *r, char *const *env)
{
	const char *const usual[] = { h->path, NULL };
	struct err e;

	signal_reset_all();
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (dup2(files->state, STDIN_FILENO) < 0 || dup2(files->out, STDOUT_FILENO) < 0 ||
	    dup2(files->err, STDERR_FILENO) < 0)
		_exit(127);
	if (r->cwd_fd > 0 && fchdir(r->cwd_fd) < 0) {
		err_sys(&e, "enter the root file system");
		give_up(&e);
	}
	close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
	if (r->confine && r->confine(r->data, &e) < 0)
		give_up(&e);
	execve(h->path, without_const(h->args && h->args[0] ? h->args : usual), env);
	_exit(errno == ENOENT ? 127 : 126);
}

/* Its wait status; a hook that takes too long is killed. */
static int await(pid_t pid, int timeout_sec, int *ret_status, struct err *e)
{
	struct pollfd p = { .events = POLLIN };
	cleanup_fd int pid_fd = (int)syscall(SYS_pidfd_open, pid, 0);
	int64_t deadline = clock_monotonic_usec() + (int64_t)timeout_sec * 1000000;
	int late = 0;

	p.fd = pid_fd;
	while (timeout_sec > 0 && pid_fd >= 0) {
		int64_t left = deadline - clock_monotonic_usec();

		if (left > 0 && poll(&p, 1, (int)(left / 1000) + 1) <= 0)
			continue;
		late = left <= 0;
		break;
	}
	if (late)
		kill(pid, SIGKILL);
	while (waitpid(pid, ret_status, 0) < 0) {
		if (errno != EINTR)
			return err_sys(e, "wait for the hook");
	}
	return late ? err_set(e, ERR_SYSTEM, "it took more than %d s", timeout_sec) : 0;
}

/* The end of what it printed, on one line. */
static void add_output(int output_fd, char *text, size_t room)
{
	off_t end = lseek(output_fd, 0, SEEK_END);
	ssize_t n = pread(output_fd, text, room - 1, end > (off_t)room ? end - (off_t)room + 1 : 0);

	if (n < 0)
		n = 0;
	while (n > 0 && text[n - 1] == '\n')
		n--;
	text[n] = '\0';
	for (char *p = text; *p; p++) {
		if (*p == '\n')
			*p = ' ';
	}
}

/* As the field writes those that a filter or a limit sends. */
static const char *signal_words(int signal)
{
	return signal == SIGSYS ? "bad system call" : sigdescr_np(signal) ?: "unknown";
}

static int failed(const struct spec_hook *h, int status, int output_fd, struct err *e)
{
	char output[OUTPUT_MAX];

	add_output(output_fd, output, sizeof output);
	if (WIFSIGNALED(status))
		return err_set(e, ERR_SYSTEM, "%s: killed by signal %d, %s%s%s", h->path,
			       WTERMSIG(status), signal_words(WTERMSIG(status)),
			       *output ? ": " : "", output);
	return err_set(e, ERR_SYSTEM, "%s: exit status %d%s%s", h->path, WEXITSTATUS(status),
		       *output ? ": " : "", output);
}

static int run(const struct spec_hook *h, const struct hooks_run *r, struct err *e)
{
	static char *const nothing[] = { NULL };
	char *const *env = h->env ? without_const(h->env) : r->env ?: nothing;
	cleanup_fd int state_fd = state_file(r->state, e);
	/* Nobody may be there to read a pipe, and a terminal is the program's. */
	cleanup_fd int output_fd = memfd_create("output", MFD_CLOEXEC);
	struct hook_files files = { state_fd, output_fd, output_fd };
	int status;
	pid_t pid;

	if (state_fd < 0)
		return -1;
	if (output_fd < 0)
		return err_sys(e, "create a file in memory");
	if (r->hooks->stdout_fd > 0 && !r->own_output)
		files.out = r->hooks->stdout_fd;
	if (r->hooks->stderr_fd > 0 && !r->own_output)
		files.err = r->hooks->stderr_fd;
	pid = _Fork();
	if (pid < 0)
		return err_sys(e, "fork");
	if (pid == 0)
		become_hook(h, &files, r, env);
	if (await(pid, h->timeout_sec, &status, e) < 0)
		return -1;
	return status ? failed(h, status, output_fd, e) : 0;
}

int hooks_run_one(const struct hooks_run *r, enum hook_kind kind, size_t index, struct err *e)
{
	if (run(&r->hooks->kinds[kind].items[index], r, e) < 0)
		return err_wrap(e, "error running %s hook #%zu", names[kind], index);
	return 0;
}

int hooks_run(const struct hooks_run *r, enum hook_kind kind, struct err *e)
{
	for (size_t i = 0; i < r->hooks->kinds[kind].n; i++) {
		if (hooks_run_one(r, kind, i, e) < 0)
			return -1;
	}
	return 0;
}
