/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine/monitor.h and attach.h with a runtime that starts a shell instead of a container: the
 * monitor's life, its clients, restarts, stops, and what it leaves behind. No privilege needed.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/text.h"
#include "engine/attach.h"
#include "engine/log_read.h"
#include "engine/monitor.h"
#include "engine/monitor_message.h"

/* A sanitizer's shadow is private, too. */
#ifdef __has_feature
#define IS_SANITIZED __has_feature(address_sanitizer)
#elif defined(__SANITIZE_ADDRESS__)
#define IS_SANITIZED 1
#else
#define IS_SANITIZED 0
#endif
#define PRIVATE_MAX_KB (IS_SANITIZED ? 64 << 10 : 1024)

struct fixture {
	char folder[32];
	int state_fd, run_fd;
	const char *script;
	int fails_after; /* runs that succeed before create() fails; 0: all succeed */
	int runs;
	struct spec spec;
	struct monitor_request request;
	pid_t monitor;
};

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
	execl("/bin/sh", "sh", "-c", f->script, (char *)NULL);
	_exit(127);
}

static int fake_create(void *data, const struct runtime_io *io, struct runtime_process *ret,
		       struct err *e)
{
	struct fixture *f = data;
	int stdio[3] = { io->stdio[0], io->stdio[1], io->stdio[2] }, tty = -1;

	if (f->fails_after && f->runs == f->fails_after)
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

/* A hook leaves a mark that the test can see from its own process. */
static void mark(struct fixture *f, const char *name)
{
	cleanup_fd int fd =
		openat(f->state_fd, name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	(void)!write(fd, "x", 1);
}

static int fake_oom(void *data)
{
	struct fixture *f = data;

	return faccessat(f->state_fd, "oom", F_OK, 0) == 0;
}

static void fake_finish(void *data)
{
	mark(data, "finished");
}

static void hook_release(void *data, const struct container_state *state)
{
	assert_int_equal(state->status, CONTAINER_EXITED);
	mark(data, "released");
}

static void hook_cleanup(void *data, const struct container_state *state)
{
	(void)state;
	mark(data, "cleaned");
}

static const struct monitor_runtime fake = { fake_create, fake_start, fake_abort, fake_oom,
					     fake_finish };

/* ---- what every test needs ---- */

static int set_up(void **state)
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
		.stop_timeout_sec = 5,
		.client_fd = -1,
		.hooks = { f, hook_release, hook_cleanup },
		.runtime = &fake,
		.runtime_data = f,
	};
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	cleanup_fd int tmp_fd = open("/tmp", O_PATH | O_CLOEXEC);
	struct err e;

	if (f->monitor > 0) {
		kill(f->monitor, SIGTERM);
		waitpid(f->monitor, NULL, 0);
	}
	close(f->state_fd);
	close(f->run_fd);
	path_remove_tree(tmp_fd, f->folder + sizeof "/tmp", &e);
	free(f);
	return 0;
}

static void spawn(struct fixture *f, const char *script)
{
	struct err e = {};

	f->script = script;
	if (monitor_spawn(&f->request, &f->monitor, &e) < 0)
		fail_msg("%s", e.text);
}

static void wait_gone(struct fixture *f)
{
	struct err e;
	int status;

	assert_int_equal(monitor_wait_gone(f->run_fd, 10000, &e), 0);
	assert_int_equal(waitpid(f->monitor, &status, 0), f->monitor);
	assert_int_equal(status, 0);
	f->monitor = 0;
}

static struct container_state state_of(struct fixture *f)
{
	struct container_state s = {};
	struct err e = {};

	if (container_state_read(f->state_fd, &s, &e) < 0)
		fail_msg("%s", e.text);
	return s;
}

static char *file_of(struct fixture *f, const char *name)
{
	struct err e;

	return fd_read_file(f->state_fd, name, 1 << 20, &e);
}

static void assert_file(struct fixture *f, const char *name, const char *want)
{
	cleanup_free char *have = file_of(f, name);

	if (!want) {
		assert_null(have);
		return;
	}
	assert_non_null(have);
	assert_string_equal(have, want);
}

static void assert_log(struct fixture *f, const char *want)
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

/* Until the file is there (with that content), for what happens in the "container". */
static void await_file(struct fixture *f, const char *name)
{
	for (int i = 0; i < 1000; i++) {
		if (faccessat(f->state_fd, name, F_OK, 0) == 0)
			return;
		usleep(5000);
	}
	fail_msg("%s didn't appear", name);
}

/* Attaches as `cale run` does and gives what came on each stream. */
struct session {
	struct attach_options o;
	struct attach_result result;
	int in[2], out[2], err[2];
	char *stdout_text, *stderr_text;
};

