/* SPDX-License-Identifier: Apache-2.0 */
/* Clients of the monitor: streams in and out, slow and vanished ones, bad ones, too many. */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/fd.h"
#include "engine/monitor_message.h"
#include "monitor_fixture.h"

/* What the monitor must say, or do, next. */
static ssize_t receive(int fd, char *packet, size_t n)
{
	AWAIT(is_readable(fd));
	return recv(fd, packet, n, 0);
}

/* ---- stdin ---- */

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
	join(writer);
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

			assert_int_equal(receive(a.o.socket_fd, packet, sizeof packet), 1);
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

/* Sends what it has leave for until none comes any more; how much that was. */
static int64_t fill_stdin(const struct fixture *f, int fd)
{
	static const char piece[MESSAGE_PACKET_MAX] = { MESSAGE_STDIN };
	char packet[64];
	int64_t sent = 0;

	for (;;) {
		/* Asleep with the last piece taken and no leave given: it waits for the container. */
		AWAIT(is_readable(fd) || is_idle(f->monitor));
		if (!is_readable(fd))
			return sent;
		assert_int_equal(receive(fd, packet, sizeof packet), 1);
		assert_int_equal(packet[0], MESSAGE_STDIN_READY);
		assert_int_equal(send(fd, piece, sizeof piece, 0), sizeof piece);
		sent += MESSAGE_DATA_MAX;
	}
}

/* Who sends stdin without leave is dropped; what it had leave for still arrives. */
static void stdin_needs_leave(void **state)
{
	struct fixture *f = *state;
	char packet[64];
	struct err e;
	int64_t sent;
	struct stat st;
	int fd;

	f->request.open_stdin = f->request.stdin_once = 1;
	spawn(f, "until [ -e go ]; do sleep 0.01; done; cat >got");
	fd = monitor_connect_attached(f->run_fd, MONITOR_STDIN, &e);
	assert_true(fd >= 0);
	sent = fill_stdin(f, fd);
	assert_true(sent >= 65536);
	assert_int_equal(send(fd, "\003too much", 9, 0), 9);
	assert_int_equal(receive(fd, packet, sizeof packet), 0);
	close(fd);
	make_file(f, "go");
	wait_gone(f);
	assert_int_equal(fstatat(f->state_fd, "got", &st, 0), 0);
	assert_int_equal(st.st_size, sent);
}

/* ---- clients that don't read, or are gone ---- */

#define MUCH_OUTPUT                                                                                \
	"i=0; while [ $i -lt 2000 ]; do i=$((i+1)); printf '%01000d' 0; done; echo >all;"

