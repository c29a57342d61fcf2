/* SPDX-License-Identifier: Apache-2.0 */
/* oci/: config.json, process.json and annotations → what runtime/ is asked for, or the message. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/fd.h"
#include "golden.h"
#include "oci/landlock.h"
#include "oci/process.h"
#include "oci/resources.h"
#include "oci/spec_default.h"
#include "oci_dump.h"

#define DOCUMENT_MAX (1 << 20)

/* ---- documents ---- */

/* minimal and full are files of the fuzzing corpus, default and rootless what `spec` writes. */
static char *base_document(const char *name)
{
	const struct oci_spec_default rootless = { 1, 1, 1000, 100 }, plain = { 0 };
	cleanup_free char *path = xprintf("%s/../fuzz/corpus/oci_config/%s.json",
					  getenv("CALE_GOLDEN_DIR") ?: ".", name);
	cleanup_json json_t *made = NULL;
	struct err e = {};
	char *text;

	if (!strcmp(name, "rootless") || !strcmp(name, "default")) {
		made = oci_spec_default(*name == 'r' ? &rootless : &plain);
		return json_dump(made, 0);
	}
	text = fd_read_file(-1, path, DOCUMENT_MAX, &e);
	if (!text)
		fail_msg("%s", e.text);
	return text;
}

static json_t *step(json_t *at, const char *key, json_t *make)
{
	json_t *next;

	if (json_is_array(at)) {
		next = json_array_get(at, (size_t)atoi(key));
		if (make && (size_t)atoi(key) >= json_array_size(at))
			json_array_append(at, make);
		else if (make)
			json_array_set(at, (size_t)atoi(key), make);
		return next;
	}
	if (make)
		json_object_set(at, key, make);
	next = json_object_get(at, key);
	if (!next && !make) {
		next = json_object();
		json_object_set_new(at, key, next);
	}
	return next;
}

/* "linux.resources.pids.limit=5", "-process.cwd". */
static void change(json_t *document, char *word)
{
	int removes = *word == '-';
	char *path = word + removes, *value = strchr(path, '='), *key;
	json_t *at = document, *new = NULL;

	if (value)
		*value++ = '\0';
	while ((key = strsep(&path, ".")) && path)
		at = step(at, key, NULL);
	if (removes) {
		json_object_del(at, key);
		return;
	}
	new = json_loads(value, JSON_DECODE_ANY, NULL);
	if (!new)
		fail_msg("%s is no JSON", value);
	step(at, key, new);
	json_decref(new);
}

/* "@18446744073709551615" becomes the number, which jansson can't hold. */
static void free_numbers(char *text)
{
	char *from = text, *to = text;

	while (*from) {
		if (from[0] == '"' && from[1] == '@') {
			from += 2;
			while (*from != '"')
				*to++ = *from++;
			from++;
		} else {
			*to++ = *from++;
		}
	}
	*to = '\0';
}

/* The other way round, for what the base document has. */
static char *bind_numbers(const char *text)
{
	static const char largest[] = "18446744073709551615";
	struct text t = {};
	const char *found;

	for (; (found = strstr(text, largest)); text = found + strlen(largest)) {
		text_add_bytes(&t, text, (size_t)(found - text));
		text_add(&t, "\"@%s\"", largest);
	}
	text_add(&t, "%s", text);
	return t.s;
}

static char *document_of(char **words)
{
	cleanup_free char *base = base_document(words[0]), *bound = bind_numbers(base);
	cleanup_json json_t *document = json_loads(bound, 0, NULL);
	char *text;

	if (!words[1])
		return take_ptr(base);
	assert_non_null(document);
	for (words++; *words; words++)
		change(document, *words);
	text = json_dump(document, 0);
	free_numbers(text);
	return text;
}

/* ---- answers ---- */

static int dump_words(char **words, struct text *answer)
{
	cleanup_free char *text = document_of(words);
	cleanup_arena struct arena *a = arena_new();
	struct oci_config c;
	struct err e = {};

	if (oci_config_parse(text, strlen(text), a, &c, &e) < 0) {
		text_add(answer, "%s%s\n", e.code == ERR_INVALID ? "" : "(not invalid) ", e.text);
		return -1;
	}
	oci_dump_config(&c, answer);
	return 0;
}

static int has_line(const char *text, const char *line, size_t n)
{
	for (const char *s = text; s && *s; s += strcspn(s, "\n"), s += *s == '\n') {
		if (strcspn(s, "\n") == n && !memcmp(s, line, n))
			return 1;
	}
	return 0;
}

static void add_missing(struct text *answer, const char *sign, const char *from, const char *to)
{
	for (const char *s = from; s && *s; s += strcspn(s, "\n"), s += *s == '\n') {
		size_t n = strcspn(s, "\n");

		if (!has_line(to, s, n))
			text_add(answer, "%s%.*s\n", sign, (int)n, s);
	}
}