static void session_open(struct session *s)
{
	*s = (struct session){ .o = { .sig_proxy = 0 } };
	s->out[0] = memfd_create("out", MFD_CLOEXEC);
	s->err[0] = memfd_create("err", MFD_CLOEXEC);
	assert_int_equal(pipe2(s->in, O_CLOEXEC), 0);
	s->o.stdin_fd = -1;
	s->o.stdout_fd = s->out[0];
	s->o.stderr_fd = s->err[0];
}

static void session_run(struct session *s)
{
	struct err e = {};

	if (attach_run(&s->o, &s->result, &e) < 0)
		fail_msg("%s", e.text);
	lseek(s->out[0], 0, SEEK_SET);
	lseek(s->err[0], 0, SEEK_SET);
	s->stdout_text = fd_read_text(s->out[0], 1 << 24, NULL, &e);
	s->stderr_text = fd_read_text(s->err[0], 1 << 24, NULL, &e);
}

static void session_close(struct session *s)
{
	free(s->stdout_text);
	free(s->stderr_text);
	close(s->out[0]);
	close(s->err[0]);
	close(s->in[0]);
	if (s->in[1] >= 0)
		close(s->in[1]);
	close(s->o.socket_fd);
}

/* The monitor with a client from its beginning. */
static void spawn_attached(struct fixture *f, struct session *s, const char *script)
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

/* ---- the tests ---- */

static void output_and_exit_code_arrive(void **state)
{
	struct fixture *f = *state;
	struct container_state s;
	struct session a;

	spawn_attached(f, &a, "echo out; echo err >&2; printf rest; exit 7");
	session_run(&a);
	assert_int_equal(a.result.outcome, ATTACH_ENDED);
	assert_int_equal(a.result.end.exit_code, 7);
	assert_string_equal(a.stdout_text, "out\nrest");
	assert_string_equal(a.stderr_text, "err\n");
	/* All that is promised to be there when the news of the end comes. */
	s = state_of(f);
	assert_int_equal(s.status, CONTAINER_EXITED);
	assert_int_equal(s.exit_code, 7);
	assert_int_equal(s.init.pid, 0);
	assert_true(s.finished_nsec >= s.started_nsec);
	assert_file(f, "released", "x");
	session_close(&a);
	wait_gone(f);
	assert_file(f, "finished", "x");
	assert_file(f, "cleaned", "x");
	assert_int_equal(monitor_is_alive(f->run_fd), 0);
	assert_int_equal(faccessat(f->run_fd, MONITOR_SOCKET, F_OK, 0), -1);
}

static void the_log_is_complete(void **state)
{
	struct fixture *f = *state;
	struct monitor_end end;
	struct err e;

	spawn(f, "read x; echo \"got $?\"; sleep 0.2; printf partial");
	assert_int_equal(monitor_wait(f->run_fd, &end, &e), 0);
	assert_int_equal(end.exit_code, 0);
	assert_log(f, "got 1\npartial");
	wait_gone(f);
}

static void a_running_container_says_so(void **state)
{
	struct fixture *f = *state;
	struct container_state s;
	struct process_id id;
	struct err e;
	pid_t again;

	spawn(f, "sleep 100");
	s = state_of(f);
	assert_int_equal(s.status, CONTAINER_RUNNING);
	assert_int_equal(s.monitor.pid, f->monitor);
	assert_int_equal(process_identify(f->monitor, &id, &e), 0);
	assert_int_equal(id.start_ticks, s.monitor.start_ticks);
	assert_int_equal(process_identify(s.init.pid, &id, &e), 0);
	assert_int_equal(id.start_ticks, s.init.start_ticks);
	assert_int_equal(monitor_is_alive(f->run_fd), 1);
	assert_int_equal(monitor_lock(f->run_fd, &e), -1);
	assert_int_equal(e.code, ERR_CONFLICT);
	/* Nobody starts it twice. */
	assert_int_equal(monitor_spawn(&f->request, &again, &e), -1);
	assert_int_equal(e.code, ERR_CONFLICT);
	assert_int_equal(monitor_is_alive(f->run_fd), 1);
}

