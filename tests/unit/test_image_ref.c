/* SPDX-License-Identifier: Apache-2.0 */
/* image/ref.h and image/digest.h: what names are, what they mean, what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/mem.h"
#include "image/ref.h"

#define HEX    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define DIGEST "sha256:" HEX
#define X63    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static void names_are_completed_and_shortened(void **state)
{
	static const struct {
		const char *text, *full, *familiar;
	} rows[] = {
		{ "busybox", "docker.io/library/busybox:latest", "busybox:latest" },
		{ "busybox:1.36", "docker.io/library/busybox:1.36", "busybox:1.36" },
		{ "docker.io/busybox", "docker.io/library/busybox:latest", "busybox:latest" },
		{ "index.docker.io/a/b", "docker.io/a/b:latest", "a/b:latest" },
		{ "docker.io/library/a", "docker.io/library/a:latest", "a:latest" },
		{ "library/a/b", "docker.io/library/a/b:latest", "library/a/b:latest" },
		{ "a/b/c:T_1.x-y", "docker.io/a/b/c:T_1.x-y", "a/b/c:T_1.x-y" },
		{ "localhost/a", "localhost/a:latest", "localhost/a:latest" },
		{ "localhost:5000/a:1", "localhost:5000/a:1", "localhost:5000/a:1" },
		{ "Host/a", "Host/a:latest", "Host/a:latest" },
		{ "a:5000", "docker.io/library/a:5000", "a:5000" },
		{ "ghcr.io/a__b/c---d/e.f_g", "ghcr.io/a__b/c---d/e.f_g:latest",
		  "ghcr.io/a__b/c---d/e.f_g:latest" },
		{ "[::1]:5000/a", "[::1]:5000/a:latest", "[::1]:5000/a:latest" },
		{ "[fe80::1]/a", "[fe80::1]/a:latest", "[fe80::1]/a:latest" },
		{ "a@" DIGEST, "docker.io/library/a@" DIGEST, "a@" DIGEST },
		{ "a:t@" DIGEST, "docker.io/library/a:t@" DIGEST, "a:t@" DIGEST },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char full[IMAGE_REF_SIZE], familiar[IMAGE_REF_SIZE];
		struct image_ref ref, again;
		struct err e;

		if (image_ref_parse(rows[i].text, &ref, &e) < 0)
			fail_msg("%s", e.text);
		image_ref_full(&ref, full);
		image_ref_familiar(&ref, familiar);
		assert_string_equal(full, rows[i].full);
		assert_string_equal(familiar, rows[i].familiar);
		/* Both spellings mean the same again. */
		assert_int_equal(image_ref_parse(full, &again, &e), 0);
		assert_memory_equal(&ref, &again, sizeof ref);
		assert_int_equal(image_ref_parse(familiar, &again, &e), 0);
		assert_memory_equal(&ref, &again, sizeof ref);
	}
}

static void malformed_names_are_refused(void **state)
{
	static const char *const rows[] = {
		"",
		" ",
		"a ",
		"A",
		"a/B",
		"/a",
		"a/",
		"a//b",
		"-a",
		"a-",
		"a..b",
		"a___b",
		"_a",
		"a.",
		"a:",
		"a:.t",
		"a:-t",
		"a:t/u",
		"a:t t",
		"a:" X63 X63 "xxx",
		":t",
		"@" DIGEST,
		"a@",
		HEX,
		"a@" HEX,
		"a@sha256:0123",
		"a@" DIGEST "0",
		"a@SHA256:" HEX,
		"a@sha512:" HEX HEX,
		"a@sha256:0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef",
		"host:99999999/a",
		"host:/a",
		"-h.io/a",
		"h-.io/a",
		"a..io/b",
		"[::1/a",
		"[]/a",
		"../a",
		"a/../b",
		"a\nb",
		"a:\x7f",
		"ü",
		X63 "/" X63 "/" X63 "/" X63,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct image_ref ref;
		struct err e = {};

		if (image_ref_parse(rows[i], &ref, &e) == 0)
			fail_msg("taken: %s", rows[i]);
		assert_int_equal(e.code, ERR_USAGE);
	}
}

static void names_to_give_have_no_digest_and_look_like_no_id(void **state)
{
	struct image_ref ref;
	struct err e;

	(void)state;
	assert_int_equal(image_ref_parse_name("a:t", &ref, &e), 0);
	assert_int_equal(image_ref_parse_name("a@" DIGEST, &ref, &e), -1);
	assert_int_equal(image_ref_parse_name(DIGEST, &ref, &e), -1);
	assert_int_equal(image_ref_parse_name("sha256:abc", &ref, &e), -1);
}

static void the_longest_names_fit(void **state)
{
	struct image_ref ref;
	struct err e;
	char text[300];

	(void)state;
	memset(text, 'x', sizeof text);
	text[255 - strlen("docker.io/library/")] = '\0';
	assert_int_equal(image_ref_parse(text, &ref, &e), 0);
	assert_int_equal(strlen(ref.repository), 255);
	text[255 - strlen("docker.io/library/")] = 'x';
	text[256 - strlen("docker.io/library/")] = '\0';
	assert_int_equal(image_ref_parse(text, &ref, &e), -1);
}

static void chain_ids_follow_the_specification(void **state)
{
	/* sha256 of "DIGEST DIGEST", by another program */
	static const char expected[] =
		"sha256:ccdf9b58ee7087c8f4415f1c3e98945bf64a4cd9920de109ec94d64947636830";
	char one[DIGEST_SIZE], two[DIGEST_SIZE];

	(void)state;
	digest_chain(NULL, DIGEST, one);
	assert_string_equal(one, DIGEST);
	digest_chain(one, DIGEST, two);
	assert_string_equal(two, expected);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_completed_and_shortened),
		cmocka_unit_test(malformed_names_are_refused),
		cmocka_unit_test(names_to_give_have_no_digest_and_look_like_no_id),
		cmocka_unit_test(the_longest_names_fit),
		cmocka_unit_test(chain_ids_follow_the_specification),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
