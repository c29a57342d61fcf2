/* SPDX-License-Identifier: Apache-2.0 */
/* runtime/rdt.h on a folder that looks like resctrl; the real one needs a server's CPU. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/fd.h"
#include "base/path.h"
#include "runtime/rdt.h"

static char root[32];

static int set_up(void **state)
{
	(void)state;
	snprintf(root, sizeof root, "/tmp/cale-rdt-XXXXXX");
	return mkdtemp(root) ? 0 : -1;
}

static int tear_down(void **state)
{
	cleanup_fd int tmp = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct err e;

	(void)state;
	return path_remove_tree(tmp, root + strlen("/tmp/"), &e);
}

static const char *at(const char *name)
{
	static char paths[4][256];
	static unsigned next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof *paths, "%s/%s", root, name);
	return path;
}

static void write_text(const char *name, const char *text)
{
	cleanup_fd int fd = open(at(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
}

static void has(const char *name, const char *text)
{
	struct err e = {};
	cleanup_free char *found = fd_read_file(AT_FDCWD, at(name), 65536, &e);

	assert_non_null(found);
	assert_string_equal(found, text);
}

static int exists(const char *name)
{
	return access(at(name), F_OK) == 0;
}

static void make_folder(const char *name)
{
	assert_int_equal(mkdir(at(name), 0755), 0);
}

static const char *const lines[] = { "L3:0=7f0;1=1f", "MB:0=20;1=70", NULL };

static void a_group_of_its_own(void **state)
{
	const struct spec_rdt spec = { .set = 1, .schemata = lines };
	const struct rdt r = { root, "box", &spec };
	struct rdt_made made;
	struct err e = {};

	(void)state;
	assert_int_equal(rdt_create(&r, &made, &e), 0);
	assert_int_equal(made.group, 1);
	assert_int_equal(made.monitor, 0);
	has("box/schemata", "L3:0=7f0;1=1f\nMB:0=20;1=70\n");
	assert_int_equal(rdt_join(&r, 4711, &e), 0);
	has("box/tasks", "4711");
	/* In resctrl the files go with the folder. */
	unlink(at("box/tasks"));
	unlink(at("box/schemata"));
	assert_int_equal(rdt_remove(&r, &made, &e), 0);
	assert_false(exists("box"));
	assert_int_equal(rdt_remove(&r, &made, &e), 0);
}

static void without_schemata_nothing_is_written(void **state)
{
	const struct spec_rdt spec = { .set = 1 };
	const struct rdt r = { root, "box", &spec };
	struct rdt_made made;
	struct err e = {};

	(void)state;
	assert_int_equal(rdt_create(&r, &made, &e), 0);
	assert_true(exists("box"));
	assert_false(exists("box/schemata"));
	/* One that was there is not ours to remove. */
	assert_int_equal(rdt_create(&r, &made, &e), 0);
	assert_int_equal(made.group, 0);
	assert_int_equal(rdt_remove(&r, &made, &e), 0);
	assert_true(exists("box"));
}

static void a_class_is_made_and_stays(void **state)
{
	const struct spec_rdt spec = { .set = 1, .clos_id = "gold", .schemata = lines };
	const struct rdt r = { root, "box", &spec };
	struct rdt_made made;
	struct err e = {};

	(void)state;
	assert_int_equal(rdt_create(&r, &made, &e), 0);
	has("gold/schemata", "L3:0=7f0;1=1f\nMB:0=20;1=70\n");
	assert_int_equal(rdt_join(&r, 12, &e), 0);
	has("gold/tasks", "12");
	assert_int_equal(rdt_remove(&r, &made, &e), 0);
	assert_true(exists("gold"));
	assert_false(exists("box"));
}

static void a_class_that_exists_is_compared(void **state)
{
	const struct spec_rdt spec = { .set = 1, .clos_id = "gold", .schemata = lines };
	const struct rdt r = { root, "box", &spec };
	struct rdt_made made;
	struct err e = {};

	(void)state;
	make_folder("gold");
	write_text("gold/schemata", "    MB:0= 20;1= 70\n    L3:0=007f0;1=0001f\n");
	assert_int_equal(rdt_create(&r, &made, &e), 0);
	assert_int_equal(made.group, 0);
	has("gold/schemata", "    MB:0= 20;1= 70\n    L3:0=007f0;1=0001f\n");
	write_text("gold/schemata", "    MB:0=  20;1=  80\n    L3:0=007f0;1=0001f\n");
	assert_int_equal(rdt_create(&r, &made, &e), -1);
	assert_int_equal(e.code, ERR_CONFLICT);
	assert_non_null(strstr(e.text, "MB:0=20;1=70"));
	assert_true(exists("gold"));
}

static void a_class_alone_must_exist(void **state)
{
	const struct spec_rdt spec = { .set = 1, .clos_id = "gold" };
	const struct rdt r = { root, "box", &spec };
	struct rdt_made made;
	struct err e = {};

	(void)state;
	assert_int_equal(rdt_create(&r, &made, &e), -1);
	assert_non_null(strstr(e.text, "gold"));
	assert_false(exists("gold"));
	make_folder("gold");
	assert_int_equal(rdt_create(&r, &made, &e), 0);
	assert_int_equal(rdt_join(&r, 5, &e), 0);
	has("gold/tasks", "5");
}