/* A lock of whoever starts a container is theirs alone. */
static void locks_of_the_caller_are_not_kept(void **state)
{
	struct fixture *f = *state;
	cleanup_fd int other = openat(f->state_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_int_equal(flock(f->state_fd, LOCK_EX), 0);
	spawn(f, "sleep 100");
	assert_int_equal(flock(other, LOCK_EX | LOCK_NB), -1);
	close(f->state_fd);
	f->state_fd = openat(other, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(flock(other, LOCK_EX | LOCK_NB), 0);
}

static void a_failed_start_is_reported(void **state)
{
	struct fixture *f = *state;
	struct container_state s;
	struct err e;

	f->fails_after = 1;
	f->runs = 1;
	assert_int_equal(monitor_spawn(&f->request, &f->monitor, &e), -1);
	assert_int_equal(e.code, ERR_COMMAND_NOT_FOUND);
	assert_string_equal(e.text, "no such program");
	s = state_of(f);
	assert_int_equal(s.status, CONTAINER_CREATED);
	assert_int_equal(s.exit_code, 127);
	assert_string_equal(s.error, "no such program");
	assert_int_equal(s.monitor.pid, 0);
	assert_int_equal(monitor_is_alive(f->run_fd), 0);
	assert_file(f, "finished", "x");
	assert_file(f, "cleaned", NULL);
	assert_file(f, "released", NULL);
}

static void stop_ends_in_time(void **state)
{
	static const struct {
		const char *script;
		struct monitor_stop stop;
		int exit_code;
	} rows[] = {
		{ "trap 'exit 3' TERM; echo >u; while :; do sleep 0.01; done", { 0, 10 }, 3 },
		{ "trap 'exit 4' USR1; echo >u; while :; do sleep 0.01; done", { SIGUSR1, 10 }, 4 },
		{ "trap '' TERM; echo >u; while :; do sleep 0.01; done", { 0, 0 }, 137 },
		{ "trap '' TERM; echo >u; while :; do sleep 0.01; done", { 0, 1 }, 137 },
	};
	struct fixture *f = *state;

	f->request.restart.kind = RESTART_ALWAYS;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct monitor_end end;
		struct err e;
		int64_t before;

		spawn(f, rows[i].script);
		await_file(f, "u");
		before = clock_monotonic_usec();
		assert_int_equal(monitor_stop(f->run_fd, &rows[i].stop, &end, &e), 0);
		assert_true(clock_monotonic_usec() - before < 3000000);
		assert_int_equal(end.exit_code, rows[i].exit_code);
		assert_int_equal(end.will_restart, 0);
		assert_int_equal(state_of(f).stopped_by_user, 1);
		assert_int_equal(state_of(f).status, CONTAINER_EXITED);
		wait_gone(f);
		unlinkat(f->state_fd, "u", 0);
	}
}

static void signals_reach_the_program(void **state)
{
	struct fixture *f = *state;
	struct monitor_end end;
	struct err e;

	static const char script[] = "trap 'echo hup' HUP; echo >u; while :; do sleep 0.01; done";
	spawn(f, script);
	await_file(f, "u");
	assert_int_equal(monitor_signal(f->run_fd, SIGHUP, &e), 0);
	usleep(100000);
	assert_int_equal(monitor_signal(f->run_fd, SIGKILL, &e), 0);
	while (monitor_wait(f->run_fd, &end, &e) == 0)
		assert_int_equal(end.exit_code, 137);
	assert_int_equal(e.code, ERR_NOT_FOUND);
	wait_gone(f);
	assert_int_equal(state_of(f).stopped_by_user, 1);
	assert_log(f, "hup\n");
	assert_int_equal(monitor_signal(f->run_fd, SIGKILL, &e), -1);
	assert_int_equal(e.code, ERR_NOT_FOUND);
}

static void failures_are_restarted(void **state)
{
	struct fixture *f = *state;
	struct monitor_end end;
	struct container_state s;
	struct err e;

	f->request.restart = (struct config_restart){ RESTART_ON_FAILURE, 2 };
	spawn(f, "echo run; exit 9");
	assert_int_equal(monitor_wait(f->run_fd, &end, &e), 0);
	assert_int_equal(end.will_restart, 1);
	assert_int_equal(end.exit_code, 9);
	assert_file(f, "released", NULL);
	assert_int_equal(state_of(f).status, CONTAINER_RESTARTING);
	assert_int_equal(monitor_is_alive(f->run_fd), 1);
	wait_gone(f);
	s = state_of(f);
	assert_int_equal(s.status, CONTAINER_EXITED);
	assert_int_equal(s.restart_count, 2);
	assert_int_equal(s.exit_code, 9);
	assert_log(f, "run\nrun\nrun\n");
	assert_file(f, "finished", "xxx");
	assert_file(f, "released", "x");
	assert_file(f, "cleaned", "x");
}

static void a_restart_that_fails_ends_it(void **state)
{
	struct fixture *f = *state;

	f->request.restart.kind = RESTART_ALWAYS;
	f->fails_after = 1;
	spawn(f, "echo run");
	wait_gone(f);
	assert_int_equal(state_of(f).status, CONTAINER_EXITED);
	assert_int_equal(state_of(f).exit_code, 127);
	assert_string_equal(state_of(f).error, "no such program");
	assert_file(f, "finished", "xx");
	assert_file(f, "released", "x");
	assert_file(f, "cleaned", "x");
}

static void stop_cancels_a_restart(void **state)
{
	const struct monitor_stop stop = { 0, 10 };
	struct fixture *f = *state;
	struct monitor_end end;
	struct err e;
	uint32_t counted;

	f->request.restart.kind = RESTART_ALWAYS;
	spawn(f, "exit 5");
	/* In the third delay, of 400 ms, or a later one. */
	for (int i = 0; i < 3; i++) {
		assert_int_equal(monitor_wait(f->run_fd, &end, &e), 0);
		assert_int_equal(end.will_restart, 1);
	}
	counted = state_of(f).restart_count;
	assert_int_equal(monitor_stop(f->run_fd, &stop, &end, &e), 0);
	assert_int_equal(end.will_restart, 0);
	wait_gone(f);
	assert_int_equal(state_of(f).status, CONTAINER_EXITED);
	assert_int_equal(state_of(f).restart_count, counted - 1);
	assert_int_equal(state_of(f).stopped_by_user, 1);
}

static void the_end_of_the_host_stops_it(void **state)
{
	struct fixture *f = *state;

	f->request.restart.kind = RESTART_ALWAYS;
	static const char script[] = "trap 'exit 3' TERM; echo >u; while :; do sleep 0.01; done";
	spawn(f, script);
	await_file(f, "u");
	kill(f->monitor, SIGHUP); /* ignored */
	kill(f->monitor, SIGTERM);
	wait_gone(f);
	assert_int_equal(state_of(f).exit_code, 3);
	assert_int_equal(state_of(f).stopped_by_user, 0);
}

static void stdin_is_null_without_open_stdin(void **state)
{
	struct fixture *f = *state;
	struct session a;

	spawn_attached(f, &a, "readlink /proc/self/fd/0");
	a.o.stdin_fd = a.in[0];
	(void)!write(a.in[1], "data", 4);
	session_run(&a);
	assert_string_equal(a.stdout_text, "/dev/null\n");
	session_close(&a);
	wait_gone(f);
}

static void stdin_goes_through_and_ends(void **state)
{
	struct fixture *f = *state;
	struct session a;
	const size_t size = 1 << 20;
	cleanup_free char *big = xcalloc(size + 1, 1);
	pid_t writer;

	for (size_t i = 0; i < size; i++)
		big[i] = (char)('a' + i % 23);
	f->request.open_stdin = f->request.stdin_once = 1;
	spawn_attached(f, &a, "cat; echo end >&2");
	writer = fork();
	if (writer == 0) {
		struct err e;

		_exit(fd_write_all(a.in[1], big, size, &e) < 0);
	}
	close(a.in[1]);
	a.in[1] = -1;
	a.o.stdin_fd = a.in[0];
	session_run(&a);
	waitpid(writer, NULL, 0);
	assert_int_equal(strlen(a.stdout_text), size);
	assert_memory_equal(a.stdout_text, big, size);
	assert_string_equal(a.stderr_text, "end\n");
	session_close(&a);
	wait_gone(f);
}

static void stdin_stays_open_for_the_next_client(void **state)
{
	struct fixture *f = *state;
	struct session a;
	struct err e;

	f->request.open_stdin = 1;
	spawn(f, "read x; echo \"1 $x\"; read x; echo \"2 $x\"");
	for (int i = 0; i < 2; i++) {
		session_open(&a);
		a.o.socket_fd = monitor_connect_attached(
			f->run_fd, MONITOR_STDIN | MONITOR_STDOUT | MONITOR_STDERR, &e);
		assert_true(a.o.socket_fd >= 0);
		a.o.tty = 1; /* for the detach keys */
		assert_int_equal(detach_keys_parse("ctrl-p,ctrl-q", &a.o.detach_keys, &e), 0);
		a.o.stdin_fd = a.in[0];
		(void)!write(a.in[1], "line\n", 5);
		if (i == 0) {
			/* Its own end of the connection goes; stdin must not. */
			char packet[MESSAGE_PACKET_MAX];

			assert_int_equal(recv(a.o.socket_fd, packet, sizeof packet, 0), 1);
			assert_int_equal(packet[0], MESSAGE_STDIN_READY);
			assert_int_equal(send(a.o.socket_fd, "\003line\n", 6, 0), 6);
		} else {
			session_run(&a);
			assert_int_equal(a.result.outcome, ATTACH_ENDED);
		}
		session_close(&a);
	}
	wait_gone(f);
	assert_log(f, "1 line\n2 line\n");
}

static void a_terminal_has_a_size_and_one_stream(void **state)
{
	struct fixture *f = *state;
	struct session a;

	f->spec.process.terminal = 1;
	f->request.rows = 33;
	f->request.columns = 101;
	spawn_attached(f, &a, "stty size; tty >&2 >/dev/null && echo tty >&2");
	a.o.tty = 1;
	session_run(&a);
	assert_string_equal(a.stdout_text, "33 101\r\ntty\r\n");
	assert_string_equal(a.stderr_text, "");
	session_close(&a);
	wait_gone(f);
	assert_log(f, "33 101\r\ntty\r\n");
}

static void detach_keys_leave_it_running(void **state)
{
	struct fixture *f = *state;
	struct termios before, after;
	struct session a;
	struct err e;
	int master, slave;

	f->spec.process.terminal = 1;
	f->request.open_stdin = f->request.stdin_once = 1;
	assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
	tcgetattr(slave, &before);
	spawn_attached(f, &a, "read x; echo \"got $x\"; sleep 100");
	a.o.tty = 1;
	a.o.stdin_fd = slave;
	assert_int_equal(detach_keys_parse(DETACH_KEYS_DEFAULT, &a.o.detach_keys, &e), 0);
	/* Typed before the mode is raw: the line discipline must not take ctrl-q for a start. */
	{
		struct termios raw = before;

		cfmakeraw(&raw);
		tcsetattr(slave, TCSANOW, &raw);
		assert_int_equal(write(master, "hi\r\020\021", 5), 5);
		before = raw;
	}
	session_run(&a);
	assert_int_equal(a.result.outcome, ATTACH_DETACHED);
	tcgetattr(slave, &after);
	assert_int_equal(after.c_lflag, before.c_lflag);
	assert_int_equal(after.c_iflag, before.c_iflag);
	session_close(&a);
	close(master);
	close(slave);
	assert_int_equal(monitor_is_alive(f->run_fd), 1);
	assert_int_equal(state_of(f).status, CONTAINER_RUNNING);
}

/* A client that stops reading stops the container, not the monitor, and costs no memory. */
static void a_slow_client_holds_the_container_back(void **state)
{
	struct fixture *f = *state;
	const struct monitor_stop stop = { SIGKILL, 1 };
	struct monitor_end end;
	struct session a;
	struct err e;

	static const char script[] =
		"i=0; while [ $i -lt 2000 ]; do i=$((i+1)); printf '%01000d' 0; done;"
		" echo >all; sleep 100";
	spawn_attached(f, &a, script);
	usleep(700000);
	assert_int_equal(faccessat(f->state_fd, "all", F_OK, 0), -1);
	/* Others are served meanwhile. */
	assert_int_equal(monitor_stop(f->run_fd, &stop, &end, &e), 0);
	assert_int_equal(end.exit_code, 137);
	assert_int_equal(state_of(f).status, CONTAINER_EXITED);
	/* Other commands find the container done … */
	assert_int_equal(monitor_wait_gone(f->run_fd, 5000, &e), 0);
	assert_file(f, "cleaned", "x");
	/* … and what was printed still comes when the client reads at last. */
	session_run(&a);
	assert_int_equal(a.result.end.exit_code, 137);
	assert_true(strlen(a.stdout_text) > 65536);
	session_close(&a);
	wait_gone(f);
}

static void a_vanished_client_holds_nothing_back(void **state)
{
	struct fixture *f = *state;
	struct session a;

	static const char script[] =
		"i=0; while [ $i -lt 2000 ]; do i=$((i+1)); printf '%01000d' 0; done;"
		" echo >all";
	spawn_attached(f, &a, script);
	session_close(&a);
	await_file(f, "all");
	wait_gone(f);
}

static void bad_messages_drop_the_client_only(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
	} rows[] = {
		{ "\003x", 2 },	     /* STDIN before ATTACH */
		{ "\x20", 1 },	     /* unknown */
		{ "\006\0", 2 },     /* signal 0 */
		{ "\x14\0\0\0", 4 }, /* END is the monitor's to say */
		{ "\002\002", 2 },   /* WAIT with a payload */
	};
	static char oversized[3 * MESSAGE_PACKET_MAX] = { MESSAGE_WAIT };
	struct fixture *f = *state;
	char answer[16];
	struct err e;

	spawn(f, "sleep 100");
	for (size_t i = 0; i <= ARRAY_SIZE(rows); i++) {
		cleanup_fd int fd = monitor_connect(f->run_fd, &e);
		const char *bytes = i < ARRAY_SIZE(rows) ? rows[i].bytes : oversized;
		size_t n = i < ARRAY_SIZE(rows) ? rows[i].n : sizeof oversized;

		assert_true(fd >= 0);
		assert_int_equal(send(fd, bytes, n, 0), n);
		assert_int_equal(recv(fd, answer, sizeof answer, 0), 0);
	}
	assert_int_equal(monitor_is_alive(f->run_fd), 1);
	assert_int_equal(state_of(f).status, CONTAINER_RUNNING);
}

