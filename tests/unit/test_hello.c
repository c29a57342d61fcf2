/* SPDX-License-Identifier: Apache-2.0 */
/* hello/kernel_text.h, print.h: what hello makes of the kernel's texts, and its two forms of
 * output. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "hello/kernel_text.h"
#include "hello/print.h"

static void json_strings_are_always_valid(void **state)
{
	static const struct {
		const char *text, *json;
	} cases[] = {
		{ "", "\"\"" },
		{ "/a b", "\"/a b\"" },
		{ "\"\\/", "\"\\\"\\\\/\"" },
		{ "a\nb\tc\rd", "\"a\\nb\\tc\\rd\"" },
		{ "\001\033[2J\x1f", "\"\\u0001\\u001b[2J\\u001f\"" },
		{ "gr\xc3\xbc\xc3\x9f", "\"gr\xc3\xbc\xc3\x9f\"" },
		{ "\xff", "\"\xef\xbf\xbd\"" },
		{ "cut \xe2\x82", "\"cut \xef\xbf\xbd\xef\xbf\xbd\"" },
		{ "\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" }, /* a surrogate */
		{ "\xf0\x9f\x90\xb3", "\"\xf0\x9f\x90\xb3\"" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_by(text_free) struct text out = {};

		print_json_string(&out, cases[i].text);
		assert_string_equal(out.s, cases[i].json);
	}
}

static const char status[] = "Name:\thello\nUid:\t0\t0\t0\t0\nCapEff:\t00000000a80425fb\n"
			     "NoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t3\n";