/* The container's pipe is full and the monitor sleeps, so it doesn't look at that pipe. */
static int is_held_back(const struct fixture *f, pid_t init)
{
	char name[64];
	cleanup_fd int fd = -1;
	struct pollfd p = { .events = POLLOUT };

	snprintf(name, sizeof name, "/proc/%d/fd/1", init);
	fd = open(name, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	p.fd = fd;
	return fd >= 0 && poll(&p, 1, 0) == 0 && is_idle(f->monitor) && poll(&p, 1, 0) == 0;
}

/* A client that stops reading stops the container, not the monitor, and costs no memory. */
static void a_slow_client_holds_the_container_back(void **state)
{
	struct fixture *f = *state;
	const struct monitor_stop stop = { SIGKILL, 100 };
	struct monitor_end end;
	struct session a;
	struct err e;
	pid_t init;

	spawn_attached(f, &a, MUCH_OUTPUT "sleep 100");
	init = state_of(f).init.pid;
	AWAIT(has_file(f, "all") || is_held_back(f, init));
	assert_false(has_file(f, "all"));
	/* Others are served meanwhile. */
	assert_int_equal(monitor_stop(f->run_fd, &stop, &end, &e), 0);
	assert_int_equal(end.exit_code, 137);
	assert_int_equal(state_of(f).status, CONTAINER_EXITED);
	/* Other commands find the container done … */
	assert_int_equal(monitor_wait_gone(f->run_fd, PATIENCE_USEC / 1000, &e), 0);
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

	spawn_attached(f, &a, MUCH_OUTPUT);
	session_close(&a);
	AWAIT(has_file(f, "all"));
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

/* ---- the end ---- */

/* What happens now it finds all at once later. */
static void stop_monitor(const struct fixture *f)
{
	int status;

	kill(f->monitor, SIGSTOP);
	assert_int_equal(waitpid(f->monitor, &status, WUNTRACED), f->monitor);
	assert_true(WIFSTOPPED(status));
}

/* Its container has ended meanwhile. */
static void continue_monitor(struct fixture *f)
{
	pid_t init = state_of(f).init.pid;

	kill(init, SIGKILL);
	await_end(init);
	kill(f->monitor, SIGCONT);
}

/* The end comes through also when the monitor leaves without hearing the client out. */
static void the_last_words_are_heard(void **state)
{
	static const char resize[] = { MESSAGE_RESIZE, 1, 0, 1, 0 };
	struct fixture *f = *state;
	struct session a;

	spawn_attached(f, &a, "echo text; exec sleep 100");
	AWAIT(is_readable(a.o.socket_fd));
	stop_monitor(f);
	for (int i = 0; i < 5; i++)
		assert_int_equal(send(a.o.socket_fd, resize, sizeof resize, 0), sizeof resize);
	continue_monitor(f);
	wait_gone(f);
	session_run(&a);
	assert_string_equal(a.stdout_text, "text\n");
	assert_int_equal(a.result.end.exit_code, 137);
	session_close(&a);
}

/* `cale wait` that comes when the container has just ended: with --rm nothing else could tell. */
static void who_asks_at_the_end_is_answered(void **state)
{
	static const char end[] = { MESSAGE_END, (char)137, 0, 0 };
	struct fixture *f = *state;
	char packet[MESSAGE_SMALL_MAX];
	struct err e;
	int fd;

	spawn(f, "sleep 100");
	stop_monitor(f);
	fd = monitor_connect(f->run_fd, &e);
	assert_int_equal(send(fd, "\002", 1, 0), 1); /* WAIT */
	continue_monitor(f);
	assert_int_equal(receive(fd, packet, sizeof packet), sizeof end);
	assert_memory_equal(packet, end, sizeof end);
	close(fd);
	wait_gone(f);
}

/* ---- bad ones, and too many ---- */

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
		assert_int_equal(receive(fd, answer, sizeof answer), 0);
	}
	assert_int_equal(monitor_is_alive(f->run_fd), 1);
	assert_int_equal(state_of(f).status, CONTAINER_RUNNING);
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
	AWAIT(monitor_signal(f->run_fd, SIGCONT, &e) == 0);
}

/* ---- signals to the attached command ---- */

static int attached_out; /* for the process beside */

/* Not before the command passes output on, or the signal would end it. */
static void interrupt_parent(struct fixture *f)
{
	struct stat st;

	(void)f;
	AWAIT(fstat(attached_out, &st) == 0 && st.st_size > 0);
	kill(getppid(), SIGINT);
}

/* Signals to an attached command go to the container. */
static void signals_are_passed_on(void **state)
{
	struct fixture *f = *state;
	struct session a;
	pid_t sender;

	spawn_attached(f, &a, "trap 'echo int; exit 3' INT; echo up; while :; do sleep 0.01; done");
	a.o.sig_proxy = 1;
	attached_out = a.out;
	sender = beside(f, interrupt_parent);
	session_run(&a);
	join(sender);
	assert_int_equal(a.result.end.exit_code, 3);
	assert_string_equal(a.stdout_text, "up\nint\n");
	session_close(&a);
	wait_gone(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MONITOR_TEST(stdin_is_null_without_open_stdin),
		MONITOR_TEST(stdin_goes_through_and_ends),
		MONITOR_TEST(stdin_stays_open_for_the_next_client),
		MONITOR_TEST(a_client_that_goes_ends_stdin),
		MONITOR_TEST(stdin_needs_leave),
		MONITOR_TEST(a_slow_client_holds_the_container_back),
		MONITOR_TEST(a_vanished_client_holds_nothing_back),
		MONITOR_TEST(output_that_nobody_reads_ends_the_client),
		MONITOR_TEST(the_last_words_are_heard),
		MONITOR_TEST(who_asks_at_the_end_is_answered),
		MONITOR_TEST(bad_messages_drop_the_client_only),
		MONITOR_TEST(too_many_clients_are_refused),
		MONITOR_TEST(signals_are_passed_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