/* Who sends stdin without leave is dropped; what it had leave for still arrives. */
static void stdin_needs_leave(void **state)
{
	static char piece[MESSAGE_PACKET_MAX];
	struct fixture *f = *state;
	struct pollfd p = { .events = POLLIN };
	char packet[64];
	struct err e;
	int64_t sent = 0;
	struct stat st;

	f->request.open_stdin = f->request.stdin_once = 1;
	spawn(f, "sleep 1; cat >got");
	p.fd = monitor_connect_attached(f->run_fd, MONITOR_STDIN, &e);
	assert_true(p.fd >= 0);
	piece[0] = MESSAGE_STDIN;
	/* Until the pipe is full and no more leave comes. */
	while (poll(&p, 1, 200) == 1) {
		assert_int_equal(recv(p.fd, packet, sizeof packet, 0), 1);
		assert_int_equal(packet[0], MESSAGE_STDIN_READY);
		assert_int_equal(send(p.fd, piece, sizeof piece, 0), sizeof piece);
		sent += MESSAGE_DATA_MAX;
	}
	assert_int_equal(send(p.fd, piece, sizeof piece, 0), sizeof piece);
	assert_int_equal(recv(p.fd, packet, sizeof packet, 0), 0);
	close(p.fd);
	wait_gone(f);
	assert_int_equal(fstatat(f->state_fd, "got", &st, 0), 0);
	assert_int_equal(st.st_size, sent);
}

