/* SPDX-License-Identifier: Apache-2.0 */
/* engine/plan.h: command line, image and host → what the kernel is asked for, and what is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/json.h"
#include "engine/explain.h"
#include "golden.h"
#include "plan_cases.h"

static int plan_or_say(char **words, struct arena *a, struct plan *p, struct text *answer)
{
	struct err e = {};

	if (plan_case(words, a, p, &e) == 0)
		return 0;
	text_add(answer, "cale: %s\n", e.text);
	if (e.hint[0])
		text_add(answer, "hint: %s\n", e.hint);
	return -1;
}

static const char *next_line(const char *s)
{
	s += strcspn(s, "\n");
	return *s ? s + 1 : s;
}

static int has_line(const char *text, const char *line, size_t n)
{
	for (const char *s = text; s && *s; s = next_line(s)) {
		if (strcspn(s, "\n") == n && !memcmp(s, line, n))
			return 1;
	}
	return 0;
}

static void add_missing(struct text *answer, const char *sign, const char *from, const char *to)
{
	for (const char *s = from; s && *s; s = next_line(s)) {
		size_t n = strcspn(s, "\n");

		if (!has_line(to, s, n))
			text_add(answer, "%s%.*s\n", sign, (int)n, s);
	}
}

/* "HOST alpine" is shown whole, everything else as what differs from that. */
static void answer_spec(char **words, struct text *answer)
{
	char *base_words[] = { words[0], (char[]){ "alpine" }, NULL };
	int is_base = !strcmp(words[1], "alpine") && !words[2];
	cleanup_arena struct arena *a = arena_new();
	cleanup_by(text_free) struct text mine = {}, base = {};
	struct plan p;

	if (plan_or_say(words, a, &p, answer) < 0)
		return;
	plan_dump(&p, is_base ? answer : &mine);
	if (is_base || plan_or_say(base_words, a, &p, answer) < 0)
		return;
	plan_dump(&p, &base);
	add_missing(answer, "- ", base.s, mine.s);
	add_missing(answer, "+ ", mine.s, base.s);
}

static void answer_explain(char **words, struct text *answer)
{
	cleanup_arena struct arena *a = arena_new();
	struct plan p;

	if (plan_or_say(words, a, &p, answer) == 0)
		explain_text(&p, answer);
}

static void specs_are_as_recorded(void **state)
{
	(void)state;
	golden_check("plan", answer_spec);
}

static void explanations_are_as_recorded(void **state)
{
	(void)state;
	golden_check("explain", answer_explain);
}

static void what_cannot_be_enforced_is_refused(void **state)
{
	(void)state;
	golden_check("plan-refused", answer_spec);
}

/* Every line has a text and an origin, in every combination that a mistake might leave empty. */
static void json_has_every_line(void **state)
{
	char *words[] = { (char[]){ "older" }, (char[]){ "--network=host" }, (char[]){ "nginx" },
			  NULL };
	cleanup_arena struct arena *a = arena_new();
	cleanup_json json_t *o = NULL;
	struct err e = {};
	struct plan p;
	size_t n = 0;
	const char *key;
	json_t *list;

	(void)state;
	assert_int_equal(plan_case(words, a, &p, &e), 0);
	o = explain_json(&p);
	json_object_foreach (o, key, list) {
		for (size_t i = 0; i < json_array_size(list); i++, n++) {
			const json_t *one = json_array_get(list, i);

			assert_non_null(json_string_value(json_object_get(one, "Text")));
			assert_non_null(json_string_value(json_object_get(one, "Origin")));
			assert_non_null(json_string_value(json_object_get(one, "Setting")));
		}
	}
	assert_int_equal(n, p.n_lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(specs_are_as_recorded),
		cmocka_unit_test(explanations_are_as_recorded),
		cmocka_unit_test(what_cannot_be_enforced_is_refused),
		cmocka_unit_test(json_has_every_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
