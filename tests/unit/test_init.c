/* SPDX-License-Identifier: Apache-2.0 */
/* runtime/init.h as pid 1 of a real pid namespace, with a shell as its program. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/sched.h>
#include <cmocka.h>

#include "base/fd.h"
#include "base/mem.h"

#include "runtime/init.h"

#define NOBODY 65534

struct started {
	pid_t pid;
	int out_fd;    /* what the program prints */
	int status_fd; /* errno of a failed exec, or end of file */
};

static _Noreturn void be_container(const char *program, const char *script, const int *fds)
{
	int why;

	/* As the runtime does: who runs the tests may ignore SIGHUP. */
	for (int s = 1; s < NSIG; s++)
		signal(s, SIG_DFL);
	setsid();
	dup2(fds[0], 1);
	/* Dumpable, as a process without a change of ids would be. */
	if (setgid(NOBODY) < 0 || setuid(NOBODY) < 0 || prctl(PR_SET_DUMPABLE, 1) < 0)
		_exit(97);
	if (init_split() < 0)
		_exit(99);
	execl(program, program, "-c", script, (char *)NULL);
	why = errno;
	(void)!write(fds[1], &why, sizeof why);
	_exit(98);
}

static struct started start(const char *program, const char *script)
{
	struct clone_args args = { .flags = CLONE_NEWPID, .exit_signal = SIGCHLD };
	int out[2], status[2];
	struct started s;

	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	assert_int_equal(pipe2(status, O_CLOEXEC), 0);
	s.pid = (pid_t)syscall(SYS_clone3, &args, sizeof args);
	if (s.pid == 0) {
		const int fds[] = { out[1], status[1] };

		be_container(program, script, fds);
	}
	assert_true(s.pid > 0);
	close(out[1]);
	close(status[1]);
	s.out_fd = out[0];
	s.status_fd = status[0];
	return s;
}

/* Ends it; *ret_status is a wait status. Returns what was printed. */
static char *finish(struct started *s, int *ret_status)
{
	struct err e;
	char *text = fd_read_text(s->out_fd, 1 << 20, NULL, &e);

	close(s->out_fd);
	close(s->status_fd);
	assert_int_equal(waitpid(s->pid, ret_status, 0), s->pid);
	return text;
}

static void ends_as_the_program_ends(void **state)
{
	static const struct {
		const char *script;
		int exit_code;
	} rows[] = {
		{ "exit 0", 0 },
		{ "exit 42", 42 },
		{ "kill -TERM $$", 143 },
		{ "kill -KILL $$", 137 },
		{ "(sleep 100; exit 1) & exit 3", 3 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct started s = start("/bin/sh", rows[i].script);
		int status;

		free(finish(&s, &status));
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), rows[i].exit_code);
	}
}

static void the_program_isnt_pid_1(void **state)
{
	struct started s = start("/bin/sh", "echo $$ $PPID");
	int status;
	cleanup_free char *text = finish(&s, &status);

	(void)state;
	assert_string_equal(text, "2 1\n");
}

static void a_failed_exec_is_reported(void **state)
{
	struct started s = start("/nonexistent", "");
	int why = 0, status;

	(void)state;
	assert_int_equal(read(s.status_fd, &why, sizeof why), sizeof why);
	assert_int_equal(why, ENOENT);
	free(finish(&s, &status));
	assert_int_equal(WEXITSTATUS(status), 98);
}

static void a_good_exec_ends_the_report(void **state)
{
	struct started s = start("/bin/sh", "echo x; sleep 100");
	int why, status;

	(void)state;
	/* Neither pid 1 nor the program keeps it open. */
	assert_int_equal(read(s.status_fd, &why, sizeof why), 0);
	kill(s.pid, SIGKILL);
	free(finish(&s, &status));
}

static void read_line(int fd, const char *want)
{
	char line[64] = {};
	size_t n = 0;

	while (n < sizeof line - 1 && read(fd, line + n, 1) == 1 && line[n++] != '\n')
		;
	assert_string_equal(line, want);
}

static void signals_go_to_the_program(void **state)
{
	struct started s =
		start("/bin/sh", "trap 'echo hup' HUP; trap 'echo term; exit 7' TERM; echo up;"
				 "while :; do sleep 0.01; done");
	int status;

	(void)state;
	read_line(s.out_fd, "up\n");
	kill(s.pid, SIGHUP);
	read_line(s.out_fd, "hup\n");
	kill(s.pid, SIGTERM);
	read_line(s.out_fd, "term\n");
	free(finish(&s, &status));
	assert_int_equal(WEXITSTATUS(status), 7);
}

/* A signal that the program doesn't handle ends it, which it wouldn't as pid 1. */
static void unhandled_signals_end_the_program(void **state)
{
	struct started s = start("/bin/sh", "echo up; exec sleep 100");
	int status;

	(void)state;
	read_line(s.out_fd, "up\n");
	kill(s.pid, SIGTERM);
	free(finish(&s, &status));
	assert_int_equal(WEXITSTATUS(status), 143);
}

static int count_children(pid_t parent)
{
	char path[64];
	cleanup_free char *text = NULL;
	struct err e;
	int n = 0;

	snprintf(path, sizeof path, "/proc/%d/task/%d/children", parent, parent);
	text = fd_read_file(AT_FDCWD, path, 65536, &e);
	assert_non_null(text);
	for (char *p = strtok(text, " "); p; p = strtok(NULL, " "))
		n++;
	return n;
}

static void orphans_are_reaped(void **state)
{
	struct started s = start("/bin/sh", "for i in 1 2 3 4 5; do (sleep 0.2 & ) ; done;"
					    "echo up; sleep 100");
	int status, children = -1;

	(void)state;
	read_line(s.out_fd, "up\n");
	/* At last only the program is left, neither running orphans nor zombies. */
	for (int i = 0; i < 6000 && (children = count_children(s.pid)) != 1; i++)
		usleep(10000);
	assert_int_equal(children, 1);
	kill(s.pid, SIGKILL);
	free(finish(&s, &status));
}

/* Its memory and its executable are the engine's (CVE-2019-5736), its descriptors none. */
static void pid_1_gives_nothing_away(void **state)
{
	struct started s = start("/bin/sh", "echo up; sleep 100");
	char path[64];
	struct stat st;
	int status;

	(void)state;
	read_line(s.out_fd, "up\n");
	snprintf(path, sizeof path, "/proc/%d/fd/1", s.pid);
	/* It may come to that only after its program runs. */
	for (int i = 0; i < 6000 && lstat(path, &st) == 0; i++)
		usleep(10000);
	assert_int_equal(lstat(path, &st), -1);
	assert_int_equal(errno, ENOENT);
	/* Asked by a process of the same user, as the program is one. */
	if (fork() == 0) {
		char target[64];

		if (setgid(NOBODY) < 0 || setuid(NOBODY) < 0)
			_exit(2);
		snprintf(path, sizeof path, "/proc/%d/exe", s.pid);
		_exit(readlink(path, target, sizeof target) < 0 && errno == EACCES ? 0 : 1);
	}
	wait(&status);
	assert_int_equal(status, 0);
	kill(s.pid, SIGKILL);
	free(finish(&s, &status));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends_as_the_program_ends),
		cmocka_unit_test(the_program_isnt_pid_1),
		cmocka_unit_test(a_failed_exec_is_reported),
		cmocka_unit_test(a_good_exec_ends_the_report),
		cmocka_unit_test(signals_go_to_the_program),
		cmocka_unit_test(unhandled_signals_end_the_program),
		cmocka_unit_test(orphans_are_reaped),
		cmocka_unit_test(pid_1_gives_nothing_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