/* The end comes through also when the monitor leaves without hearing the client out. */
static void the_last_words_are_heard(void **state)
{
	static const char resize[] = { MESSAGE_RESIZE, 1, 0, 1, 0 };
	struct fixture *f = *state;
	struct session a;
	pid_t init;

	spawn_attached(f, &a, "echo text; exec sleep 100");
	usleep(100000);
	init = state_of(f).init.pid;
	kill(f->monitor, SIGSTOP);
	for (int i = 0; i < 5; i++)
		assert_int_equal(send(a.o.socket_fd, resize, sizeof resize, 0), sizeof resize);
	kill(init, SIGKILL);
	usleep(100000);
	kill(f->monitor, SIGCONT);
	wait_gone(f);
	session_run(&a);
	assert_string_equal(a.stdout_text, "text\n");
	assert_int_equal(a.result.end.exit_code, 137);
	session_close(&a);
}

static void a_client_that_goes_ends_stdin(void **state)
{
	struct fixture *f = *state;
	struct session a;

	f->request.open_stdin = f->request.stdin_once = 1;
	spawn_attached(f, &a, "cat; echo end");
	session_close(&a);
	wait_gone(f);
	assert_log(f, "end\n");
}

static void a_killed_monitor_is_noticed(void **state)
{
	struct fixture *f = *state;
	struct monitor_end end;
	struct err e;
	pid_t init;

	spawn(f, "sleep 100");
	init = state_of(f).init.pid;
	kill(f->monitor, SIGKILL);
	waitpid(f->monitor, NULL, 0);
	f->monitor = 0;
	/* This runtime's start doesn't wait for the exec, at which the program loses the lock. */
	assert_int_equal(monitor_wait_gone(f->run_fd, 5000, &e), 0);
	assert_int_equal(monitor_wait(f->run_fd, &end, &e), -1);
	assert_int_equal(e.code, ERR_NOT_FOUND);
	assert_int_equal(state_of(f).status, CONTAINER_RUNNING); /* for the sweep to mend */
	kill(init, SIGKILL);
	/* What it left lying about doesn't disturb the next one. */
	spawn(f, "true");
	wait_gone(f);
	assert_int_equal(state_of(f).status, CONTAINER_EXITED);
}

