/* SPDX-License-Identifier: Apache-2.0 */
/* engine/log.h and log_read.h: what a container prints, as a file, and as text again. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "engine/log.h"
#include "engine/log_entry.h"
#include "engine/log_files.h"
#include "engine/log_read.h"

#define NOW  INT64_C(1767323045123456789)
#define TIME "2026-01-02T03:04:05.123456789Z"
#define ENTRY(text, stream)                                                                        \
	"{\"log\":\"" text "\",\"stream\":\"" stream "\",\"time\":\"" TIME "\"}\n"

struct fixture {
	char folder[32];
	int dir_fd;
	struct log log;
};

static int set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof *f);

	snprintf(f->folder, sizeof f->folder, "/tmp/test-log-XXXXXX");
	if (!mkdtemp(f->folder))
		return -1;
	f->dir_fd = open(f->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	cleanup_fd int tmp_fd = open("/tmp", O_PATH | O_CLOEXEC);
	struct err e;

	close(f->dir_fd);
	path_remove_tree(tmp_fd, f->folder + sizeof "/tmp", &e);
	free(f);
	return 0;
}

static void open_log(struct fixture *f, int64_t max_bytes, unsigned max_files)
{
	const struct log_options options = { max_bytes, max_files };
	struct err e;

	assert_int_equal(log_open(&f->log, f->dir_fd, "abc", &options, &e), 0);
	log_set_time(&f->log, NOW);
}

static char *content(struct fixture *f, unsigned age)
{
	char name[LOG_NAME_SIZE];
	struct err e;

	log_file_name("abc", age, name);
	return fd_read_file(f->dir_fd, name, 64 << 20, &e);
}

static void add(struct fixture *f, enum log_stream s, const char *text)
{
	log_add(&f->log, s, text, strlen(text));
}

/* What `cale logs` would print to both streams together. */
static char *read_back(struct fixture *f, struct log_read_options o)
{
	cleanup_fd int out = memfd_create("out", MFD_CLOEXEC);
	struct err e;

	o.stdout_fd = o.stdout_fd == -1 ? -1 : out;
	o.stderr_fd = o.stderr_fd == -1 ? -1 : out;
	assert_int_equal(log_read(f->dir_fd, "abc", &o, &e), 0);
	lseek(out, 0, SEEK_SET);
	return fd_read_text(out, 64 << 20, NULL, &e);
}

static void assert_text(char *have, const char *want)
{
	assert_non_null(have);
	assert_string_equal(have, want);
	free(have);
}

static void lines_become_entries(void **state)
{
	static const struct {
		const char *printed, *logged;
	} rows[] = {
		{ "a\n", ENTRY("a\\n", "stdout") },
		{ "\n", ENTRY("\\n", "stdout") },
		{ "a\nb\n", ENTRY("a\\n", "stdout") ENTRY("b\\n", "stdout") },
		{ "no end", ENTRY("no end", "stdout") },
		{ "a\nrest", ENTRY("a\\n", "stdout") ENTRY("rest", "stdout") },
		{ "tty\r\n", ENTRY("tty\\r\\n", "stdout") },
		{ "q\"b\\s/\n", ENTRY("q\\\"b\\\\s/\\n", "stdout") },
		{ "\t\033[1m\001\177\n", ENTRY("\\u0009\\u001b[1m\\u0001\177\\n", "stdout") },
		{ "<a>&\n", ENTRY("\\u003ca\\u003e\\u0026\\n", "stdout") },
		{ "gr\303\274n \360\237\220\213\n",
		  ENTRY("gr\303\274n \360\237\220\213\\n", "stdout") },
		{ "\377x\303\n", ENTRY("\\ufffdx\\ufffd\\n", "stdout") },
		{ "\355\240\200\n", ENTRY("\\ufffd\\ufffd\\ufffd\\n", "stdout") },
		{ "\342\200\250\342\200\251\342\200\252\n",
		  ENTRY("\\u2028\\u2029\342\200\252\\n", "stdout") },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		/* The same whether it comes at once or byte by byte. */
		for (int single = 0; single < 2; single++) {
			size_t n = strlen(rows[i].printed), step = single ? 1 : n;

			open_log(f, 0, 1);
			for (size_t at = 0; at < n; at += step)
				log_add(&f->log, LOG_STDOUT, rows[i].printed + at, step);
			log_end_lines(&f->log);
			log_close(&f->log);
			assert_text(content(f, 0), rows[i].logged);
			unlinkat(f->dir_fd, "abc-json.log", 0);
		}
	}
}

