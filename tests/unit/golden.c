/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "golden.h"

#include "base/mem.h"

#define WORDS_MAX 64
#define INDENT	  "    "

static char *read_whole(const char *path)
{
	FILE *f = fopen(path, "re");
	struct text t = {};
	char piece[4096];
	size_t n;

	if (!f)
		fail_msg("%s can't be opened", path);
	while ((n = fread(piece, 1, sizeof piece, f)) > 0)
		text_add_bytes(&t, piece, n);
	fclose(f);
	return t.s ?: xstrdup("");
}

/* Splits in place; 'a b' and "a b" are one word, \n, \t and \\ stand for themselves in double ones. */
static void split(char *line, char **words)
{
	size_t n = 0;

	while (*line) {
		char *out = line, quote = 0;

		line += strspn(line, " ");
		if (!*line)
			break;
		assert_true(n < WORDS_MAX);
		words[n++] = out = line;
		for (; *line && (quote || *line != ' '); line++) {
			if (*line == quote)
				quote = 0;
			else if (!quote && (*line == '\'' || *line == '"'))
				quote = *line;
			else if (quote == '"' && *line == '\\' && line[1])
				*out++ = *++line == 'n' ? '\n' : *line == 't' ? '\t' : *line;
			else
				*out++ = *line;
		}
		line += *line == ' ';
		*out = '\0';
	}
	words[n] = NULL;
}

static void answer_case(const char *line, golden_answer *answer, struct text *t)
{
	cleanup_free char *copy = xstrdup(line + 2);
	cleanup_by(text_free) struct text reply = {};
	char *words[WORDS_MAX + 1], *rest, *one;

	split(copy, words);
	answer(words, &reply);
	rest = reply.s;
	while (rest && (one = strsep(&rest, "\n"))) {
		if (*one)
			text_add(t, INDENT "%s\n", one);
	}
}

static void compare(const char *name, char *expected, char *actual)
{
	const char *at = "(before the first case)";
	char *want, *got;

	while ((want = strsep(&expected, "\n")), (got = strsep(&actual, "\n")), want || got) {
		if (!want || !got || strcmp(want, got) != 0)
			fail_msg("%s.txt: %s\n  expected: %s\n  actual:   %s", name, at,
				 want ?: "(end)", got ?: "(end)");
		if (!strncmp(want, "$ ", 2))
			at = want;
	}
}

void golden_check(const char *name, golden_answer *answer)
{
	cleanup_free char *path = xprintf("%s/%s.txt", getenv("CALE_GOLDEN_DIR") ?: ".", name);
	cleanup_free char *old = read_whole(path), *lines = xstrdup(old);
	cleanup_by(text_free) struct text t = {};
	char *rest = lines, *line;

	while ((line = strsep(&rest, "\n"))) {
		if (!strncmp(line, INDENT, strlen(INDENT)))
			continue;
		text_add(&t, "%s%s", line, rest ? "\n" : "");
		if (!strncmp(line, "$ ", 2))
			answer_case(line, answer, &t);
	}
	if (getenv("CALE_GOLDEN_UPDATE")) {
		FILE *f = fopen(path, "we");

		assert_non_null(f);
		assert_int_equal(fwrite(t.s, 1, t.n, f), t.n);
		assert_int_equal(fclose(f), 0);
		return;
	}
	compare(name, old, t.s);
}
