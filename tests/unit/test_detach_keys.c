/* SPDX-License-Identifier: Apache-2.0 */
/* engine/detach_keys.h: which sequences there are, what is held back, what goes on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "engine/detach_keys.h"

static void reads_keys(void **state)
{
	static const struct {
		const char *text;
		int n; /* -1: refused */
		const char *keys;
	} rows[] = {
		{ "ctrl-p,ctrl-q", 2, "\020\021" },
		{ "ctrl-x,a", 2, "\030a" },
		{ "a", 1, "a" },
		{ "ctrl-@", 1, "\0" },
		{ "ctrl-[", 1, "\033" },
		{ "ctrl-_", 1, "\037" },
		{ "CTRL-p", -1, "" },
		{ ",", 1, "," },
		{ ",,a", 2, ",a" },
		{ "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p", 16, "abcdefghijklmnop" },
		{ "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q", -1, "" },
		{ "", 0, "" },
		{ "ctrl-", -1, "" },
		{ "ctrl-1", -1, "" },
		{ "ctrl-pp", -1, "" },
		{ "ab", -1, "" },
		{ "a,", -1, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct detach_keys k;
		struct err e;

		if (rows[i].n < 0) {
			assert_int_equal(detach_keys_parse(rows[i].text, &k, &e), -1);
			assert_int_equal(e.code, ERR_USAGE);
			continue;
		}
		assert_int_equal(detach_keys_parse(rows[i].text, &k, &e), 0);
		assert_int_equal(k.n, rows[i].n);
		assert_memory_equal(k.keys, rows[i].keys, k.n);
	}
}

static void filters_what_is_typed(void **state)
{
	static const struct {
		const char *keys, *typed, *sent;
		int leaves;
	} rows[] = {
		{ "ctrl-p,ctrl-q", "abc", "abc", 0 },
		{ "ctrl-p,ctrl-q", "a\020\021b", "a", 1 },
		{ "ctrl-p,ctrl-q", "a\020", "a", 0 },
		{ "ctrl-p,ctrl-q", "a\020b", "a\020b", 0 },
		{ "ctrl-p,ctrl-q", "\020\020\021", "\020", 1 },
		{ "a,a,b", "aaab", "a", 1 },
		{ "a,a,b", "aaxaab", "aax", 1 },
		{ "a,b,a,c", "abaabac", "aba", 1 },
		{ "a,b,a,c", "ababac", "ab", 1 },
		{ "", "\020\021", "\020\021", 0 },
	};

	(void)state;
	/* The same whether the bytes come together or one by one. */
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		for (int single = 0; single < 2; single++) {
			size_t left = strlen(rows[i].typed), sent = 0, n = 0;
			const char *in = rows[i].typed;
			struct detach_keys k;
			char out[64];
			struct err e;

			assert_int_equal(detach_keys_parse(rows[i].keys, &k, &e), 0);
			while (left && !k.is_complete) {
				size_t piece = single ? 1 : left;

				n = detach_keys_filter(&k, in, piece, out + sent);
				in += piece;
				left -= piece;
				sent += n;
			}
			assert_int_equal(k.is_complete, rows[i].leaves);
			assert_int_equal(sent, strlen(rows[i].sent));
			assert_memory_equal(out, rows[i].sent, sent);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_keys),
		cmocka_unit_test(filters_what_is_typed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
