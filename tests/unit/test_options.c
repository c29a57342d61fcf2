/* SPDX-License-Identifier: Apache-2.0 */
/* cli/options.h: Docker's notation of options, its messages, and the help. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "cli/options.h"

struct sample {
	struct options_head head;
	int tty, interactive;
	const char *name, *explain;
	struct option_list env;
};

static int refuse_x(void *options, const char *value, struct err *e)
{
	(void)options;
	return *value == 'x' ? err_set(e, ERR_USAGE, "no x, please") : 0;
}

static const struct option_row rows[] = {
	{ "tty", 't', OPTION_SWITCH, NULL, "A terminal", OPTION_STORE(struct sample, tty) },
	{ "interactive", 'i', OPTION_SWITCH, NULL, "Input",
	  OPTION_STORE(struct sample, interactive) },
	{ "name", 0, OPTION_VALUE, "string", "Its name", OPTION_STORE(struct sample, name) },
	{ "hidden", 0, OPTION_VALUE, "string", NULL, refuse_x, 0 },
	{},
};
static const struct option_row more_rows[] = {
	{ "env", 'e', OPTION_LIST, "list", "Variables", OPTION_STORE(struct sample, env) },
	{ "explain", 0, OPTION_OPTIONAL, "string", "Show", OPTION_STORE(struct sample, explain) },
	{ "memory", 'm', OPTION_VALUE, "bytes", "Limit", refuse_x, 0 },
	{},
};
static const struct option_row *const tables[] = { rows, more_rows, NULL };

#define WORDS_MAX 12

struct outcome {
	struct sample sample;
	struct options_parse parse;
	char *argv[WORDS_MAX];
	int status;
	struct err e;
};

static struct outcome *run(struct arena *a, const char *line, int stop)
{
	struct outcome *o = arena_new_item(a, struct outcome);
	char *copy = arena_strdup(a, line);
	size_t n = 0;

	for (char *word; (word = strsep(&copy, " "));)
		o->argv[n++] = word;
	o->sample.head.arena = a;
	o->parse.tables = tables;
	o->parse.options = &o->sample;
	o->parse.stop_at_positional = stop;
	o->status = options_parse(&o->parse, o->argv, &o->e);
	return o;
}

static void every_notation_is_read(void **state)
{
	static const char *const lines[] = {
		"-it --name=web -e A=1 --env B=2 img",
		"-ti --name web -eA=1 -e=B=2 img",
		"-i -t -e A=1 img --env=B=2 --name web",
		"--tty=1 -i=true -eA=1 --env B=2 --name=web img",
		"--tty=false -ite A=1 -e B=2 --name old --name web -- img",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		cleanup_arena struct arena *a = arena_new();
		struct outcome *o = run(a, lines[i], 0);

		assert_string_equal(o->e.text, "");
		assert_int_equal(o->status, 0);
		assert_true(o->sample.tty && o->sample.interactive);
		assert_string_equal(o->sample.name, "web");
		assert_int_equal(o->sample.env.n, 2);
		assert_string_equal(o->sample.env.items[0], "A=1");
		assert_string_equal(o->sample.env.items[1], "B=2");
		assert_null(o->sample.env.items[2]);
		assert_int_equal(o->parse.n_arguments, 1);
		assert_string_equal(o->argv[0], "img");
		assert_null(o->argv[1]);
	}
}

static void what_follows_the_image_is_the_containers(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	struct outcome *o = run(a, "-t img ls -i -- --name=x", 1);

	(void)state;
	assert_int_equal(o->status, 0);
	assert_false(o->sample.interactive);
	assert_null(o->sample.name);
	assert_int_equal(o->parse.n_arguments, 5);
	assert_string_equal(o->argv[3], "--");
	assert_string_equal(o->argv[4], "--name=x");
}

static void many_values_are_kept_in_order(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	struct outcome *o = run(a, "-e 0 -e 1 -e2 -e 3 -e 4", 0);

	(void)state;
	assert_int_equal(o->sample.env.n, 5);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(o->sample.env.items[i][0], '0' + (int)i);
}

static void an_optional_value_needs_the_equals_sign(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	struct outcome *plain = run(a, "--explain json", 0), *valued = run(a, "--explain=json", 0);

	(void)state;
	assert_string_equal(plain->sample.explain, "");
	assert_string_equal(plain->argv[0], "json");
	assert_string_equal(valued->sample.explain, "json");
	assert_int_equal(valued->parse.n_arguments, 0);
}

static void mistakes_get_dockers_words(void **state)
{
	static const struct {
		const char *line, *text;
	} cases[] = {
		{ "--foo", "unknown flag: --foo" },
		{ "--foo=1", "unknown flag: --foo" },
		{ "--nam web", "unknown flag: --nam" },
		{ "-z", "unknown shorthand flag: 'z' in -z" },
		{ "-itz", "unknown shorthand flag: 'z' in -itz" },
		{ "--name", "flag needs an argument: --name" },
		{ "-ie", "flag needs an argument: 'e' in -ie" },
		{ "--=x", "bad flag syntax: --=x" },
		{ "---tty", "unknown flag: ---tty" },
		{ "--tty=maybe", "invalid argument \"maybe\" for \"-t, --tty\" flag: \"maybe\" is "
				 "neither true nor false" },
		{ "-i=", "invalid argument \"\" for \"-i, --interactive\" flag: \"\" is neither "
			 "true nor false" },
		{ "-mx", "invalid argument \"x\" for \"-m, --memory\" flag: no x, please" },
		{ "--hidden x", "invalid argument \"x\" for \"--hidden\" flag: no x, please" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_arena struct arena *a = arena_new();
		struct outcome *o = run(a, cases[i].line, 0);

		assert_string_equal(o->e.text, cases[i].text);
		assert_int_equal(o->status, -1);
		assert_int_equal(o->e.code, ERR_USAGE);
	}
}

static void one_dash_may_stand_before_a_whole_name(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	struct outcome o = { .sample.head.arena = a,
			     .parse = { .tables = tables, .options = &o.sample, .one_dash = 1 },
			     .argv = { (char *)"-tty", (char *)"-name", (char *)"web",
				       (char *)"-env=A=1", (char *)"-i", (char *)"img" } };

	(void)state;
	assert_int_equal(options_parse(&o.parse, o.argv, &o.e), 0);
	assert_true(o.sample.tty && o.sample.interactive);
	assert_string_equal(o.sample.name, "web");
	assert_string_equal(o.sample.env.items[0], "A=1");
	assert_string_equal(o.argv[0], "img");
	/* Only where it was asked for. */
	assert_int_equal(run(a, "-name web", 0)->status, -1);
}