static void slow_cleanup(void *data, const struct container_state *state)
{
	usleep(300000);
	hook_cleanup(data, state);
}

/* `cale start` straight after the end, while the monitor still cleans up. */
static void the_next_start_waits_for_the_clean_up(void **state)
{
	struct fixture *f = *state;
	struct monitor_end end;
	struct err e;
	pid_t first;

	f->request.hooks.cleanup = slow_cleanup;
	spawn(f, "sleep 0.1");
	first = f->monitor;
	assert_int_equal(monitor_wait(f->run_fd, &end, &e), 0);
	assert_file(f, "cleaned", NULL);
	spawn(f, "true");
	assert_file(f, "cleaned", "x");
	waitpid(first, NULL, 0);
	wait_gone(f);
	assert_file(f, "cleaned", "xx");
}

static void the_window_size_follows(void **state)
{
	struct fixture *f = *state;
	struct winsize size = { .ws_row = 40, .ws_col = 90 };
	struct session a;
	int master, slave;
	pid_t sender;

	assert_int_equal(openpty(&master, &slave, NULL, NULL, &size), 0);
	f->spec.process.terminal = 1;
	spawn_attached(f, &a,
		       "trap 'stty size >resized; exit 0' WINCH; sleep 0.2; stty size >first;"
		       " echo >u; while :; do sleep 0.01; done");
	a.o.tty = 1;
	a.o.stdout_fd = slave;
	sender = fork();
	if (sender == 0) {
		await_file(f, "first");
		await_file(f, "u");
		size.ws_row = 41;
		ioctl(master, TIOCSWINSZ, &size);
		kill(getppid(), SIGWINCH); /* the kernel does so for the terminal's own session */
		_exit(0);
	}
	session_run(&a);
	waitpid(sender, NULL, 0);
	assert_int_equal(a.result.end.exit_code, 0);
	assert_file(f, "resized", "41 90\n");
	session_close(&a);
	close(master);
	close(slave);
	wait_gone(f);
}

