/* SPDX-License-Identifier: Apache-2.0 */
/* cli/listing.h, cli/template.h: --format as scripts use it with docker. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "cli/listing.h"
#include "cli/template.h"

static const char sample[] = "{\"ID\":\"abc\",\"N\":7,\"Up\":true,\"None\":null,"
			     "\"State\":{\"Code\":3,\"Text\":\"a\\\"b\"},\"List\":[1,2]}";

static json_t *parse(const char *text)
{
	struct err e = {};
	json_t *o = json_parse(text, strlen(text), 4096, &e);

	if (!o)
		fail_msg("%s", e.text);
	return o;
}

static void fields_are_put_in(void **state)
{
	static const struct {
		const char *format, *shown;
	} rows[] = {
		{ "", "" },
		{ "plain", "plain" },
		{ "{{.ID}}", "abc" },
		{ "{{ .ID }}-{{.N}}", "abc-7" },
		{ "{{.State.Code}}\\t{{.Up}}\\n", "3\ttrue\n" },
		{ "{{.State.Text}} {{json .State.Text}}", "a\"b \"a\\\"b\"" },
		{ "{{json .List}}", "[1,2]" },
		{ "{{json .State}}", "{\"Code\":3,\"Text\":\"a\\\"b\"}" },
		{ "}} {", "}} {" },
		{ "{{.None}}", "null" },
		{ "{{index .State \"Text\"}}", "a\"b" },
		{ "<{{ index .State \"none\" }}>", "<>" },
		{ "{{index .List 1}}", "2" },
	};
	cleanup_json json_t *o = parse(sample);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cleanup_by(text_free) struct text t = {};
		struct err e = {};

		assert_int_equal(template_add(&t, rows[i].format, o, &e), 0);
		assert_string_equal(t.s ?: "", rows[i].shown);
	}
}

static void what_isnt_understood_is_refused(void **state)
{
	static const char *const formats[] = {
		"{{.ID",
		"{{}}",
		"{{ }}",
		"{{.Missing}}",
		"{{.ID.Sub}}",
		"{{range .}}",
		"{{if .ID}}x{{end}}",
		"{{.State..Code}}",
		"{{.ID | upper}}",
		"{{index . 0}}",
		"{{index .List 2}}",
		"{{index .State Code}}",
		"{{index .State}}",
		"{{index .Missing \"x\"}}",
		"{{json}}",
		"{{.ID }",
	};
	cleanup_json json_t *o = parse(sample);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		cleanup_by(text_free) struct text t = {};
		struct err e = {};

		if (template_add(&t, formats[i], o, &e) == 0)
			fail_msg("%s was accepted", formats[i]);
		assert_int_equal(e.code, ERR_USAGE);
	}
}

static const struct listing_column columns[] = {
	{ "ID", "CONTAINER ID" },
	{ "Names", "NAMES" },
	{},
};

static void show(const char *format, const char *expected)
{
	const struct listing l = { columns, "table {{.ID}}\t{{.Names}}", format };
	cleanup_json json_t *rows = parse("[{\"ID\":\"1\",\"Names\":\"web\"},"
					  "{\"ID\":\"22\",\"Names\":\"\"}]");
	cleanup_by(text_free) struct text t = {};
	struct err e = {};

	if (listing_add(&t, &l, rows, &e) < 0)
		fail_msg("%s", e.text);
	assert_string_equal(t.s, expected);
}

static void lists_have_dockers_forms(void **state)
{
	(void)state;
	show(NULL, "CONTAINER ID   NAMES\n1              web\n22             \n");
	show("table", "CONTAINER ID   NAMES\n1              web\n22             \n");
	show("table {{.Names}}\\t{{.ID}}", "NAMES   CONTAINER ID\nweb     1\n        22\n");
	show("{{.Names}}:{{.ID}}", "web:1\n:22\n");
	show("json", "{\"ID\":\"1\",\"Names\":\"web\"}\n{\"ID\":\"22\",\"Names\":\"\"}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_are_put_in),
		cmocka_unit_test(what_isnt_understood_is_refused),
		cmocka_unit_test(lists_have_dockers_forms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
