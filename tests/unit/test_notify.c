/* SPDX-License-Identifier: Apache-2.0 */
/* runtime/notify.h: what of a container's messages goes on to its supervisor. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/mem.h"
#include "runtime/notify.h"

static const struct {
	const char *said, *goes_on;
	int ready;
} rows[] = {
	{ "READY=1", "READY=1", 1 },
	{ "READY=1\n", "READY=1", 1 },
	{ "STATUS=a b\nREADY=1\nMAINPID=5", "STATUS=a b\nREADY=1", 1 },
	{ "READY=0", "" },
	{ "READY=10", "" },
	{ " READY=1", "" },
	{ "READY=1\nREADY=1\nSTATUS=a\nSTATUS=b", "READY=1\nSTATUS=a", 1 },
	{ "STOPPING=1\nWATCHDOG=1", "STOPPING=1\nWATCHDOG=1" },
	{ "WATCHDOG=trigger", "" },
	{ "RELOADING=1\nMONOTONIC_USEC=12345", "RELOADING=1\nMONOTONIC_USEC=12345" },
	{ "ERRNO=-1\nERRNO=\nERRNO=2x", "" },
	{ "ERRNO=2\nMONOTONIC_USEC=123456789012345678901", "ERRNO=2" },
	{ "STATUS=\xc3\xa9t\xc3\xa9", "STATUS=\xc3\xa9t\xc3\xa9" },
	{ "STATUS=\xc3\nSTATUS=\xff", "" },
	{ "STATUS=\x1b[31mred", "" },
	{ "STATUS=", "STATUS=" },
	{ "NOTIFYACCESS=all\nMAINPIDFD=1\nFDSTORE=1\nFDNAME=x\nBARRIER=1\nWATCHDOG_USEC=1", "" },
	{ "EXTEND_TIMEOUT_USEC=5\nBUSERROR=a\nX_MINE=1\nready=1", "" },
	{ "", "" },
	{ "\n\n\n", "" },
};

static void only_what_is_on_the_list_goes_on(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct notify_lines lines;

		print_message("# %s\n", rows[i].said);
		notify_filter(rows[i].said, strlen(rows[i].said), &lines);
		assert_string_equal(lines.text, rows[i].goes_on);
		assert_int_equal(lines.n, strlen(rows[i].goes_on));
		assert_int_equal(lines.ready, rows[i].ready);
	}
}

static void a_message_ends_where_it_ends(void **state)
{
	static const char with_zero[] = "STATUS=a\0b\nREADY=1";
	char full[NOTIFY_BYTES_MAX];
	struct notify_lines lines;

	(void)state;
	notify_filter("READY=12", strlen("READY=1"), &lines);
	assert_int_equal(lines.ready, 1);
	notify_filter(with_zero, sizeof with_zero - 1, &lines);
	assert_string_equal(lines.text, "READY=1");
	memset(full, 'x', sizeof full);
	memcpy(full, "STATUS=", strlen("STATUS="));
	notify_filter(full, sizeof full, &lines);
	assert_int_equal(lines.n, 0);
	notify_filter(full, strlen("STATUS=") + NOTIFY_STATUS_MAX, &lines);
	assert_int_equal(lines.n, strlen("STATUS=") + NOTIFY_STATUS_MAX);
	notify_filter(full, strlen("STATUS=") + NOTIFY_STATUS_MAX + 1, &lines);
	assert_int_equal(lines.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_is_on_the_list_goes_on),
		cmocka_unit_test(a_message_ends_where_it_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