/* A terminal that nobody has open for a while isn't at its end. */
static void a_terminal_may_be_opened_again(void **state)
{
	struct fixture *f = *state;
	struct session a;

	f->spec.process.terminal = 1;
	spawn_attached(f, &a,
		       "t=$(tty); echo one; sleep 0.1; exec <&- >&- 2>&-; sleep 0.3;"
		       " echo two >$t; sleep 0.3");
	a.o.tty = 1;
	session_run(&a);
	assert_string_equal(a.stdout_text, "one\r\ntwo\r\n");
	session_close(&a);
	wait_gone(f);
}

static void output_that_nobody_reads_ends_the_client(void **state)
{
	struct fixture *f = *state;
	struct session a;
	int pipe_fds[2];

	spawn_attached(f, &a, "while :; do echo y; sleep 0.001; done");
	assert_int_equal(pipe2(pipe_fds, O_CLOEXEC), 0);
	close(pipe_fds[0]);
	a.o.stdout_fd = pipe_fds[1];
	session_run(&a);
	assert_int_equal(a.result.outcome, ATTACH_OUTPUT_CLOSED);
	assert_int_equal(monitor_is_alive(f->run_fd), 1);
	close(pipe_fds[1]);
	session_close(&a);
}

/* Without --sig-proxy a signal ends the command, after the terminal was set right. */
static void a_signal_restores_the_terminal(void **state)
{
	struct fixture *f = *state;
	struct termios before, during, after;
	struct session a;
	int master, slave, status;
	pid_t client;

	assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
	tcgetattr(slave, &before);
	f->spec.process.terminal = 1;
	f->request.open_stdin = 1;
	spawn_attached(f, &a, "sleep 100");
	a.o.tty = 1;
	a.o.stdin_fd = slave;
	client = fork();
	if (client == 0) {
		struct err e;

		attach_run(&a.o, &a.result, &e);
		_exit(1);
	}
	for (int i = 0; i < 500; i++) {
		tcgetattr(slave, &during);
		if (during.c_lflag != before.c_lflag)
			break;
		usleep(10000);
	}
	assert_false(during.c_lflag & ICANON);
	kill(client, SIGTERM);
	waitpid(client, &status, 0);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
	tcgetattr(slave, &after);
	assert_int_equal(after.c_lflag, before.c_lflag);
	session_close(&a);
	close(master);
	close(slave);
}

static void too_many_clients_are_refused(void **state)
{
	int fds[MONITOR_CLIENTS_MAX];
	struct fixture *f = *state;
	struct monitor_end end;
	struct err e;

	spawn(f, "sleep 100");
	for (int i = 0; i < MONITOR_CLIENTS_MAX; i++) {
		fds[i] = monitor_connect(f->run_fd, &e);
		assert_true(fds[i] >= 0);
	}
	assert_int_equal(monitor_wait(f->run_fd, &end, &e), -1);
	assert_int_equal(e.code, ERR_LIMIT);
	for (int i = 0; i < MONITOR_CLIENTS_MAX; i++)
		close(fds[i]);
	/* Their places are free again. */
	for (int i = 0; i < 1000; i++) {
		if (monitor_signal(f->run_fd, SIGCONT, &e) == 0)
			return;
		usleep(1000);
	}
	fail_msg("%s", e.text);
}

static void oom_kills_are_noted(void **state)
{
	struct fixture *f = *state;
	struct monitor_end end;
	struct err e;

	mark(f, "oom");
	spawn(f, "sleep 0.1; kill -9 $$");
	assert_int_equal(monitor_wait(f->run_fd, &end, &e), 0);
	assert_int_equal(end.oom_killed, 1);
	assert_int_equal(end.exit_code, 137);
	wait_gone(f);
	assert_int_equal(state_of(f).oom_killed, 1);
}

