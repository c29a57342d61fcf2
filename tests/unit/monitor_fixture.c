/* SPDX-License-Identifier: Apache-2.0 */
#include "monitor_fixture.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/path.h"
#include "engine/log_read.h"

/*
 * A failed assertion in a fork (the monitor with its hooks, what runs beside) would go on with the
 * next test there: only the test's own process may have one.
 */
static pid_t test_pid;
static const struct fixture *current;

/* Neither a container nor its restarts outlive a test that was killed. */
#define CONTAINER_SECONDS 200

/* ---- a runtime without containers ---- */

static _Noreturn void become_shell(const struct fixture *f, const int *stdio)
{
	sigset_t none;

	for (int s = 1; s < NSIG; s++)
		signal(s, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	for (int i = 0; i < 3; i++)
		dup2(stdio[i], i);
	if (f->spec.process.terminal)
		ioctl(0, TIOCSCTTY, 0);
	(void)!fchdir(f->state_fd);
	alarm(CONTAINER_SECONDS);
	execl("/bin/sh", "sh", "-c", f->script, (char *)NULL);
	_exit(127);
}

static int fake_create(void *data, const struct runtime_io *io, struct runtime_process *ret,
		       struct err *e)
{
	struct fixture *f = data;
	int stdio[3] = { io->stdio[0], io->stdio[1], io->stdio[2] }, tty = -1;

	if (kill(test_pid, 0) < 0 || (f->fails_after && f->runs == f->fails_after))
		return err_set(e, ERR_COMMAND_NOT_FOUND, "no such program");
	f->runs++;
	if (f->spec.process.terminal) {
		const struct winsize size = { .ws_row = io->rows, .ws_col = io->columns };

		if (openpty(&ret->pty_fd, &tty, NULL, NULL, &size) < 0)
			return err_sys(e, "openpty");
		fcntl(ret->pty_fd, F_SETFD, FD_CLOEXEC);
		stdio[0] = stdio[1] = stdio[2] = tty;
	}
	ret->pid = fork();
	if (ret->pid == 0)
		become_shell(f, stdio);
	if (tty >= 0)
		close(tty);
	ret->pid_fd = (int)syscall(SYS_pidfd_open, ret->pid, 0);
	return 0;
}

static int fake_start(void *data, struct runtime_process *process, struct err *e)
{
	(void)data;
	(void)process;
	(void)e;
	return 0;
}

static void fake_abort(void *data, struct runtime_process *process)
{
	(void)data;
	(void)process;
}

static void mark(const struct fixture *f, const char *name, char what)
{
	cleanup_fd int fd =
		openat(f->state_fd, name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	(void)!write(fd, &what, 1);
}

static int fake_oom(void *data)
{
	return has_file(data, "oom");
}

static void fake_finish(void *data)
{
	struct container_state s;
	struct err e;
	int failed = container_state_read(((struct fixture *)data)->state_fd, &s, &e) < 0;

	mark(data, "finished", failed ? '-' : container_status_text(s.status)[0]);
}

static void hook_release(void *data, const struct container_state *state)
{
	mark(data, "released", state->status == CONTAINER_EXITED ? 'x' : '?');
}

void hook_cleanup(void *data, const struct container_state *state)
{
	(void)state;
	mark(data, "cleaned", 'x');
}

static const struct monitor_runtime fake = { fake_create, fake_start, fake_abort, fake_oom,
					     fake_finish };

/* ---- set-up and end of a test ---- */

int monitor_set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof *f);
	char name[64];

	snprintf(f->folder, sizeof f->folder, "/tmp/test-monitor-XXXXXX");
	if (!mkdtemp(f->folder))
		return -1;
	snprintf(name, sizeof name, "%s/run", f->folder);
	if (mkdir(name, 0700) < 0)
		return -1;
	f->state_fd = open(f->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	f->run_fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	f->spec.id = "abc";
	f->request = (struct monitor_request){
		.spec = &f->spec,
		.state_dir_fd = f->state_fd,
		.run_dir_fd = f->run_fd,
		.log = LOG_OPTIONS_DEFAULT,
		.auto_remove = 1, /* no fsync */
		.stop_signal = SIGTERM,
		.stop_timeout_sec = 100, /* longer than anybody's patience */
		.client_fd = -1,
		.hooks = { f, hook_release, hook_cleanup },
		.runtime = &fake,
		.runtime_data = f,
	};
	test_pid = getpid();
	current = *state = f;
	return 0;
}

static void kill_container(const struct fixture *f)
{
	struct container_state s;
	struct err e;

	if (container_state_read(f->state_fd, &s, &e) == 0 && s.init.pid > 0)
		kill(s.init.pid, SIGKILL);
}

/* Also after a failed test, whatever its container ignores and its clients don't read. */
static void end_monitor(const struct fixture *f)
{
	kill(f->monitor, SIGTERM); /* no restart from here on */
	kill(f->monitor, SIGCONT);
	for (int i = 0; i < 2000; i++) {
		kill_container(f);
		if (waitpid(f->monitor, NULL, WNOHANG) != 0)
			return;
		usleep(2000);
	}
	kill(f->monitor, SIGKILL);
	waitpid(f->monitor, NULL, 0);
}

int monitor_tear_down(void **state)
{
	struct fixture *f = *state;
	cleanup_fd int tmp_fd = open("/tmp", O_PATH | O_CLOEXEC);
	struct err e;

	if (f->monitor > 0)
		end_monitor(f);
	close(f->state_fd);
	close(f->run_fd);
	path_remove_tree(tmp_fd, f->folder + sizeof "/tmp", &e);
	free(f);
	return 0;
}

/* ---- the monitor and its container ---- */

void spawn(struct fixture *f, const char *script)
{
	struct err e = {};

	f->script = script;
	if (monitor_spawn(&f->request, &f->monitor, &e) < 0)
		fail_msg("%s", e.text);
}

void wait_gone(struct fixture *f)
{
	struct err e;
	int status;

	assert_int_equal(monitor_wait_gone(f->run_fd, PATIENCE_USEC / 1000, &e), 0);
	assert_int_equal(waitpid(f->monitor, &status, 0), f->monitor);
	assert_int_equal(status, 0);
	f->monitor = 0;
}

struct container_state state_of(struct fixture *f)
{
	struct container_state s = {};
	struct err e = {};

	if (container_state_read(f->state_fd, &s, &e) < 0)
		fail_msg("%s", e.text);
	return s;
}

void assert_log(struct fixture *f, const char *want)
{
	cleanup_fd int out = memfd_create("out", MFD_CLOEXEC);
	const struct log_read_options o = { .tail = -1, .stdout_fd = out, .stderr_fd = out };
	cleanup_free char *have = NULL;
	struct err e;

	assert_int_equal(log_read(f->state_fd, "abc", &o, &e), 0);
	lseek(out, 0, SEEK_SET);
	have = fd_read_text(out, 1 << 24, NULL, &e);
	assert_string_equal(have, want);
}

int count_fds(const struct fixture *f)
{
	char name[64], target[256];
	int found = 0;

	for (int fd = 0; fd < 256; fd++) {
		snprintf(name, sizeof name, "/proc/%d/fd/%d", f->monitor, fd);
		found += readlink(name, target, sizeof target) >= 0;
	}
	return found;
}

/* ---- files of the container ---- */

void make_file(const struct fixture *f, const char *name)
{
	close(openat(f->state_fd, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
}

int has_file(const struct fixture *f, const char *name)
{
	return faccessat(f->state_fd, name, F_OK, 0) == 0;
}

char *file_of(const struct fixture *f, const char *name)
{
	struct err e;
	char *text = fd_read_file(f->state_fd, name, 1 << 20, &e);

	return text ? text : xcalloc(1, 1);
}

int file_says(const struct fixture *f, const char *name, const char *want)
{
	cleanup_free char *have = file_of(f, name);

	return !strcmp(have, want);
}

void assert_file(const struct fixture *f, const char *name, const char *want)
{
	cleanup_free char *have = file_of(f, name);

	assert_int_equal(has_file(f, name), want != NULL);
	assert_string_equal(have, want ? want : "");
}

/* ---- waiting ---- */

int64_t await_begin(void)
{
	return clock_monotonic_usec();
}

void await_turn(int64_t begin, const char *what)
{
	if (clock_monotonic_usec() - begin < PATIENCE_USEC) {
		usleep(2000);
		return;
	}
	if (getpid() == test_pid)
		fail_msg("waited in vain for: %s", what);
	/* With its container gone, the test isn't blocked any more, and sees our status. */
	fprintf(stderr, "# waited in vain for: %s\n", what);
	kill_container(current);
	_exit(1);
}

int is_idle(pid_t pid)
{
	char name[64];
	cleanup_free char *text = NULL;
	struct err e;
	char *p;

	snprintf(name, sizeof name, "/proc/%d/stat", pid);
	text = fd_read_file(AT_FDCWD, name, 4096, &e);
	p = text ? strrchr(text, ')') : NULL;
	return p && p[1] == ' ' && p[2] == 'S';
}

int is_readable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, 0) == 1;
}

void await_end(pid_t pid)
{
	cleanup_fd int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd p = { .fd = fd, .events = POLLIN };

	if (fd >= 0)
		assert_int_equal(poll(&p, 1, PATIENCE_USEC / 1000), 1);
}

pid_t beside(struct fixture *f, void (*what)(struct fixture *f))
{
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid != 0)
		return pid;
	what(f);
	_exit(0);
}