static void streams_are_kept_apart(void **state)
{
	struct fixture *f = *state;

	open_log(f, 0, 1);
	add(f, LOG_STDOUT, "out ");
	add(f, LOG_STDERR, "err\n");
	add(f, LOG_STDOUT, "put\n");
	log_close(&f->log);
	assert_text(content(f, 0), ENTRY("err\\n", "stderr") ENTRY("out put\\n", "stdout"));
	assert_text(read_back(f, (struct log_read_options){ .tail = -1, .stderr_fd = -1 }),
		    "out put\n");
	assert_text(read_back(f, (struct log_read_options){ .tail = -1, .stdout_fd = -1 }),
		    "err\n");
}

static void long_lines_are_cut_between_characters(void **state)
{
	struct fixture *f = *state;
	size_t n = 3 * LOG_PIECE_BYTES + 100;
	cleanup_free char *line = xcalloc(n + 2, 1), *raw = NULL;
	size_t entries = 0;

	/* Two-byte characters behind one byte: every piece would end inside one. */
	line[0] = 'x';
	for (size_t i = 1; i + 1 < n; i += 2)
		memcpy(line + i, "\303\274", 2);
	line[strlen(line)] = '\n';
	open_log(f, 0, 1);
	add(f, LOG_STDOUT, line);
	log_close(&f->log);
	raw = content(f, 0);
	assert_null(strstr(raw, "ufffd"));
	for (const char *p = raw; (p = strchr(p, '\n')); p++)
		entries++;
	assert_int_equal(entries, 4);
	assert_text(read_back(f, (struct log_read_options){ .tail = -1 }), line);
}

/* Every byte there is, more of them than the buffer holds once they are escaped. */
static void anything_comes_back(void **state)
{
	struct fixture *f = *state;
	char bytes[20000], expected[20000];

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)(i % 97 == 96 ? '\n' : i % 127 + 1);
	bytes[sizeof bytes - 1] = '\0';
	memcpy(expected, bytes, sizeof bytes);
	open_log(f, 0, 1);
	for (size_t at = 0; at < sizeof bytes - 1; at += 7)
		log_add(&f->log, LOG_STDOUT, bytes + at,
			sizeof bytes - 1 - at < 7 ? sizeof bytes - 1 - at : 7);
	log_end_lines(&f->log);
	log_close(&f->log);
	assert_text(read_back(f, (struct log_read_options){ .tail = -1 }), expected);
}

static void add_numbered(struct fixture *f, int from, int to)
{
	for (int i = from; i < to; i++) {
		char line[32];

		snprintf(line, sizeof line, "line %03d\n", i);
		add(f, LOG_STDOUT, line);
	}
}

