/* SPDX-License-Identifier: Apache-2.0 */
/* runtime/cgroup_place.h and cgroup_devices.h: what bundles and commands say of groups and devices. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/mem.h"
#include "base/text.h"
#include "runtime/cgroup_devices.h"
#include "runtime/cgroup_place.h"

#define ANY RESOURCE_DEVICE_ANY
#define R   RESOURCE_ACCESS_READ
#define W   RESOURCE_ACCESS_WRITE
#define M   RESOURCE_ACCESS_MKNOD
#define RWM (R | W | M)

static void paths_of_bundles_are_cleaned(void **state)
{
	static const struct {
		const char *path, *wanted;
	} cases[] = {
		{ NULL, "cale-oci/id" },
		{ "", "cale-oci/id" },
		{ "/a/b", "/a/b" },
		{ "//a/./b//c/", "/a/b/c" },
		{ "/../../a", "/a" },
		{ "/a/../../../b", "/b" },
		{ "a/b", "cale-oci/a/b" },
		{ "../../a", "cale-oci/a" },
		{ "system.slice:cale:x", "cale-oci/system.slice:cale:x" },
		{ ".../..a", "cale-oci/.../..a" },
		{ "/", NULL },
		{ "/a/..", NULL },
		{ "..", NULL },
		{ ".", NULL },
		{ "/a\nb", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct err e = {};
		cleanup_free char *got = cgroup_place_clean(cases[i].path, "id", &e);

		print_message("# %s\n", cases[i].path ?: "none");
		assert_int_equal(got == NULL, cases[i].wanted == NULL);
		if (got)
			assert_string_equal(got, cases[i].wanted);
		else
			assert_int_equal(e.code, ERR_INVALID);
	}
}

static void sub_groups_stay_inside(void **state)
{
	static const struct {
		const char *path, *wanted;
	} cases[] = {
		{ "/", "" },	     { "", "" },       { "a", "a" },	      { "/a/b/", "a/b" },
		{ "a/../b", "b" },   { "a/..", "" },   { "..", NULL },	      { "/..", NULL },
		{ "a/../..", NULL }, { "../a", NULL }, { "a/../../a", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct err e = {};
		cleanup_free char *got = cgroup_place_sub(cases[i].path, &e);

		print_message("# %s\n", cases[i].path);
		assert_int_equal(got == NULL, cases[i].wanted == NULL);
		if (got)
			assert_string_equal(got, cases[i].wanted);
		else
			assert_non_null(strstr(e.text, "bad sub cgroup path"));
	}
}

static const struct {
	const char *what;
	struct resource_device_rule rules[5];
	const char *wanted; /* "allow" or "deny", and the exceptions; NULL: there is no such set */
} device_cases[] = {
	{ "nothing", {}, "deny" },
	{ "all", { { 1, 'a', ANY, ANY, RWM } }, "allow" },
	{ "all, whatever the rest of the rule says", { { 1, 'a', 1, 3, R } }, "allow" },
	{ "one", { { 0, 'a', ANY, ANY, RWM }, { 1, 'c', 1, 3, R | W } }, "deny c 1:3 rw" },
	{ "the last one decides", { { 1, 'c', 1, 3, RWM }, { 0, 'c', 1, 3, W } }, "deny c 1:3 rm" },
	{ "taken away", { { 1, 'c', 1, 3, R }, { 0, 'c', 1, 3, RWM } }, "deny" },
	{ "given in parts", { { 1, 'c', 1, 3, R }, { 1, 'c', 1, 3, M } }, "deny c 1:3 rm" },
	{ "a wider one takes away the narrower ones",
	  { { 1, 'c', 1, 3, RWM },
	    { 1, 'c', 1, 5, RWM },
	    { 1, 'c', 2, 5, R },
	    { 0, 'c', 1, ANY, RWM } },
	  "deny c 2:5 r" },
	{ "a hole in a wider one", { { 1, 'c', 1, ANY, RWM }, { 0, 'c', 1, 3, R } }, NULL },
	{ "a hole across", { { 1, 'c', 1, ANY, RWM }, { 0, 'c', ANY, 3, R } }, NULL },
	{ "no hole: another access",
	  { { 1, 'c', 1, ANY, R }, { 0, 'c', 1, 3, M } },
	  "deny c 1:* r" },
	{ "no hole: another type", { { 1, 'c', 1, ANY, R }, { 0, 'b', 1, 3, R } }, "deny c 1:* r" },
	{ "all but some",
	  { { 1, 'a', ANY, ANY, RWM }, { 0, 'b', 8, ANY, W }, { 0, 'c', 1, 1, RWM } },
	  "allow b 8:* w, c 1:1 rwm" },
	{ "all but some, of which one again",
	  { { 1, 'a', ANY, ANY, RWM }, { 0, 'c', 1, 1, RWM }, { 1, 'c', 1, 1, R } },
	  "allow c 1:1 wm" },
	{ "a new beginning",
	  { { 1, 'c', 1, 3, RWM }, { 1, 'a', ANY, ANY, RWM }, { 0, 'a', ANY, ANY, RWM } },
	  "deny" },
	{ "no access asked", { { 1, 'c', 1, 3, 0 } }, "deny" },
};

static void device_rules_become_a_set(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(device_cases); i++) {
		cleanup_arena struct arena *a = arena_new();
		cleanup_by(text_free) struct text t = {};
		struct cgroup_device_set set;
		struct err e = {};
		size_t n = 0;
		int result;

		while (n < 5 && device_cases[i].rules[n].type)
			n++;
		print_message("# %s\n", device_cases[i].what);
		result = cgroup_device_set(device_cases[i].rules, n, a, &set, &e);
		assert_int_equal(result < 0, device_cases[i].wanted == NULL);
		if (result < 0) {
			assert_int_equal(e.code, ERR_UNENFORCED);
			continue;
		}
		text_add(&t, "%s", set.allow ? "allow" : "deny");
		for (size_t k = 0; k < set.n; k++)
			text_add(&t, "%s %s", k ? "," : "",
				 cgroup_device_text(&set.exceptions[k], a));
		assert_string_equal(t.s, device_cases[i].wanted);
	}
}

static void the_defaults_are_a_set_without_the_hosts_disks(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	struct cgroup_device_set set;
	struct err e = {};
	size_t n;
	const struct resource_device_rule *rules = cgroup_default_devices(&n);

	(void)state;
	assert_int_equal(cgroup_device_set(rules, n, a, &set, &e), 0);
	assert_false(set.allow);
	assert_int_equal(set.n, n);
	for (size_t i = 0; i < set.n; i++) {
		if (set.exceptions[i].type == 'b' || set.exceptions[i].major == ANY)
			assert_int_equal(set.exceptions[i].access, M);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_of_bundles_are_cleaned),
		cmocka_unit_test(sub_groups_stay_inside),
		cmocka_unit_test(device_rules_become_a_set),
		cmocka_unit_test(the_defaults_are_a_set_without_the_hosts_disks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
