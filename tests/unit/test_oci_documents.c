/* SPDX-License-Identifier: Apache-2.0 */
/* oci/: what is written: states, features, the default config. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "confine/seccomp_names.h"
#include "oci/features.h"
#include "oci/mount_label.h"
#include "oci/spec_default.h"
#include "oci/state_document.h"

static const struct oci_annotation annotations[] = { { "a", "1" }, { "b", "" } };
static const struct oci_state running = {
	.id = "c1",
	.status = "running",
	.pid = 42,
	.bundle = "/b",
	.annotations = annotations,
	.n_annotations = 2,
	.rootfs = "/b/rootfs",
	.created_nsec = 1767323045000000007,
	.owner = "root",
};
static const struct oci_state stopped = {
	.id = "c2", .status = "stopped", .bundle = "/b", .rootfs = "/b/r"
};

static void states_are_written(void **state)
{
	const struct {
		json_t *document;
		const char *text;
	} rows[] = {
		{ oci_state_for_hooks(&running),
		  "{\"ociVersion\":\"1.3.0\",\"id\":\"c1\",\"status\":\"running\",\"pid\":42,"
		  "\"bundle\":\"/b\",\"annotations\":{\"a\":\"1\",\"b\":\"\"}}" },
		{ oci_state_for_hooks(&stopped), "{\"ociVersion\":\"1.3.0\",\"id\":\"c2\","
						 "\"status\":\"stopped\",\"bundle\":\"/b\"}" },
		{ oci_state_for_commands(&running),
		  "{\"ociVersion\":\"1.3.0\",\"id\":\"c1\",\"pid\":42,\"status\":\"running\","
		  "\"bundle\":\"/b\",\"rootfs\":\"/b/rootfs\","
		  "\"created\":\"2026-01-02T03:04:05.000000007Z\","
		  "\"annotations\":{\"a\":\"1\",\"b\":\"\"},\"owner\":\"root\"}" },
		{ oci_state_for_commands(&stopped),
		  "{\"ociVersion\":\"1.3.0\",\"id\":\"c2\",\"pid\":0,\"status\":\"stopped\","
		  "\"bundle\":\"/b\",\"rootfs\":\"/b/r\","
		  "\"created\":\"1970-01-01T00:00:00.000000000Z\",\"owner\":\"\"}" },
		{ oci_state_for_agent(&stopped, "m"),
		  "{\"ociVersion\":\"1.3.0\",\"fds\":[\"seccompFd\"],\"pid\":0,\"metadata\":\"m\","
		  "\"state\":{\"ociVersion\":\"1.3.0\",\"id\":\"c2\",\"status\":\"stopped\","
		  "\"bundle\":\"/b\"}}" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cleanup_free char *text = oci_document_text(rows[i].document, 0);

		assert_string_equal(text, rows[i].text);
		json_decref(rows[i].document);
	}
}

static void documents_are_indented(void **state)
{
	cleanup_json json_t *o = json_pack("{s:{s:s},s:[i]}", "a", "b", "  c", "d", 1);
	cleanup_free char *tabs = oci_document_text(o, -1), *spaces = oci_document_text(o, 2);

	(void)state;
	assert_string_equal(tabs,
			    "{\n\t\"a\": {\n\t\t\"b\": \"  c\"\n\t},\n\t\"d\": [\n\t\t1\n\t]\n}");
	assert_string_equal(spaces,
			    "{\n  \"a\": {\n    \"b\": \"  c\"\n  },\n  \"d\": [\n    1\n  ]\n}");
}

/* ---- features ---- */

static void check_sorted(json_t *list)
{
	assert_true(json_array_size(list) > 0);
	for (size_t i = 1; i < json_array_size(list); i++) {
		const char *one = json_string_value(json_array_get(list, i - 1));
		const char *next = json_string_value(json_array_get(list, i));

		if (strcmp(one, next) >= 0)
			fail_msg("%s comes before %s", one, next);
	}
}

static json_t *at(json_t *o, const char *path)
{
	cleanup_free char *copy = xstrdup(path);
	char *rest = copy, *key;

	while ((key = strsep(&rest, ".")))
		o = json_object_get(o, key);
	if (!o)
		fail_msg("no %s", path);
	return o;
}

static int lists(json_t *list, const char *word)
{
	size_t i;
	json_t *one;

	json_array_foreach (list, i, one) {
		if (!strcmp(json_string_value(one), word))
			return 1;
	}
	return 0;
}

