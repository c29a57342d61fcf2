/* SPDX-License-Identifier: Apache-2.0 */
#include "base/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/process.h"
#include "base/self.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* Where workers lie relative to the folder of the running binary, in a build tree. */
static const char *const build_places[] = { "src/worker", "../../src/worker" };

static int find(const char *name, char *path, struct err *e)
{
	char self[PATH_MAX];

	if (self_path(self, sizeof self, e) < 0)
		return -1;
	*strrchr(self, '/') = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(build_places); i++) {
		if (snprintf(path, PATH_MAX, "%s/%s/%s", self, build_places[i], name) < PATH_MAX &&
		    access(path, X_OK) == 0)
			return 0;
	}
	snprintf(path, PATH_MAX, "%s/%s", CALE_LIBEXEC, name);
	if (access(path, X_OK) < 0) {
		err_sys(e, "%s", path);
		return err_hint(e, "is Cale installed whole? (meson install)");
	}
	return 0;
}

int worker_start(const struct worker_start *s, struct worker *ret, struct err *e)
{
	char path[PATH_MAX];
	int pipe_fds[2], all[3 + WORKER_FDS_MAX];
	const char *args[160] = { path };
	struct process_run run = { .argv = args, .fds = all, .n_fds = 3 + s->n_fds };
	pid_t pid;

	if (s->n_fds > WORKER_FDS_MAX)
		return err_set(e, ERR_SYSTEM, "too many descriptors for %s", s->argv[0]);
	for (size_t i = 1; s->argv[i]; i++) {
		if (i + 1 >= ARRAY_SIZE(args))
			return err_set(e, ERR_LIMIT, "too many arguments for %s", s->argv[0]);
		args[i] = s->argv[i];
	}
	if (find(s->argv[0], path, e) < 0)
		return -1;
	if (pipe2(pipe_fds, O_CLOEXEC) < 0)
		return err_sys(e, "pipe");
	all[0] = s->input_fd;
	all[1] = pipe_fds[1];
	/* Its words could reach a terminal; only a sanitizer's are worth that, in a test build. */
	all[2] = SANITIZED ? STDERR_FILENO : -1;
	memcpy(all + 3, s->fds, s->n_fds * sizeof *s->fds);
	pid = process_spawn(&run, e);
	close(pipe_fds[1]);
	if (pid < 0) {
		close(pipe_fds[0]);
		return err_wrap(e, "%s", s->argv[0]);
	}
	*ret = (struct worker){ s->argv[0], pid, pipe_fds[0] };
	return 0;
}

/* Like fd_read_full, with a deadline. 0 at an early end of file. */
static int read_until(const struct worker *w, void *data, size_t n, int64_t deadline_usec,
		      struct err *e)
{
	for (size_t have = 0; have < n;) {
		int64_t left = (deadline_usec - clock_monotonic_usec()) / 1000;
		struct pollfd p = { .fd = w->reply_fd, .events = POLLIN };
		ssize_t got;
		int ready = left > 0 ? poll(&p, 1, left > INT_MAX ? INT_MAX : (int)left) : 0;

		if (ready < 0 && errno != EINTR)
			return err_sys(e, "poll");
		if (ready < 0)
			continue;
		if (ready == 0) {
			err_set(e, ERR_LIMIT, "%s took too long", w->name);
			return err_hint(e, "nothing was stored; is the input endless?");
		}
		got = read(w->reply_fd, (char *)data + have, n - have);
		if (got < 0 && errno != EINTR)
			return err_sys(e, "read the reply of %s", w->name);
		if (got == 0)
			return 0;
		have += got > 0 ? (size_t)got : 0;
	}
	return 1;
}

static int died(const struct worker *w, int status, struct err *e)
{
	static const struct {
		int signal;
		enum err_code code;
		const char *why;
	} rows[] = {
		{ SIGSYS, ERR_DENIED, "it tried a system call that its sandbox forbids" },
		{ SIGXCPU, ERR_LIMIT, "it used more CPU time than its limit" },
		{ SIGABRT, ERR_LIMIT, "it ran out of its memory limit or found itself broken" },
		{ SIGPIPE, ERR_SYSTEM, "what it writes to was closed" },
	};
	int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].signal == signal)
			return err_set(e, rows[i].code, "%s was ended: %s", w->name, rows[i].why);
	}
	if (signal)
		return err_set(e, ERR_SYSTEM, "%s was ended by signal %d", w->name, signal);
	return err_set(e, ERR_SYSTEM, "%s ended with status %d and no reply", w->name,
		       WEXITSTATUS(status));
}

/* Makes the foreign error a well-formed one. */
static int take_error(struct worker_reply *r, struct err *e)
{
	struct err theirs = r->err;

	theirs.text[sizeof theirs.text - 1] = '\0';
	theirs.hint[sizeof theirs.hint - 1] = '\0';
	if (theirs.code <= ERR_NONE || theirs.code > ERR_COMMAND_NOT_RUN)
		theirs.code = ERR_INVALID;
	err_set(e, theirs.code, "%s", theirs.text);
	e->sys = theirs.sys;
	return err_hint(e, "%s", theirs.hint);
}

static int read_reply(struct worker *w, int64_t deadline_usec, struct worker_reply *ret,
		      char **ret_text, struct err *e)
{
	cleanup_free char *text = NULL;
	int r = read_until(w, ret, sizeof *ret, deadline_usec, e);

	if (r <= 0)
		return r;
	if (ret->magic != WORKER_MAGIC || ret->text_bytes > (ret_text ? WORKER_TEXT_MAX : 0))
		return err_set(e, ERR_INVALID, "%s gave a malformed reply", w->name);
	if (ret->err.code != ERR_NONE)
		return take_error(ret, e);
	if (!ret_text)
		return 1;
	text = xcalloc(ret->text_bytes + 1, 1);
	r = read_until(w, text, ret->text_bytes, deadline_usec, e);
	if (r == 1)
		*ret_text = take_ptr(text);
	return r;
}

int worker_finish(struct worker *w, int64_t deadline_usec, struct worker_reply *ret,
		  char **ret_text, struct err *e)
{
	int status, r;

	r = read_reply(w, deadline_usec, ret, ret_text, e);
	/* After its reply it has nothing more to do; a worker that lingers is not waited for. */
	if (r != 0)
		kill(w->pid, SIGKILL);
	status = process_wait(w->pid, e);
	w->pid = 0;
	close(take_fd(&w->reply_fd));
	if (r == 0 && status >= 0)
		return died(w, status, e);
	return r == 1 && status >= 0 ? 0 : -1;
}

void worker_abort(struct worker *w)
{
	struct err ignored;

	if (w->pid <= 0)
		return;
	kill(w->pid, SIGKILL);
	process_wait(w->pid, &ignored);
	w->pid = 0;
	close(take_fd(&w->reply_fd));
}
