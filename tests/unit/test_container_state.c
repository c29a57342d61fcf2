/* SPDX-License-Identifier: Apache-2.0 */
/* engine/state.h: what is written is read back; anything else is refused. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "engine/state.h"

static const struct container_state full = {
	.status = CONTAINER_RESTARTING,
	.init = { 4194304, UINT64_MAX },
	.monitor = { 17, 1234567 },
	.exit_code = 137,
	.oom_killed = 1,
	.stopped_by_user = 1,
	.restart_count = UINT32_MAX,
	.started_nsec = INT64_MAX,
	.finished_nsec = 1767323045123456789,
	.error = "exec /bin/nö: no such file",
};

static const char text[] = "status=running\npid=42\npid_start_ticks=99\nmonitor_pid=41\n"
			   "monitor_start_ticks=98\nexit_code=0\noom_killed=0\nstopped_by_user=0\n"
			   "restart_count=2\nstarted_nsec=5\nfinished_nsec=0\nerror=\n";

static void survives_the_file(void **state)
{
	char folder[] = "/tmp/test-state-XXXXXX";
	struct container_state back;
	struct err e;
	cleanup_fd int tmp_fd = -1;
	int fd;

	(void)state;
	assert_non_null(mkdtemp(folder));
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(container_state_read(fd, &back, &e), -1);
	assert_int_equal(e.code, ERR_NOT_FOUND);
	for (int i = 0; i < CONTAINER_STATUS_COUNT; i++) {
		struct container_state s = full;

		s.status = (enum container_status)i;
		assert_int_equal(container_state_write(fd, &s, i % 2, &e), 0);
		memset(&back, 0, sizeof back);
		assert_int_equal(container_state_read(fd, &back, &e), 0);
		assert_memory_equal(&back, &s, sizeof s);
	}
	close(fd);
	tmp_fd = open("/tmp", O_PATH | O_CLOEXEC);
	assert_int_equal(path_remove_tree(tmp_fd, folder + sizeof "/tmp", &e), 0);
}

static void the_longest_error_fits(void **state)
{
	struct container_state s = full, back = {};
	char out[CONTAINER_STATE_BYTES_MAX];
	struct err e;

	(void)state;
	memset(s.error, 'x', sizeof s.error - 1);
	container_state_format(&s, out);
	assert_int_equal(container_state_parse(out, &back, &e), 0);
	assert_string_equal(back.error, s.error);
}

static void reads_the_written_form(void **state)
{
	struct container_state s;
	struct err e;

	(void)state;
	assert_int_equal(container_state_parse(text, &s, &e), 0);
	assert_int_equal(s.status, CONTAINER_RUNNING);
	assert_int_equal(s.init.pid, 42);
	assert_int_equal(s.init.start_ticks, 99);
	assert_int_equal(s.monitor.pid, 41);
	assert_int_equal(s.restart_count, 2);
	assert_int_equal(s.started_nsec, 5);
}

/* Each row replaces one piece of a good file by a bad one. */
static void refuses_anything_else(void **state)
{
	static const struct {
		const char *good, *bad;
	} rows[] = {
		{ "status=running", "status=Running" },
		{ "status=running", "status=" },
		{ "status=", "Status=" },
		{ "pid=42", "pid=-1" },
		{ "pid=42", "pid= 42" },
		{ "pid=42", "pid=4194305" },
		{ "pid=42\n", "" },
		{ "pid=42\n", "pid=42\npid=42\n" },
		{ "exit_code=0", "exit_code=256" },
		{ "oom_killed=0", "oom_killed=2" },
		{ "started_nsec=5", "started_nsec=9223372036854775808" },
		{ "error=\n", "error=" },
		{ "error=\n", "error=\033[2J\n" },
		{ "error=\n", "error=\nmore=1\n" },
		{ "error=\n", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *at = strstr(text, rows[i].good);
		struct container_state s = { .exit_code = 77 };
		char bad[1024];
		struct err e;

		assert_non_null(at);
		snprintf(bad, sizeof bad, "%.*s%s%s", (int)(at - text), text, rows[i].bad,
			 at + strlen(rows[i].good));
		assert_int_equal(container_state_parse(bad, &s, &e), -1);
		assert_int_equal(e.code, ERR_INVALID);
		assert_int_equal(s.exit_code, 77);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(survives_the_file),
		cmocka_unit_test(the_longest_error_fits),
		cmocka_unit_test(reads_the_written_form),
		cmocka_unit_test(refuses_anything_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
