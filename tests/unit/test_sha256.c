/* SPDX-License-Identifier: Apache-2.0 */
/* base/sha256.h against the examples of FIPS 180-4 and lengths around a block's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/sha256.h"

static void known_answers(void **state)
{
	static const struct {
		const char *text, *hash;
	} rows[] = {
		{ "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
	};
	char out[SHA256_HEX_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		sha256_hex(rows[i].text, strlen(rows[i].text), out);
		assert_string_equal(out, rows[i].hash);
	}
}

static void a_million_letters_in_uneven_pieces(void **state)
{
	char piece[977], out[SHA256_HEX_SIZE];
	struct sha256 s;

	(void)state;
	memset(piece, 'a', sizeof piece);
	sha256_begin(&s);
	for (size_t left = 1000000; left;) {
		size_t n = left < sizeof piece ? left : sizeof piece;

		sha256_add(&s, piece, n);
		left -= n;
	}
	sha256_end(&s, out);
	assert_string_equal(out,
			    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void pieces_make_no_difference_around_a_block(void **state)
{
	static const char text[130];
	char whole[SHA256_HEX_SIZE], parts[SHA256_HEX_SIZE];

	(void)state;
	for (size_t n = 50; n < sizeof text; n++) {
		struct sha256 s;

		sha256_hex(text, n, whole);
		sha256_begin(&s);
		sha256_add(&s, text, 1);
		sha256_add(&s, text, n - 1);
		sha256_end(&s, parts);
		assert_string_equal(whole, parts);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_answers),
		cmocka_unit_test(a_million_letters_in_uneven_pieces),
		cmocka_unit_test(pieces_make_no_difference_around_a_block),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