static void help_is_noticed_unless_it_is_the_containers(void **state)
{
	cleanup_arena struct arena *a = arena_new();

	(void)state;
	assert_true(run(a, "--tty --help --foo", 1)->parse.help);
	assert_true(run(a, "-h", 1)->parse.help);
	assert_false(run(a, "img --help", 1)->parse.help);
	assert_true(run(a, "img --help", 0)->parse.help);
}

static void help_has_dockers_layout(void **state)
{
	cleanup_by(text_free) struct text t = {};

	(void)state;
	options_add_help(&t, tables);
	assert_string_equal(t.s, "  -e, --env list         Variables\n"
				 "      --explain string   Show\n"
				 "  -i, --interactive      Input\n"
				 "  -m, --memory bytes     Limit\n"
				 "      --name string      Its name\n"
				 "  -t, --tty              A terminal\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_notation_is_read),
		cmocka_unit_test(what_follows_the_image_is_the_containers),
		cmocka_unit_test(many_values_are_kept_in_order),
		cmocka_unit_test(an_optional_value_needs_the_equals_sign),
		cmocka_unit_test(mistakes_get_dockers_words),
		cmocka_unit_test(one_dash_may_stand_before_a_whole_name),
		cmocka_unit_test(help_is_noticed_unless_it_is_the_containers),
		cmocka_unit_test(help_has_dockers_layout),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
