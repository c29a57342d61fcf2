/* SPDX-License-Identifier: Apache-2.0 */
/* The monitor's life: what it records and tells, restarts, stops, locks, and what it keeps. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/process.h"
#include "monitor_fixture.h"

/* A sanitizer's shadow is private, too. */
#ifdef __has_feature
#define IS_SANITIZED __has_feature(address_sanitizer)
#elif defined(__SANITIZE_ADDRESS__)
#define IS_SANITIZED 1
#else
#define IS_SANITIZED 0
#endif
#define PRIVATE_MAX_KB (IS_SANITIZED ? 64 << 10 : 1024)

/* ---- what is told and written ---- */

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
	assert_file(f, "finished", "e");
	assert_file(f, "cleaned", "x");
	assert_int_equal(monitor_is_alive(f->run_fd), 0);
	assert_int_equal(faccessat(f->run_fd, MONITOR_SOCKET, F_OK, 0), -1);
}

static void the_log_is_complete(void **state)
{
	struct fixture *f = *state;
	struct monitor_end end;
	struct err e;
	pid_t helper;

	spawn(f, "read x; echo \"got $?\"; until [ -e go ]; do sleep 0.01; done; printf partial");
	helper = beside(f, go_when_heard);
	assert_int_equal(monitor_wait(f->run_fd, &end, &e), 0);
	join(helper);
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
	assert_file(f, "finished", "-");
	assert_file(f, "cleaned", NULL);
	assert_file(f, "released", NULL);
}

static void oom_kills_are_noted(void **state)
{
	struct fixture *f = *state;
	struct monitor_end end;
	struct err e;
	pid_t helper;

	make_file(f, "oom");
	spawn(f, "until [ -e go ]; do sleep 0.01; done; kill -9 $$");
	helper = beside(f, go_when_heard);
	assert_int_equal(monitor_wait(f->run_fd, &end, &e), 0);
	join(helper);
	assert_int_equal(end.oom_killed, 1);
	assert_int_equal(end.exit_code, 137);
	wait_gone(f);
	assert_int_equal(state_of(f).oom_killed, 1);
}

/* ---- stops and signals ---- */

static void stop_ends_in_time(void **state)
{
	static const struct {
		const char *script;
		struct monitor_stop stop;
		int exit_code, least_sec;
	} rows[] = {
		{ "trap 'exit 3' TERM; echo >u; while :; do sleep 0.01; done", { 0, 100 }, 3, 0 },
		{ "trap 'exit 4' USR1; echo >u; while :; do sleep 0.01; done",
		  { SIGUSR1, 100 },
		  4,
		  0 },
		{ "trap '' TERM; echo >u; while :; do sleep 0.01; done", { 0, 0 }, 137, 0 },
		{ "trap '' TERM; echo >u; while :; do sleep 0.01; done", { 0, 1 }, 137, 1 },
	};
	struct fixture *f = *state;

	f->request.restart.kind = RESTART_ALWAYS;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct monitor_end end;
		struct err e;
		int64_t took;

		spawn(f, rows[i].script);
		AWAIT(has_file(f, "u"));
		took = -clock_monotonic_usec();
		assert_int_equal(monitor_stop(f->run_fd, &rows[i].stop, &end, &e), 0);
		took += clock_monotonic_usec();
		/* No other limit than the one that was given could have ended it by then. */
		assert_in_range(took, rows[i].least_sec * 1000000, PATIENCE_USEC);
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

	spawn(f, "trap 'echo hup; echo >h' HUP; echo >u; while :; do sleep 0.01; done");
	AWAIT(has_file(f, "u"));
	assert_int_equal(monitor_signal(f->run_fd, SIGHUP, &e), 0);
	AWAIT(has_file(f, "h"));
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

static void the_end_of_the_host_stops_it(void **state)
{
	struct fixture *f = *state;

	f->request.restart.kind = RESTART_ALWAYS;
	spawn(f, "trap 'exit 3' TERM; echo >u; while :; do sleep 0.01; done");
	AWAIT(has_file(f, "u"));
	kill(f->monitor, SIGHUP); /* ignored */
	kill(f->monitor, SIGTERM);
	wait_gone(f);
	assert_int_equal(state_of(f).exit_code, 3);
	assert_int_equal(state_of(f).stopped_by_user, 0);
}

/* ---- restarts ---- */

static void failures_are_restarted(void **state)
{
	struct fixture *f = *state;
	struct monitor_end end;
	struct container_state s;
	struct err e;
	pid_t helper;

	f->request.restart = (struct config_restart){ RESTART_ON_FAILURE, 2 };
	spawn(f, "echo run; until [ -e go ]; do sleep 0.01; done; exit 9");
	helper = beside(f, go_when_heard);
	assert_int_equal(monitor_wait(f->run_fd, &end, &e), 0);
	join(helper);
	assert_int_equal(end.will_restart, 1);
	assert_int_equal(end.exit_code, 9);
	wait_gone(f);
	s = state_of(f);
	assert_int_equal(s.status, CONTAINER_EXITED);
	assert_int_equal(s.restart_count, 2);
	assert_int_equal(s.exit_code, 9);
	assert_log(f, "run\nrun\nrun\n");
	assert_file(f, "finished", "rre");
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
	assert_file(f, "finished", "rr");
	assert_file(f, "released", "x");
	assert_file(f, "cleaned", "x");
}

static void stop_cancels_a_restart(void **state)
{
	const struct monitor_stop stop = { 0, 100 };
	struct fixture *f = *state;
	struct monitor_end end;
	struct err e;
	cleanup_free char *runs = NULL;

	f->request.restart.kind = RESTART_ALWAYS;
	spawn(f, "exit 5");
	/* The fifth delay is 1.6 s: time enough to come in it, and no harm if that is missed. */
	AWAIT(state_of(f).restart_count >= 5);
	assert_int_equal(monitor_stop(f->run_fd, &stop, &end, &e), 0);
	assert_int_equal(end.will_restart, 0);
	wait_gone(f);
	assert_int_equal(state_of(f).status, CONTAINER_EXITED);
	assert_int_equal(state_of(f).stopped_by_user, 1);
	/* Only restarts that came to be are counted. */
	runs = file_of(f, "finished");
	assert_int_equal(state_of(f).restart_count, strlen(runs) - 1);
}

/* ---- locks, and the next monitor ---- */

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
	assert_int_equal(monitor_wait_gone(f->run_fd, PATIENCE_USEC / 1000, &e), 0);
	assert_int_equal(monitor_wait(f->run_fd, &end, &e), -1);
	assert_int_equal(e.code, ERR_NOT_FOUND);
	assert_int_equal(state_of(f).status, CONTAINER_RUNNING); /* for the sweep to mend */
	kill(init, SIGKILL);
	/* What it left lying about doesn't disturb the next one. */
	spawn(f, "true");
	wait_gone(f);
	assert_int_equal(state_of(f).status, CONTAINER_EXITED);
}