static void status_fields(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	static const struct {
		const char *name, *value;
	} cases[] = {
		{ "Name", "hello" },	    { "Uid", "0\t0\t0\t0" },
		{ "NoNewPrivs", "1" },	    { "Seccomp", "2" },
		{ "Seccomp_filters", "3" }, { "Sec", NULL },
		{ "hello", NULL },	    { "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *value = kernel_status_field(a, status, cases[i].name);

		if (cases[i].value)
			assert_string_equal(value, cases[i].value);
		else
			assert_null(value);
	}
}

static void capability_sets(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	static const struct {
		const char *hex, *first, *last;
		int result;
		size_t n;
		bool beyond;
	} cases[] = {
		{ "0000000000000000", NULL, NULL, 0, 0, false },
		{ "0000000000000001", "CAP_CHOWN", "CAP_CHOWN", 0, 1, false },
		/* the eleven of a container by default */
		{ "00000000800405fb", "CAP_CHOWN", "CAP_SETFCAP", 0, 11, false },
		{ "00000000a80425fb", "CAP_CHOWN", "CAP_SETFCAP", 0, 14, true },
		{ "000001ffffffffff", "CAP_CHOWN", "CAP_CHECKPOINT_RESTORE", 0, 41, true },
		{ "0000020000000000", "CAP_41", "CAP_41", 0, 1, true },
		{ "", NULL, NULL, -1 },
		{ "zz", NULL, NULL, -1 },
		{ "10000000000000000", NULL, NULL, -1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct capability_set set;

		assert_int_equal(kernel_capabilities(a, cases[i].hex, &set), cases[i].result);
		if (cases[i].result < 0)
			continue;
		assert_int_equal(set.n, cases[i].n);
		assert_int_equal(set.beyond_default, cases[i].beyond);
		if (set.n) {
			assert_string_equal(set.names[0], cases[i].first);
			assert_string_equal(set.names[set.n - 1], cases[i].last);
		}
	}
}

static void id_ranges(void **state)
{
	static const struct {
		const char *line;
		int result;
		struct id_range range;
		bool identity;
	} cases[] = {
		{ "         0          0 4294967295", 0, { 0, 0, 4294967295 }, true },
		{ "         0 1879048192      65536", 0, { 0, 1879048192, 65536 }, false },
		{ "1000 0 1", 0, { 1000, 0, 1 }, false },
		{ "0 0", -1 },
		{ "0 0 1 2", -1 },
		{ "0 -1 1", -1 },
		{ "0 0 99999999999999999999", -1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct id_range range;

		assert_int_equal(kernel_id_range(cases[i].line, &range), cases[i].result);
		if (cases[i].result < 0)
			continue;
		assert_memory_equal(&range, &cases[i].range, sizeof range);
		assert_int_equal(kernel_id_range_is_identity(&range), cases[i].identity);
	}
}

static void mount_lines(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	static const struct {
		const char *line;
		int result;
		struct mount_line mount;
	} cases[] = {
		{ "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard",
		  0,
		  { "/", "/", "rw,relatime", "ext4", "/dev/vda", "rw,discard" } },
		{ "36 35 98:0 /mnt1 /a\\040b\\134 ro,nosuid master:1 propagate_from:2 - tmpfs none "
		  "rw",
		  0,
		  { "/mnt1", "/a b\\", "ro,nosuid", "tmpfs", "none", "rw" } },
		/* an escape that is none stays as it is; a source may be empty */
		{ "36 35 98:0 / /a\\9\\04 rw - tmpfs  rw",
		  0,
		  { "/", "/a\\9\\04", "rw", "tmpfs", "", "rw" } },
		/* neither a name nor a source can pass for the separator */
		{ "1 1 0:1 / /- rw - x - rw", 0, { "/", "/-", "rw", "x", "-", "rw" } },
		{ "36 35 98:0 / /point", -1 },
		{ "36 35 98:0 / /point rw shared:1", -1 },
		{ "", -1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct mount_line *expected = &cases[i].mount;
		struct mount_line m;

		assert_int_equal(kernel_mount_line(a, cases[i].line, &m), cases[i].result);
		if (cases[i].result < 0)
			continue;
		assert_string_equal(m.root, expected->root);
		assert_string_equal(m.point, expected->point);
		assert_string_equal(m.options, expected->options);
		assert_string_equal(m.type, expected->type);
		assert_string_equal(m.source, expected->source);
		assert_string_equal(m.super_options, expected->super_options);
	}
}

static void options_are_whole_words(void **state)
{
	(void)state;
	assert_true(kernel_has_option("ro", "ro"));
	assert_true(kernel_has_option("rw,nosuid,nodev", "nosuid"));
	assert_true(kernel_has_option("rw,nosuid,nodev", "nodev"));
	assert_false(kernel_has_option("rw,errors=remount-ro", "ro"));
	assert_false(kernel_has_option("root", "ro"));
	assert_false(kernel_has_option("", "ro"));
}

static void cgroup_lines(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	struct cgroup_line g;

	(void)state;
	assert_int_equal(kernel_cgroup_line(a, "4:memory:/a:b/c", &g), 0);
	assert_string_equal(g.controllers, "memory");
	assert_string_equal(g.path, "/a:b/c");
	assert_int_equal(kernel_cgroup_line(a, "0::/", &g), 0);
	assert_string_equal(g.controllers, "");
	assert_string_equal(g.path, "/");
	assert_int_equal(kernel_cgroup_line(a, "0:/", &g), -1);
	assert_int_equal(kernel_cgroup_line(a, "0::relative", &g), -1);
	assert_int_equal(kernel_cgroup_line(a, "", &g), -1);
}

static void cgroup_paths_below_a_mount(void **state)
{
	static const struct {
		const char *path, *root, *below;
	} cases[] = {
		{ "/", "/", "" },
		{ "/a/b", "/", "/a/b" },
		{ "/docker/x", "/docker/x", "" },
		{ "/docker/x/y", "/docker/x", "/y" },
		{ "/docker/xy", "/docker/x", NULL },
		{ "/other", "/docker/x", NULL },
		{ "/../elsewhere", "/", NULL },
		{ "/", "/..", NULL },
		{ "/../a/b", "/..", "/a/b" },
		{ "/..a", "/", "/..a" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *below = kernel_cgroup_below(cases[i].path, cases[i].root);

		assert_string_equal(below ?: "elsewhere", cases[i].below ?: "elsewhere");
	}
}

static void cgroup_limits(void **state)
{
	cleanup_arena struct arena *a = arena_new();

	(void)state;
	assert_true(kernel_is_unlimited("max"));
	assert_true(kernel_is_unlimited("-1"));
	assert_true(kernel_is_unlimited("9223372036854771712"));
	assert_false(kernel_is_unlimited("536870912"));
	assert_false(kernel_is_unlimited("0"));
	assert_string_equal(kernel_cpus(a, "150000", "100000"), "1.5");
	assert_string_equal(kernel_cpus(a, "200000", "100000"), "2.0");
	assert_string_equal(kernel_cpus(a, "1000", "100000"), "0.01");
	assert_null(kernel_cpus(a, "1000", "0"));
	assert_null(kernel_cpus(a, "max", "100000"));
	assert_null(kernel_cpus(a, "9223372036854775807", "1"));
}

static void other_kernel_texts(void **state)
{
	cleanup_arena struct arena *a = arena_new();

	(void)state;
	assert_string_equal(kernel_net_device(a, "    lo:  840 10 0"), "lo");
	assert_string_equal(kernel_net_device(a, "eth0:1: 1 2"), "eth0:1");
	assert_null(kernel_net_device(a, "Inter-|   Receive  |  Transmit"));
	assert_null(kernel_net_device(a, " : 1"));
	assert_int_equal(kernel_namespace_inode("uts:[4026531838]"), 4026531838);
	assert_int_equal(kernel_namespace_inode("uts:[]"), -1);
	assert_int_equal(kernel_namespace_inode("uts"), -1);
	assert_int_equal(kernel_namespace_inode("uts:[1"), -1);
}

/* One of everything, with text from somebody who'd like to write to the terminal. */
static void fill(struct report *r)
{
	static const char *const words[] = { "CAP_CHOWN", "CAP_KILL" };
	static const char *const columns[] = { "point", "ro" };
	struct section *s = report_facts(r, "some_facts");

	section_fact(s, "a_list", OPEN, value_list(words, 2));
	section_fact(s, "empty", CONFINED, value_list(NULL, 0));
	section_fact(s, "number", PLAIN, value_number(-7))->note = "a note";
	section_fact(s, "unseen", PLAIN, value_text(NULL));
	s = report_table(r, "mounts", columns, 2);
	section_row(s, CONFINED, (const struct value[]){ value_text("/"), value_flag(true) });
	section_row(s, OPEN,
		    (const struct value[]){ value_text("/\033[2J\n\""), value_flag(false) });
	report_table(r, "network", columns, 2)->missing = "not visible";
}

static void json_form(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_by(text_free) struct text out = {};
	struct report r = { .arena = a };

	(void)state;
	fill(&r);
	print_json(&out, &r);
	assert_string_equal(
		out.s,
		"{\n"
		"  \"some_facts\": {\n"
		"    \"a_list\": {\"value\": [\"CAP_CHOWN\", \"CAP_KILL\"], \"verdict\": "
		"\"open\"},\n"
		"    \"empty\": {\"value\": [], \"verdict\": \"confined\"},\n"
		"    \"number\": {\"value\": -7, \"verdict\": \"plain\", \"note\": \"a note\"},\n"
		"    \"unseen\": {\"value\": null, \"verdict\": \"plain\", \"note\": \"not "
		"visible\"}},\n"
		"  \"mounts\": [\n"
		"    {\"point\": \"/\", \"ro\": true, \"verdict\": \"confined\"},\n"
		"    {\"point\": \"/\\u001b[2J\\n\\\"\", \"ro\": false, \"verdict\": \"open\"}],\n"
		"  \"network\": {\"missing\": \"not visible\"}\n"
		"}\n");
}

static void text_form(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_by(text_free) struct text out = {}, coloured = {};
	struct report r = { .arena = a };

	(void)state;
	fill(&r);
	print_text(&out, &r, false);
	assert_string_equal(strchr(out.s, '\n') + 1, "\nSOME FACTS\n"
						     "  ! a list            CAP_CHOWN CAP_KILL\n"
						     "  + empty             none\n"
						     "    number            -7  (a note)\n"
						     "    unseen            (not visible)\n"
						     "\nMOUNTS\n"
						     "    point     ro\n"
						     "  + /         yes\n"
						     "  ! /?[2J?\"   no\n"
						     "\nNETWORK\n"
						     "    not visible\n");
	print_text(&coloured, &r, true);
	assert_non_null(
		strstr(coloured.s, "\033[31m! a list            CAP_CHOWN CAP_KILL\033[0m\n"));
	assert_non_null(strstr(coloured.s, "\033[32m+ empty             none\033[0m\n"));
	assert_int_equal(report_count(&r, OPEN), 2);
	assert_int_equal(report_count(&r, CONFINED), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_strings_are_always_valid),
		cmocka_unit_test(status_fields),
		cmocka_unit_test(capability_sets),
		cmocka_unit_test(id_ranges),
		cmocka_unit_test(mount_lines),
		cmocka_unit_test(options_are_whole_words),
		cmocka_unit_test(cgroup_lines),
		cmocka_unit_test(cgroup_paths_below_a_mount),
		cmocka_unit_test(cgroup_limits),
		cmocka_unit_test(other_kernel_texts),
		cmocka_unit_test(json_form),
		cmocka_unit_test(text_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