/* Signals to an attached command go to the container. */
static void signals_are_passed_on(void **state)
{
	struct fixture *f = *state;
	struct session a;
	pid_t sender;

	static const char script[] =
		"trap 'echo int; exit 3' INT; echo >u; while :; do sleep 0.01; done";
	spawn_attached(f, &a, script);
	a.o.sig_proxy = 1;
	await_file(f, "u");
	sender = fork();
	if (sender == 0) {
		usleep(100000);
		kill(getppid(), SIGINT);
		_exit(0);
	}
	session_run(&a);
	waitpid(sender, NULL, 0);
	assert_int_equal(a.result.end.exit_code, 3);
	assert_string_equal(a.stdout_text, "int\n");
	session_close(&a);
	wait_gone(f);
}

/* Not the arguments of the command that it was forked from. */
static void the_monitor_names_itself(void **state)
{
	struct fixture *f = *state;
	char name[64];
	cleanup_free char *line = NULL;
	struct err e;

	spawn(f, "sleep 100");
	snprintf(name, sizeof name, "/proc/%d/cmdline", f->monitor);
	line = fd_read_file(AT_FDCWD, name, 4096, &e);
	assert_non_null(line);
	assert_string_equal(line, "cale-monitor abc");
}

static int count_fds(const struct fixture *f)
{
	char name[64], target[256];
	int found = 0;

	for (int fd = 0; fd < 256; fd++) {
		ssize_t n;

		snprintf(name, sizeof name, "/proc/%d/fd/%d", f->monitor, fd);
		n = readlink(name, target, sizeof target - 1);
		if (n < 0)
			continue;
		target[n] = '\0';
		if (fd < 3)
			assert_string_equal(target, "/dev/null");
		found++;
	}
	return found;
}

static void the_monitor_keeps_little(void **state)
{
	struct fixture *f = *state;
	char name[64], target[256];
	cleanup_free char *smaps = NULL;
	struct err e;
	long kb = 0;
	int n_fds = 0;

	spawn(f, "sleep 100");
	/* The pipe by which it told of the start closes just after that. */
	for (int i = 0; i < 100 && (n_fds = count_fds(f)) > 12; i++)
		usleep(10000);
	/* 3 null, 2 folders, lock, log, signals, listener, process, stdout, stderr */
	assert_int_equal(n_fds, 12);
	snprintf(name, sizeof name, "/proc/%d/cwd", f->monitor);
	assert_int_equal(readlink(name, target, sizeof target), 1);
	assert_int_equal(getsid(f->monitor), f->monitor);
	snprintf(name, sizeof name, "/proc/%d/smaps_rollup", f->monitor);
	smaps = fd_read_file(AT_FDCWD, name, 65536, &e);
	assert_non_null(smaps);
	assert_int_equal(sscanf(strstr(smaps, "Private_Dirty:"), "Private_Dirty: %ld", &kb), 1);
	print_message("# monitor: %ld kB private dirty\n", kb);
	assert_true(kb < PRIVATE_MAX_KB);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
		TEST(output_and_exit_code_arrive),
		TEST(the_log_is_complete),
		TEST(a_running_container_says_so),
		TEST(locks_of_the_caller_are_not_kept),
		TEST(a_failed_start_is_reported),
		TEST(stop_ends_in_time),
		TEST(signals_reach_the_program),
		TEST(failures_are_restarted),
		TEST(a_restart_that_fails_ends_it),
		TEST(stop_cancels_a_restart),
		TEST(the_end_of_the_host_stops_it),
		TEST(stdin_is_null_without_open_stdin),
		TEST(stdin_goes_through_and_ends),
		TEST(stdin_stays_open_for_the_next_client),
		TEST(a_terminal_has_a_size_and_one_stream),
		TEST(detach_keys_leave_it_running),
		TEST(a_slow_client_holds_the_container_back),
		TEST(a_vanished_client_holds_nothing_back),
		TEST(bad_messages_drop_the_client_only),
		TEST(stdin_needs_leave),
		TEST(a_client_that_goes_ends_stdin),
		TEST(the_last_words_are_heard),
		TEST(a_killed_monitor_is_noticed),
		TEST(the_next_start_waits_for_the_clean_up),
		TEST(the_window_size_follows),
		TEST(a_terminal_may_be_opened_again),
		TEST(output_that_nobody_reads_ends_the_client),
		TEST(a_signal_restores_the_terminal),
		TEST(too_many_clients_are_refused),
		TEST(oom_kills_are_noted),
		TEST(signals_are_passed_on),
		TEST(the_monitor_names_itself),
		TEST(the_monitor_keeps_little),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
