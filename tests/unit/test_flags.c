/* SPDX-License-Identifier: Apache-2.0 */
/* Flags of run → config, as its JSON; wrong ones → the error line. tests/golden/flags.txt */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cli/container_options.h"
#include "engine/config_json.h"
#include "golden.h"

/* Only what differs from a config that nobody touched. */
static void drop_defaults(json_t *o, const json_t *defaults)
{
	const char *key;
	json_t *value;
	void *next;

	json_object_foreach_safe(o, next, key, value)
	{
		const json_t *usual = json_object_get(defaults, key);

		if (json_equal(value, usual))
			json_object_del(o, key);
		else if (json_is_object(value) && json_is_object(usual))
			drop_defaults(value, usual);
	}
}

static void assert_survives_json(const struct config *c, struct arena *a)
{
	cleanup_json json_t *first = config_to_json(c);
	cleanup_json json_t *second = NULL;
	struct config back;
	struct err e = {};

	if (config_from_json(first, a, &back, &e) < 0)
		fail_msg("reading back: %s", e.text);
	second = config_to_json(&back);
	assert_true(json_equal(first, second));
}

static void show(const struct config *c, struct text *answer)
{
	struct config untouched;
	cleanup_json json_t *o = config_to_json(c), *defaults = NULL;
	cleanup_free char *json = NULL;

	config_init(&untouched);
	defaults = config_to_json(&untouched);
	drop_defaults(o, defaults);
	json = json_dump(o, 0);
	text_add(answer, "%s\n", json);
}

static void read_flags(char **words, struct text *answer)
{
	cleanup_arena struct arena *a = arena_new();
	struct container_options o = { .head.arena = a, .cwd = "/home/me" };
	struct options_parse parse = {
		.tables = container_run_tables,
		.stop_at_positional = 1,
		.options = &o,
	};
	struct err e = {};

	container_options_prepare(&o);
	if (options_parse(&parse, words, &e) < 0 ||
	    container_options_finish(&o, words, parse.n_arguments, &e) < 0) {
		text_add(answer, "cale: %s\n", e.text);
		if (e.hint[0])
			text_add(answer, "hint: %s\n", e.hint);
		return;
	}
	assert_survives_json(&o.config, a);
	show(&o.config, answer);
}

static void flags_make_the_config(void **state)
{
	(void)state;
	setenv("FROM_CALLER", "caller's", 1);
	unsetenv("NOT_SET");
	golden_check("flags", read_flags);
}

static void wrong_flags_are_refused(void **state)
{
	(void)state;
	golden_check("flags-wrong", read_flags);
}

/* A record is JSON: what it couldn't keep as it was given is refused, not changed. */
static void text_must_be_utf8(void **state)
{
	char *lines[][5] = {
		{ (char[]){ "-e" }, (char[]){ "A=\xff" }, (char[]){ "alpine" } },
		{ (char[]){ "alpine" }, (char[]){ "echo" }, (char[]){ "caf\xe9" } },
		{ (char[]){ "-l" }, (char[]){ "\xc3=x" }, (char[]){ "alpine" } },
		{ (char[]){ "-v" }, (char[]){ "/\x80:/x" }, (char[]){ "alpine" } },
		{ (char[]){ "--entrypoint=\xf0\x9f" }, (char[]){ "alpine" } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		cleanup_by(text_free) struct text t = {};

		read_flags(lines[i], &t);
		assert_non_null(strstr(t.s, "is not UTF-8"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flags_make_the_config),
		cmocka_unit_test(wrong_flags_are_refused),
		cmocka_unit_test(text_must_be_utf8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