/* A document alone is shown whole, a changed one as what differs. */
static void answer_config(char **words, struct text *answer)
{
	char *base_words[] = { xstrdup(words[0]), NULL };
	cleanup_by(text_free) struct text mine = {}, base = {};

	if (!words[1]) {
		dump_words(words, answer);
	} else if (dump_words(words, &mine) < 0) {
		text_add(answer, "%s", mine.s);
	} else if (dump_words(base_words, &base) == 0) {
		add_missing(answer, "- ", base.s, mine.s);
		add_missing(answer, "+ ", mine.s, base.s);
		if (!answer->n)
			text_add(answer, "the same\n");
	}
	free(base_words[0]);
}

/* "TYPE OPTION…": one mount of "from" on /x. */
static void answer_mount(char **words, struct text *answer)
{
	cleanup_json json_t *document = NULL;
	cleanup_free char *base = base_document("minimal"), *text = NULL;
	cleanup_arena struct arena *a = arena_new();
	json_t *mount = json_object(), *list = json_array();
	size_t n = 0;
	struct oci_config c;
	struct err e = {};

	document = json_loads(base, 0, NULL);
	while (words[n])
		n++;
	json_put_string(mount, "destination", "/x");
	json_put_string(mount, "source", "from");
	json_put_string(mount, "type", words[0]);
	json_put_strings(mount, "options", words + 1, n - 1);
	json_array_append_new(list, mount);
	json_object_set_new(document, "mounts", list);
	text = json_dump(document, 0);
	if (oci_config_parse(text, strlen(text), a, &c, &e) < 0)
		text_add(answer, "%s\n", e.text);
	else
		oci_dump_mount(&c.spec.mounts[0], answer);
}

static void answer_landlock(char **words, struct text *answer)
{
	cleanup_arena struct arena *a = arena_new();
	struct spec_landlock l;
	struct err e = {};

	if (oci_landlock_parse(words[0], strlen(words[0]), a, &l, &e) < 0)
		text_add(answer, "%s\n", e.text);
	else
		oci_dump_landlock(&l, answer);
}

/* "process JSON" of exec, "resources JSON" of update. */
static void answer_part(char **words, struct text *answer)
{
	cleanup_arena struct arena *a = arena_new();
	struct spec_process p;
	struct resources r;
	struct err e = {};

	if (!strcmp(words[0], "process")) {
		if (oci_process_parse(words[1], strlen(words[1]), a, &p, &e) == 0)
			oci_dump_process(&p, answer);
	} else if (oci_resources_parse(words[1], strlen(words[1]), a, &r, &e) == 0) {
		oci_dump_resources(&r, answer);
	}
	if (e.text[0])
		text_add(answer, "%s\n", e.text);
}

/* ---- tests ---- */

static void configs_are_read(void **state)
{
	(void)state;
	golden_check("oci-config", answer_config);
}

static void wrong_configs_are_refused(void **state)
{
	(void)state;
	golden_check("oci-config-wrong", answer_config);
}

static void mount_options_are_read(void **state)
{
	(void)state;
	golden_check("oci-mounts", answer_mount);
}

static void landlock_policies_are_read(void **state)
{
	(void)state;
	golden_check("oci-landlock", answer_landlock);
}

static void parts_are_read(void **state)
{
	(void)state;
	golden_check("oci-parts", answer_part);
}

static const struct text_row {
	const char *text, *message;
} text_rows[] = {
	{ "", NULL },
	{ "null", "JSON line 1 column 4: '[' or '{' expected near 'null'" },
	{ "[]", "is not a JSON object" },
	{ "{\"ociVersion\":\"1.0.0\",\"ociVersion\":\"1.0.0\"}", NULL },
	{ "{\"ociVersion\":\"1.0.0\\u0000\"}", "a string with a zero in it" },
	{ "{\"oci\\u0000\":\"1.0.0\"}", "a string with a zero in it" },
	{ "{\"ociVersion\":18446744073709551615}", "ociVersion: is not a string" },
	{ "{\"ociVersion\":18446744073709551616}", NULL },
	{ "{\"ociVersion\":-18446744073709551615}", NULL },
	{ "{18446744073709551615:1}", NULL },
	{ "{\"ociVersion\":\"1.0.0\"} {}", NULL },
	{ "{\"ociVersion\":\"1.0.0\"", NULL },
};

static void text_that_is_no_document_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(text_rows); i++) {
		cleanup_arena struct arena *a = arena_new();
		struct oci_config c;
		struct err e = {};

		if (oci_config_parse(text_rows[i].text, strlen(text_rows[i].text), a, &c, &e) == 0)
			fail_msg("taken: %s", text_rows[i].text);
		assert_int_equal(e.code, ERR_INVALID);
		if (text_rows[i].message)
			assert_string_equal(e.text, text_rows[i].message);
	}
}

