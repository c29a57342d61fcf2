/* SPDX-License-Identifier: Apache-2.0 */
/* The monitor and its client with a terminal: size, detach keys, mode, a terminal nobody has open. */
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <cmocka.h>

#include "engine/detach_keys.h"
#include "monitor_fixture.h"

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
	spawn_attached(f, &a, "read x; echo \"got $x\"; sleep 100");
	a.o.tty = 1;
	a.o.stdin_fd = slave;
	assert_int_equal(detach_keys_parse(DETACH_KEYS_DEFAULT, &a.o.detach_keys, &e), 0);
	/* Typed before the mode is raw: the line discipline must not take ctrl-q for a start. */
	tcgetattr(slave, &before);
	cfmakeraw(&before);
	tcsetattr(slave, TCSANOW, &before);
	assert_int_equal(write(master, "hi\r\020\021", 5), 5);
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

static int users_terminal; /* for the process beside: the other end of the client's */

static void change_size(struct fixture *f)
{
	const struct winsize size = { .ws_row = 41, .ws_col = 90 };

	AWAIT(file_says(f, "size", "40 90\n"));
	ioctl(users_terminal, TIOCSWINSZ, &size);
	kill(getppid(), SIGWINCH); /* the kernel does so for the terminal's own session */
	AWAIT(file_says(f, "size", "41 90\n"));
	make_file(f, "go");
}

static void the_window_size_follows(void **state)
{
	struct fixture *f = *state;
	struct winsize size = { .ws_row = 40, .ws_col = 90 };
	struct session a;
	int slave;
	pid_t helper;

	assert_int_equal(openpty(&users_terminal, &slave, NULL, NULL, &size), 0);
	f->spec.process.terminal = 1;
	/* The client's own size may come before or after the trap. */
	spawn_attached(f, &a,
		       "trap 'stty size >size' WINCH; stty size >size;"
		       " until [ -e go ]; do sleep 0.01; done");
	a.o.tty = 1;
	a.o.stdout_fd = slave;
	helper = beside(f, change_size);
	session_run(&a);
	join(helper);
	assert_int_equal(a.result.end.exit_code, 0);
	session_close(&a);
	close(users_terminal);
	close(slave);
	wait_gone(f);
}

/*
 * A terminal that nobody has open for a while isn't at its end. The pauses let the monitor look at
 * it meanwhile; what comes out is the same without them.
 */
static void a_terminal_may_be_opened_again(void **state)
{
	struct fixture *f = *state;
	struct session a;

	f->spec.process.terminal = 1;
	spawn_attached(f, &a,
		       "t=$(tty); echo one; exec <&- >&- 2>&-; sleep 0.3;"
		       " echo two >$t; sleep 0.3");
	a.o.tty = 1;
	session_run(&a);
	assert_string_equal(a.stdout_text, "one\r\ntwo\r\n");
	session_close(&a);
	wait_gone(f);
}

static int is_raw(int fd)
{
	struct termios now;

	return tcgetattr(fd, &now) == 0 && !(now.c_lflag & ICANON);
}

/* Without --sig-proxy a signal ends the command, after the terminal was set right. */
static void a_signal_restores_the_terminal(void **state)
{
	struct fixture *f = *state;
	struct termios before, after;
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
	AWAIT(is_raw(slave));
	kill(client, SIGTERM);
	waitpid(client, &status, 0);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
	tcgetattr(slave, &after);
	assert_int_equal(after.c_lflag, before.c_lflag);
	session_close(&a);
	close(master);
	close(slave);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MONITOR_TEST(a_terminal_has_a_size_and_one_stream),
		MONITOR_TEST(detach_keys_leave_it_running),
		MONITOR_TEST(the_window_size_follows),
		MONITOR_TEST(a_terminal_may_be_opened_again),
		MONITOR_TEST(a_signal_restores_the_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