static void files_are_rotated_at_whole_entries(void **state)
{
	const int64_t entry = (int64_t)sizeof ENTRY("line 000\\n", "stdout") - 1;
	struct fixture *f = *state;
	struct err e;

	open_log(f, entry * 4, 3);
	add_numbered(f, 0, 14);
	log_close(&f->log);
	/* Files of four: 0-3 are gone, 4-7 and 8-11 were rotated, 12-13 is the current one. */
	assert_int_equal(faccessat(f->dir_fd, "abc-json.log.3", F_OK, 0), -1);
	for (unsigned age = 0; age < 3; age++) {
		cleanup_free char *text = content(f, age);

		assert_int_equal(strlen(text), entry * (age ? 4 : 2));
	}
	assert_text(read_back(f, (struct log_read_options){ .tail = 3 }),
		    "line 011\nline 012\nline 013\n");
	assert_text(read_back(f, (struct log_read_options){ .tail = 6 }),
		    "line 008\nline 009\nline 010\nline 011\nline 012\nline 013\n");
	/* Continued by a later monitor, it goes on in the same file. */
	open_log(f, entry * 4, 3);
	add_numbered(f, 14, 17);
	log_close(&f->log);
	assert_text(read_back(f, (struct log_read_options){ .tail = 2 }), "line 015\nline 016\n");
	(void)e;
}

static void move_log(struct fixture *f, unsigned from, unsigned to)
{
	char a[LOG_NAME_SIZE], b[LOG_NAME_SIZE];

	log_file_name("abc", from, a);
	log_file_name("abc", to, b);
	assert_int_equal(renameat(f->dir_fd, a, f->dir_fd, b), 0);
}

/* Whatever the moment at which a reader comes, nothing is missing and nothing there twice. */
static void a_rotation_may_be_halfway(void **state)
{
	const int64_t entry = (int64_t)sizeof ENTRY("line 000\\n", "stdout") - 1;
	struct fixture *f = *state;
	struct log_files files;
	struct err e;

	open_log(f, entry * 2, 3);
	add_numbered(f, 0, 5);
	log_close(&f->log);
	/* The rotation's own steps: .1 has become .2; then the current file .1, with no new one. */
	for (unsigned step = 0; step < 2; step++) {
		move_log(f, 1 - step, 2 - step);
		assert_text(read_back(f, (struct log_read_options){ .tail = -1 }),
			    "line 002\nline 003\nline 004\n");
		assert_text(read_back(f, (struct log_read_options){ .tail = 2 }),
			    "line 003\nline 004\n");
		assert_int_equal(log_files_open(f->dir_fd, "abc", &files, &e), 0);
		assert_int_equal(files.n, 2);
		for (int i = 0; i < 2; i++) {
			cleanup_fd int next =
				log_files_open_next(f->dir_fd, "abc", files.fds[i], &e);
			struct stat a, b;

			assert_int_equal(next < 0, i);
			if (next < 0)
				break;
			fstat(next, &a);
			fstat(files.fds[1], &b);
			assert_int_equal(a.st_ino, b.st_ino);
		}
		log_files_close(&files);
	}
}

static void one_file_is_emptied(void **state)
{
	const int64_t entry = (int64_t)sizeof ENTRY("line 000\\n", "stdout") - 1;
	struct fixture *f = *state;

	open_log(f, entry * 4, 1);
	add_numbered(f, 0, 10);
	log_close(&f->log);
	assert_text(read_back(f, (struct log_read_options){ .tail = -1 }), "line 008\nline 009\n");
}

static void tail_counts_entries(void **state)
{
	static const struct {
		int64_t tail;
		const char *printed;
	} rows[] = {
		{ 0, "" },
		{ 1, "line 002\n" },
		{ 3, "line 000\nline 001\nline 002\n" },
		{ 9, "line 000\nline 001\nline 002\n" },
		{ -1, "line 000\nline 001\nline 002\n" },
	};
	struct fixture *f = *state;

	assert_text(read_back(f, (struct log_read_options){ .tail = -1 }), "");
	open_log(f, 0, 3);
	add_numbered(f, 0, 3);
	log_close(&f->log);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_text(read_back(f, (struct log_read_options){ .tail = rows[i].tail }),
			    rows[i].printed);
}