static void cleanup_when_told(void *data, const struct container_state *state)
{
	AWAIT(has_file(data, "go"));
	hook_cleanup(data, state);
}

static void go_soon(struct fixture *f)
{
	usleep(200000); /* so that the next start meets the lock; it needn't */
	make_file(f, "go");
}

/* `cale start` straight after the end, while the monitor still cleans up. */
static void the_next_start_waits_for_the_clean_up(void **state)
{
	const struct monitor_stop stop = { SIGKILL, 100 };
	struct fixture *f = *state;
	struct monitor_end end;
	struct err e;
	pid_t first, helper;

	f->request.hooks.cleanup = cleanup_when_told;
	spawn(f, "sleep 100");
	first = f->monitor;
	assert_int_equal(monitor_stop(f->run_fd, &stop, &end, &e), 0);
	assert_file(f, "cleaned", NULL);
	helper = beside(f, go_soon);
	spawn(f, "cat cleaned >seen");
	join(helper);
	waitpid(first, NULL, 0);
	wait_gone(f);
	assert_file(f, "seen", "x");
	assert_file(f, "cleaned", "xx");
}

/* ---- what it is and keeps ---- */

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

static void the_monitor_keeps_little(void **state)
{
	struct fixture *f = *state;
	char name[64], target[256] = {};
	cleanup_free char *smaps = NULL;
	struct err e;
	long kb = 0;

	spawn(f, "sleep 100");
	/* The pipe by which it told of the start closes just after that. */
	AWAIT(count_fds(f) == MONITOR_FDS);
	for (int fd = 0; fd < 3; fd++) {
		snprintf(name, sizeof name, "/proc/%d/fd/%d", f->monitor, fd);
		assert_int_equal(readlink(name, target, sizeof target - 1), 9);
		assert_string_equal(target, "/dev/null");
	}
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
		MONITOR_TEST(output_and_exit_code_arrive),
		MONITOR_TEST(the_log_is_complete),
		MONITOR_TEST(a_running_container_says_so),
		MONITOR_TEST(a_failed_start_is_reported),
		MONITOR_TEST(oom_kills_are_noted),
		MONITOR_TEST(stop_ends_in_time),
		MONITOR_TEST(signals_reach_the_program),
		MONITOR_TEST(the_end_of_the_host_stops_it),
		MONITOR_TEST(failures_are_restarted),
		MONITOR_TEST(a_restart_that_fails_ends_it),
		MONITOR_TEST(stop_cancels_a_restart),
		MONITOR_TEST(locks_of_the_caller_are_not_kept),
		MONITOR_TEST(a_killed_monitor_is_noticed),
		MONITOR_TEST(the_next_start_waits_for_the_clean_up),
		MONITOR_TEST(the_monitor_names_itself),
		MONITOR_TEST(the_monitor_keeps_little),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