void join(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* The monitor has one connection more; its client sleeps in the wait for the answer, and so does it. */
void go_when_heard(struct fixture *f)
{
	AWAIT(count_fds(f) == MONITOR_FDS + 1 && is_idle(getppid()) && is_idle(f->monitor));
	make_file(f, "go");
}

/* ---- a client ---- */

void session_open(struct session *s)
{
	*s = (struct session){ .o = { .sig_proxy = 0 } };
	s->out = memfd_create("out", MFD_CLOEXEC);
	s->err = memfd_create("err", MFD_CLOEXEC);
	assert_int_equal(pipe2(s->in, O_CLOEXEC), 0);
	s->o.stdin_fd = -1;
	s->o.stdout_fd = s->out;
	s->o.stderr_fd = s->err;
}

void session_run(struct session *s)
{
	struct err e = {};

	if (attach_run(&s->o, &s->result, &e) < 0)
		fail_msg("%s", e.text);
	lseek(s->out, 0, SEEK_SET);
	lseek(s->err, 0, SEEK_SET);
	s->stdout_text = fd_read_text(s->out, 1 << 24, NULL, &e);
	s->stderr_text = fd_read_text(s->err, 1 << 24, NULL, &e);
}

void session_close(struct session *s)
{
	free(s->stdout_text);
	free(s->stderr_text);
	close(s->out);
	close(s->err);
	close(s->in[0]);
	if (s->in[1] >= 0)
		close(s->in[1]);
	close(s->o.socket_fd);
}

void spawn_attached(struct fixture *f, struct session *s, const char *script)
{
	int monitor_end;
	struct err e;

	session_open(s);
	assert_int_equal(monitor_socketpair(&s->o.socket_fd, &monitor_end, &e), 0);
	f->request.client_fd = monitor_end;
	f->request.client_streams = MONITOR_STDIN | MONITOR_STDOUT | MONITOR_STDERR;
	spawn(f, script);
	close(monitor_end);
}
