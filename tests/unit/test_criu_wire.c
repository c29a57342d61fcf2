/* SPDX-License-Identifier: Apache-2.0 */
/* oci/criu_wire.h: requests byte by byte, answers, and what CRIU would never say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "oci/criu_wire.h"

#define BYTES(s) (s), sizeof(s) - 1

static void requests_are_protocol_buffers(void **state)
{
	cleanup_by(text_free) struct text options = {}, request = {};
	static const char wanted[] =
		"\x08\x02"	     /* type = RESTORE */
		"\x12\x1b"	     /* opts: */
		"\x08\x07"	     /* images_dir_fd = 7 */
		"\x48\xac\x02"	     /* log_level = 300 */
		"\x6a\x02/r"	     /* root = "/r" */
		"\xba\x01\x07"	     /* ext_mnt: */
		"\x0a\x02/a\x12\x01" /* key = "/a", val = "b" */
		"b"
		"\xda\x01\x05\x0a\x01k\x10\x04"; /* inherit_fd: key = "k", fd = 4 */

	(void)state;
	criu_put_number(&options, CRIU_IMAGES_DIR_FD, 7);
	criu_put_number(&options, CRIU_LOG_LEVEL, 300);
	criu_put_string(&options, CRIU_ROOT, "/r");
	criu_put_pair(&options, CRIU_EXT_MNT, "/a", "b");
	criu_put_inherited(&options, "k", 4);
	criu_make_request(&request, CRIU_RESTORE, &options);
	assert_int_equal(request.n, sizeof wanted - 1);
	assert_memory_equal(request.s, wanted, sizeof wanted - 1);
}

static void a_notification_is_acknowledged_or_not(void **state)
{
	cleanup_by(text_free) struct text yes = {}, no = {}, features = {};

	(void)state;
	criu_make_acknowledgement(&yes, 1);
	criu_make_acknowledgement(&no, 0);
	criu_make_feature_request(&features);
	assert_memory_equal(yes.s, "\x08\x06\x18\x01", 4);
	assert_memory_equal(no.s, "\x08\x06\x18\x00", 4);
	assert_memory_equal(features.s, "\x08\x09\x2a\x04\x08\x01\x10\x01", 8);
}

static void answers_are_read(void **state)
{
	struct criu_answer a;
	struct err e;

	(void)state;
	/* A notification, with a field that nobody knows. */
	assert_int_equal(criu_read_answer(BYTES("\x08\x06\x10\x01\x2a\x08\x0a\x03now\x10\xac\x02"
						"\xfa\x06\x01x"),
					  &a, &e),
			 0);
	assert_int_equal(a.kind, CRIU_NOTIFY);
	assert_true(a.success);
	assert_string_equal(a.script, "now");
	assert_int_equal(a.pid, 300);
	/* A restored process. */
	assert_int_equal(criu_read_answer(BYTES("\x08\x02\x10\x01\x22\x02\x08\x05"), &a, &e), 0);
	assert_int_equal(a.pid, 5);
	/* A failure, a number of 32 and one of 64 bits that nobody asked for. */
	assert_int_equal(criu_read_answer(BYTES("\x08\x01\x10\x00\x38\x02\x4a\x02no"
						"\xf5\x06"
						"1234\xf1\x06"
						"12345678"),
					  &a, &e),
			 0);
	assert_false(a.success);
	assert_int_equal(a.error, 2);
	assert_string_equal(a.error_text, "no");
	assert_int_equal(
		criu_read_answer(BYTES("\x08\x09\x10\x01\x42\x04\x08\x01\x10\x00"), &a, &e), 0);
	assert_true(a.tracks_memory);
	assert_false(a.has_lazy_pages);
}

static void long_texts_are_cut(void **state)
{
	char bytes[3 + 300] = { 0x4a, (char)0xac, 0x02 }; /* 300 */
	struct criu_answer a;
	struct err e;

	(void)state;
	memset(bytes + 3, 'x', 300);
	assert_int_equal(criu_read_answer(bytes, sizeof bytes, &a, &e), 0);
	assert_int_equal(strlen(a.error_text), sizeof a.error_text - 1);
}

static void nonsense_is_refused(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
	} cases[] = {
		{ BYTES("\x08") },     /* no value */
		{ BYTES("\x08\xff") }, /* goes on, and ends */
		{ BYTES("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01") }, /* too long */
		{ BYTES("\x4a\x05no") },			       /* shorter than it says */
		{ BYTES("\x4a\xff\xff\xff\xff\xff\xff\xff\xff\x7f") }, /* huge */
		{ BYTES("\x0b") },				       /* a group */
		{ BYTES("\x2a\x02\x0a\x09") },			       /* inside */
		{ BYTES("\x42\x01\x08") },			       /* inside */
		{ BYTES("\xf5\x06"
			"123") }, /* 32 bits */
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct criu_answer a;
		struct err e = {};

		assert_int_equal(criu_read_answer(cases[i].bytes, cases[i].n, &a, &e), -1);
		assert_int_equal(e.code, ERR_INVALID);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_are_protocol_buffers),
		cmocka_unit_test(a_notification_is_acknowledged_or_not),
		cmocka_unit_test(answers_are_read),
		cmocka_unit_test(long_texts_are_cut),
		cmocka_unit_test(nonsense_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