static void the_root_is_a_class(void **state)
{
	const struct spec_rdt spec = { .set = 1, .clos_id = "/", .monitoring = 1 };
	const struct rdt r = { root, "box", &spec };
	struct rdt_made made;
	struct err e = {};

	(void)state;
	make_folder("mon_groups");
	assert_int_equal(rdt_create(&r, &made, &e), 0);
	assert_int_equal(made.group, 0);
	assert_int_equal(made.monitor, 1);
	assert_int_equal(rdt_join(&r, 5, &e), 0);
	has("tasks", "5");
	has("mon_groups/box/tasks", "5");
	unlink(at("mon_groups/box/tasks"));
	assert_int_equal(rdt_remove(&r, &made, &e), 0);
	assert_false(exists("mon_groups/box"));
	assert_true(exists("tasks"));
}

static void failures_leave_nothing(void **state)
{
	const struct spec_rdt spec = { .set = 1, .monitoring = 1 };
	const struct rdt r = { root, "box", &spec };
	struct rdt_made made = { 7, 7 };
	struct err e = {};

	(void)state;
	make_folder("info");
	write_text("info/last_cmd_status", "Out of CLOSIDs\n");
	/* The kernel makes mon_groups in a new group; here nobody does. */
	assert_int_equal(rdt_create(&r, &made, &e), -1);
	assert_non_null(strstr(e.text, "intelRdt"));
	assert_non_null(strstr(e.hint, "Out of CLOSIDs"));
	assert_false(exists("box"));
	assert_int_equal(made.group, 7);
}

static void bad_names_are_refused(void **state)
{
	static const char *const names[] = { "",     ".",    "..",	   "a/b",      "../x",
					     "info", "a\nb", "mon_groups", "mon_data", "/x" };
	struct rdt_made made;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const struct spec_rdt spec = { .set = 1, .clos_id = names[i], .schemata = lines };
		const struct rdt r = { root, "box", &spec };
		struct err e = {};

		assert_int_equal(rdt_create(&r, &made, &e), -1);
		assert_int_equal(e.code, ERR_INVALID);
	}
}

static void where_it_is_not_mounted_it_is_said(void **state)
{
	struct err e = {};
	char path[256];

	(void)state;
	if (exists("../../sys/fs/resctrl/schemata"))
		skip();
	assert_int_equal(rdt_find_root(path, sizeof path, &e), -1);
	assert_int_equal(e.code, ERR_UNENFORCED);
	assert_non_null(strstr(e.hint, "mount -t resctrl"));
}

static void schemata_are_compared_as_numbers(void **state)
{
	static const struct {
		const char *have, *line;
		int result;
		enum err_code code;
	} rows[] = {
		{ "    L3:0=fffff;1=fffff\n", "L3:0=fffff", 0, ERR_NONE },
		{ "    L3:0=fffff;1=fffff\n", "L3:1=0fffff;0=FFFFF", 0, ERR_NONE },
		{ "    L3:0=fffff;1=fffff\n", "L3:0=ffff", -1, ERR_CONFLICT },
		{ "    L3:0=fffff;1=fffff\n", "L3:2=fffff", -1, ERR_CONFLICT },
		{ "L3CODE:0=f\nL3DATA:0=3\n", "L3DATA:0=3", 0, ERR_NONE },
		{ "L3CODE:0=f\nL3DATA:0=3\n", "L3:0=3", -1, ERR_CONFLICT },
		{ "    MB:0=100\n", "MB:0=100", 0, ERR_NONE },
		{ "    MB:0=100\n", "MB:0=0100", 0, ERR_NONE },
		{ "  SMBA:0=2048;1=2048\n", "SMBA:0=2048", 0, ERR_NONE },
		{ "", "L3:0=1", -1, ERR_CONFLICT },
		{ "L3:0=1\n", "", -1, ERR_INVALID },
		{ "L3:0=1\n", "L3", -1, ERR_INVALID },
		{ "L3:0=1\n", "L3:0", -1, ERR_INVALID },
		{ "L3:0=1\n", "L3:0=xyz", -1, ERR_INVALID },
		{ "L3:0=1\n", "L3:0=1\nMB:0=1", -1, ERR_INVALID },
		{ "L3:0=1\n", "L3:0=11111111111111111111111111", -1, ERR_INVALID },
	};
	struct err e;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *const one[] = { rows[i].line, NULL };

		e = (struct err){};
		assert_int_equal(rdt_schemata_match(rows[i].have, one, &e), rows[i].result);
		assert_int_equal(e.code, rows[i].code);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_group_of_its_own),
		TEST(without_schemata_nothing_is_written),
		TEST(a_class_is_made_and_stays),
		TEST(a_class_that_exists_is_compared),
		TEST(a_class_alone_must_exist),
		TEST(the_root_is_a_class),
		TEST(failures_leave_nothing),
		TEST(bad_names_are_refused),
		TEST(where_it_is_not_mounted_it_is_said),
		TEST(schemata_are_compared_as_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
