/* SPDX-License-Identifier: Apache-2.0 */
/* runtime/accounts.h: users and groups from files that a stranger wrote. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "runtime/accounts.h"

static int file_of(const char *text)
{
	int fd = memfd_create("accounts", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	lseek(fd, 0, SEEK_SET);
	return fd;
}

static const char passwd[] = "root:x:0:0:root:/root:/bin/sh\n"
			     "1000:x:0:0:evil:/root:/bin/sh\n"
			     "broken line\n"
			     "toobig:x:4294967296:0::/:\n"
			     "minus:x:-1:0::/:\n"
			     "\n"
			     "web:x:33:34:www:/var/www:/bin/sh\n"
			     "nohome:x:44:44::relative:/bin/sh\n"
			     "last:x:55:56::/last:/bin/sh\n";

static void finds_users(void **state)
{
	static const struct {
		const char *user;
		int found; /* as account_find() */
		uint32_t uid, gid;
		const char *home;
	} rows[] = {
		{ "root", 1, 0, 0, "/root" },	  { "web", 1, 33, 34, "/var/www" },
		{ "33", 1, 33, 34, "/var/www" },  { "nohome", 1, 44, 44, "/" },
		{ "1000", 0, 1000, 0, "/" }, /* the name "1000" must not make it root */
		{ "last", 1, 55, 56, "/last" },	  { "2147483647", 0, 2147483647, 0, "/" },
		{ "2147483648", -1, 0, 0, NULL }, { "4294967296", -1, 0, 0, NULL },
		{ "toobig", -1, 0, 0, NULL },	  { "minus", -1, 0, 0, NULL },
		{ "-1", -1, 0, 0, NULL },	  { "0x0", -1, 0, 0, NULL },
		{ "+1", -1, 0, 0, NULL },	  { "nobody-here", -1, 0, 0, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cleanup_fd int fd = file_of(passwd);
		struct account a;
		struct err e = {};

		print_message("# %s\n", rows[i].user);
		assert_int_equal(account_find(fd, rows[i].user, &a, &e), rows[i].found);
		if (rows[i].found < 0)
			continue;
		assert_int_equal(a.uid, rows[i].uid);
		assert_int_equal(a.gid, rows[i].gid);
		assert_string_equal(a.home, rows[i].home);
	}
}

static void numbers_need_no_file(void **state)
{
	struct account a;
	struct err e = {};

	(void)state;
	assert_int_equal(account_find(-1, "7", &a, &e), 0);
	assert_int_equal(a.uid, 7);
	assert_int_equal(account_find(-1, "root", &a, &e), -1);
}

static void lists_groups(void **state)
{
	cleanup_fd int fd = file_of("a:x:1:web\nb:x:2:other,web\nc:x:3:webmaster\nd:x:4:\n"
				    "e:x:9999999999:web\nf:x:6:x,web,y\n");
	uint32_t groups[8], gid;
	struct err e = {};

	(void)state;
	assert_int_equal(account_list_groups(fd, "web", groups, 8), 3);
	assert_int_equal(groups[0], 1);
	assert_int_equal(groups[1], 2);
	assert_int_equal(groups[2], 6);
	lseek(fd, 0, SEEK_SET);
	assert_int_equal(account_list_groups(fd, "web", groups, 2), 2);
	lseek(fd, 0, SEEK_SET);
	assert_int_equal(account_find_group(fd, "d", &gid, &e), 0);
	assert_int_equal(gid, 4);
	assert_int_equal(account_find_group(fd, "77", &gid, &e), 0);
	assert_int_equal(gid, 77);
	assert_int_equal(account_find_group(fd, "zzz", &gid, &e), -1);
}

/* A line without an end doesn't stop the search, nor does it grow anything. */
static void long_lines_are_passed_over(void **state)
{
	size_t n = 3 * ACCOUNTS_LINE_MAX;
	cleanup_free char *text = xcalloc(1, n + 64);
	struct account a;
	struct err e = {};

	(void)state;
	memset(text, 'x', n);
	memcpy(text, "web:x:0:0:", 10);
	strcpy(text + n, "\nweb:x:33:34::/w:\n");
	cleanup_fd int fd = file_of(text);
	assert_int_equal(account_find(fd, "web", &a, &e), 1);
	assert_int_equal(a.uid, 33);
}

/* Images are made by hand, with files that end where the text does. */
static void the_last_line_needs_no_end(void **state)
{
	cleanup_fd int fd = file_of("root:x:0:0:root:/root:/bin/sh\nweb:x:33:34::/w:/bin/sh");
	cleanup_fd int group = file_of("web:x:34:\nextra:x:44:web");
	struct account a;
	struct err e = {};
	uint32_t gid;

	(void)state;
	assert_int_equal(account_find(fd, "web", &a, &e), 1);
	assert_int_equal(a.uid, 33);
	lseek(fd, 0, SEEK_SET);
	assert_int_equal(account_find(fd, "no", &a, &e), -1);
	assert_int_equal(account_list_groups(group, "web", &gid, 1), 1);
	assert_int_equal(gid, 44);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_users),
		cmocka_unit_test(numbers_need_no_file),
		cmocka_unit_test(lists_groups),
		cmocka_unit_test(long_lines_are_passed_over),
		cmocka_unit_test(the_last_line_needs_no_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