/* HEAD, then N times ITEM with commas between, then TAIL. */
static char *repeated(const char *head, const char *item, size_t n, const char *tail)
{
	struct text t = {};

	text_add(&t, "%s", head);
	for (size_t i = 0; i < n; i++) {
		text_add_bytes(&t, i ? "," : "", i != 0);
		text_add(&t, "%s", item);
	}
	text_add(&t, "%s", tail);
	return t.s;
}

#define PROCESS                                                                                    \
	"{\"ociVersion\":\"1.0.0\",\"root\":{\"path\":\"r\"},\"process\":{\"cwd\":\"/"             \
	"\",\"args\":["

static void what_is_too_large_is_refused(void **state)
{
	const struct {
		const char *head, *item, *tail;
		size_t n;
		int taken;
	} rows[] = {
		{ PROCESS, "\"a\"", "]}}", 65536, 1 },
		{ PROCESS, "\"a\"", "]}}", 65537, 0 },
		{ PROCESS "\"a\"]},\"mounts\":[", "{\"destination\":\"/a\",\"type\":\"proc\"}",
		  "]}", 1024, 1 },
		{ PROCESS "\"a\"]},\"mounts\":[", "{\"destination\":\"/a\",\"type\":\"proc\"}",
		  "]}", 1025, 0 },
		{ PROCESS "\"a\"]},\"hooks\":{\"poststop\":[", "{\"path\":\"/a\"}", "]}}", 257, 0 },
		{ PROCESS, "\"0123456789012345678901234567890123456789012345678901234567890123\"",
		  "]}}", 63000, 0 }, /* 4 MiB */
		{ PROCESS "\"a\"]},\"x\":",
		  "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
		  "[[[[[[",
		  "", 1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cleanup_free char *text =
			repeated(rows[i].head, rows[i].item, rows[i].n, rows[i].tail);
		cleanup_arena struct arena *a = arena_new();
		struct oci_config c;
		struct err e = {};
		int rc = oci_config_parse(text, strlen(text), a, &c, &e);

		if (rc == 0 && !rows[i].taken)
			fail_msg("row %zu was taken", i);
		if (rc < 0 && (rows[i].taken || e.code != ERR_LIMIT))
			fail_msg("row %zu: %s", i, e.text);
	}
}

static void paths_of_the_bundle_are_made_absolute(void **state)
{
	cleanup_free char *text = base_document("full");
	cleanup_arena struct arena *a = arena_new();
	struct oci_config c;
	struct err e = {};

	(void)state;
	assert_int_equal(oci_config_parse(text, strlen(text), a, &c, &e), 0);
	c.spec.rootfs.path = "rootfs";
	oci_config_resolve(&c, "/bundle", a);
	assert_string_equal(c.spec.rootfs.path, "/bundle/rootfs");
	assert_string_equal(c.spec.mounts[0].source, "proc");
	assert_string_equal(c.spec.mounts[2].source, "/bundle/data");
	assert_string_equal(c.spec.mounts[3].source, "/x");
	assert_string_equal(oci_annotation(&c, "z"), "last");
	assert_string_equal(oci_annotation(&c, "com.example.a"), "");
	assert_null(oci_annotation(&c, "com.example"));
}

static void targets_are_paths_of_the_container(void **state)
{
	static const struct {
		const char *destination, *target;
	} rows[] = {
		{ "/a", "/a" },
		{ "a//b/./c/", "/a/b/c" },
		{ "/a/../../b/..", "/" },
		{ "//dev/", "/dev" },
		{ "/proc/../proc", "/proc" },
		{ "/bundle/rootfs/mnt/x", "/mnt/x" },
		{ "/bundle/rootfsx", "/bundle/rootfsx" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		cleanup_arena struct arena *a = arena_new();
		const char *text = arena_printf(
			a,
			"{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"rootfs\"},\"mounts\":"
			"[{\"destination\":\"%s\",\"type\":\"tmpfs\"}]}",
			rows[i].destination);
		struct oci_config c;
		struct err e = {};

		assert_int_equal(oci_config_parse(text, strlen(text), a, &c, &e), 0);
		oci_config_resolve(&c, "/bundle", a);
		assert_string_equal(c.spec.mounts[0].target, rows[i].target);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(configs_are_read),
		cmocka_unit_test(wrong_configs_are_refused),
		cmocka_unit_test(mount_options_are_read),
		cmocka_unit_test(landlock_policies_are_read),
		cmocka_unit_test(parts_are_read),
		cmocka_unit_test(text_that_is_no_document_is_refused),
		cmocka_unit_test(what_is_too_large_is_refused),
		cmocka_unit_test(paths_of_the_bundle_are_made_absolute),
		cmocka_unit_test(targets_are_paths_of_the_container),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