static void times_choose_and_show(void **state)
{
	struct fixture *f = *state;

	open_log(f, 0, 3);
	for (int i = 0; i < 4; i++) {
		log_set_time(&f->log, NOW + i);
		log_add(&f->log, LOG_STDOUT, &"0\n1\n2\n3\n"[2 * i], 2);
	}
	log_close(&f->log);
	assert_text(read_back(f, (struct log_read_options){ .tail = -1,
							    .since_nsec = NOW + 1,
							    .until_nsec = NOW + 2 }),
		    "1\n2\n");
	assert_text(read_back(f, (struct log_read_options){ .tail = 1, .timestamps = 1 }),
		    "2026-01-02T03:04:05.123456792Z 3\n");
}

static void torn_and_foreign_lines_are_skipped(void **state)
{
	static const char bad[] = "\n{}\n{\"log\":\"x\n{\"log\":\"\\ud800\",\"stream\":\"stdout\","
				  "\"time\":\"" TIME "\"}\n" ENTRY("\\x", "stdout")
					  ENTRY("y", "stdin") "{\"log\":\"torn";
	struct fixture *f = *state;
	cleanup_fd int fd = openat(f->dir_fd, "abc-json.log", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_int_equal(write(fd, bad, sizeof bad - 1), sizeof bad - 1);
	open_log(f, 0, 1);
	add(f, LOG_STDOUT, "good\n");
	log_close(&f->log);
	assert_text(read_back(f, (struct log_read_options){ .tail = -1 }), "good\n");
}

/* A file-size limit stands for a full disk: whole entries stay, the rest is dropped and counted. */
static void a_full_disk_leaves_whole_entries(void **state)
{
	const size_t entry = sizeof ENTRY("line 000\\n", "stdout") - 1;
	const struct rlimit small = { entry * 5 + entry / 2, RLIM_INFINITY };
	const struct rlimit none = { RLIM_INFINITY, RLIM_INFINITY };
	struct fixture *f = *state;
	char *text;

	signal(SIGXFSZ, SIG_IGN);
	open_log(f, 0, 1);
	add_numbered(f, 0, 5);
	log_flush(&f->log);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	add_numbered(f, 5, 6);
	log_flush(&f->log);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	assert_int_equal(f->log.lost_writes, 1);
	text = content(f, 0);
	assert_int_equal(strlen(text), entry * 5);
	free(text);
	add_numbered(f, 6, 7);
	log_close(&f->log);
	assert_text(read_back(f, (struct log_read_options){ .tail = 2 }), "line 004\nline 006\n");
}

static int child_lives(void *data)
{
	return waitpid(*(pid_t *)data, NULL, WNOHANG) == 0;
}

/*
 * A writer in another process rotates many times while it is followed. All files are kept: a reader
 * that is overtaken by the oldest one has missed it.
 */
static void following_misses_nothing(void **state)
{
	struct fixture *f = *state;
	cleanup_free char *text = NULL, *expected = xcalloc(300, 10);
	pid_t pid;

	open_log(f, 2000, 20);
	add_numbered(f, 0, 1);
	log_flush(&f->log);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		for (int i = 1; i < 300; i += 4) {
			add_numbered(f, i, i + 4 > 300 ? 300 : i + 4);
			log_flush(&f->log);
			usleep(500);
		}
		_exit(0);
	}
	text = read_back(f,
			 (struct log_read_options){
				 .tail = -1, .follow = 1, .is_alive = child_lives, .data = &pid });
	log_close(&f->log);
	for (int i = 0; i < 300; i++)
		snprintf(expected + strlen(expected), 10, "line %03d\n", i);
	assert_string_equal(text, expected);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
		TEST(lines_become_entries),
		TEST(streams_are_kept_apart),
		TEST(long_lines_are_cut_between_characters),
		TEST(anything_comes_back),
		TEST(files_are_rotated_at_whole_entries),
		TEST(a_rotation_may_be_halfway),
		TEST(one_file_is_emptied),
		TEST(tail_counts_entries),
		TEST(times_choose_and_show),
		TEST(torn_and_foreign_lines_are_skipped),
		TEST(a_full_disk_leaves_whole_entries),
		TEST(following_misses_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