static void features_list_what_is_read(void **state)
{
	static const char *const sorted[] = {
		"mountOptions",
		"linux.namespaces",
		"linux.seccomp.actions",
		"linux.seccomp.operators",
		"linux.seccomp.archs",
		"linux.seccomp.knownFlags",
		"linux.memoryPolicy.modes",
		"linux.memoryPolicy.flags",
		"potentiallyUnsafeConfigAnnotations",
	};
	/* Of the specification's table all that MUST and SHOULD be there, by their first letters. */
	static const char *const options[] = { "async",	 "bind",	"defaults", "dirsync",
					       "exec",	 "idmap",	"iversion", "lazytime",
					       "loud",	 "nosymfollow", "rro",	    "ridmap",
					       "silent", "tmpcopyup",	"rnodev",   "unbindable" };
	const struct oci_features f = { "1.2.3", 1 };
	cleanup_json json_t *o = oci_features_document(&f);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sorted); i++)
		check_sorted(at(o, sorted[i]));
	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		assert_true(lists(at(o, "mountOptions"), options[i]));
	assert_int_equal(json_array_size(at(o, "hooks")), 6);
	assert_int_equal(json_array_size(at(o, "linux.namespaces")), 8);
	assert_int_equal(json_array_size(at(o, "linux.capabilities")), 41);
	assert_int_equal(json_array_size(at(o, "linux.seccomp.actions")), 9);
	assert_int_equal(json_array_size(at(o, "linux.seccomp.archs")), 23);
	assert_true(json_is_true(at(o, "linux.mountExtensions.idmap.enabled")));
	assert_string_equal(json_string_value(at(o, "ociVersionMin")), "1.0.0");
}

/* Every listed word must be taken by the parser: one config with all of them. */
static void listed_mount_options_are_taken(void **state)
{
	const struct oci_features f = { "1", 0 };
	cleanup_json json_t *o = oci_features_document(&f);
	json_t *list = at(o, "mountOptions");

	(void)state;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *name = json_string_value(json_array_get(list, i));
		cleanup_free char *text =
			xprintf("{\"ociVersion\":\"1.0.0\",\"root\":{\"path\":\"r\"},\"mounts\":[{"
				"\"destination\":\"/x\",\"source\":\"x\",\"type\":\"tmpfs\","
				"\"options\":[\"%s\"],"
				"\"uidMappings\":[],\"gidMappings\":[]}]}",
				name);
		cleanup_arena struct arena *a = arena_new();
		struct oci_config c;
		struct err e = {};

		/* Those of binds are refused on a tmpfs, in words of their own. */
		if (oci_config_parse(text, strlen(text), a, &c, &e) < 0)
			assert_true(strstr(name, "nofollow") || strstr(name, "idmap") ||
				    strstr(name, "symlink"));
		else
			for (const char *const *left = c.spec.mounts[0].options; left && *left;
			     left++)
				assert_true(!strcmp(*left, name));
	}
}

/* ---- the default config ---- */

static void the_default_config_is_taken(void **state)
{
	(void)state;
	for (int rootless = 0; rootless < 2; rootless++) {
		const struct oci_spec_default d = { !rootless, rootless, 1000, 1000 };
		cleanup_json json_t *o = oci_spec_default(&d);
		cleanup_free char *text = oci_document_text(o, -1);
		cleanup_arena struct arena *a = arena_new();
		struct oci_config c;
		struct err e = {};

		if (oci_config_parse(text, strlen(text), a, &c, &e) < 0)
			fail_msg("%s", e.text);
		assert_int_equal(c.spec.namespaces[NS_USER].mode == NS_MODE_NEW, rootless);
		assert_int_equal(c.spec.namespaces[NS_NETWORK].mode == NS_MODE_NEW, !rootless);
		assert_int_equal(c.spec.namespaces[NS_CGROUP].mode == NS_MODE_NEW, !rootless);
		assert_int_equal(c.spec.process.terminal, 1);
		assert_int_equal(strncmp(text, "{\n\t\"ociVersion\"", 15), 0);
	}
}

/* linux.mountLabel: made file systems get it, but for the kernel's own and those that have one. */
static void mounts_get_the_label(void **state)
{
	static const char *const size[] = { "size=1m", NULL }, *const own[] = { "context=x", NULL };
	const struct spec_mount mounts[] = {
		{ .kind = MOUNT_FILESYSTEM, .fstype = "tmpfs", .options = size },
		{ .kind = MOUNT_FILESYSTEM, .fstype = "mqueue" },
		{ .kind = MOUNT_FILESYSTEM, .fstype = "tmpfs", .options = own },
		{ .kind = MOUNT_FILESYSTEM, .fstype = "proc" },
		{ .kind = MOUNT_FILESYSTEM, .fstype = "sysfs" },
		{ .kind = MOUNT_BIND },
	};
	struct spec spec = { .mounts = mounts, .n_mounts = ARRAY_SIZE(mounts) };
	cleanup_arena struct arena *a = arena_new();

	(void)state;
	oci_mount_label_add(&spec, "a:b:c:s0:c1,c2", a);
	assert_int_equal(spec.n_mounts, ARRAY_SIZE(mounts));
	assert_string_equal(spec.mounts[0].options[0], "size=1m");
	assert_string_equal(spec.mounts[0].options[1], "context=a:b:c:s0:c1,c2");
	assert_null(spec.mounts[0].options[2]);
	assert_string_equal(spec.mounts[1].options[0], "context=a:b:c:s0:c1,c2");
	assert_string_equal(spec.mounts[2].options[0], "context=x");
	assert_null(spec.mounts[2].options[1]);
	for (size_t i = 3; i < ARRAY_SIZE(mounts); i++)
		assert_null(spec.mounts[i].options);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states_are_written),
		cmocka_unit_test(mounts_get_the_label),
		cmocka_unit_test(documents_are_indented),
		cmocka_unit_test(features_list_what_is_read),
		cmocka_unit_test(listed_mount_options_are_taken),
		cmocka_unit_test(the_default_config_is_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
