/* SPDX-License-Identifier: Apache-2.0 */
/* engine/restart.h: who is started again, and how soon. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "engine/restart.h"

#define SECOND INT64_C(1000000)

static void decides_by_policy(void **state)
{
	static const struct {
		struct config_restart policy;
		struct restart_end end;
		int64_t delay_usec;
	} rows[] = {
		{ { RESTART_NO, 0 }, { .exit_code = 1 }, -1 },
		{ { RESTART_ALWAYS, 0 }, { .exit_code = 0 }, 100000 },
		{ { RESTART_ALWAYS, 0 }, { .exit_code = 137 }, 100000 },
		{ { RESTART_ALWAYS, 0 }, { .stopped_by_user = 1 }, -1 },
		{ { RESTART_UNLESS_STOPPED, 0 }, { .exit_code = 0 }, 100000 },
		{ { RESTART_UNLESS_STOPPED, 0 }, { .stopped_by_user = 1 }, -1 },
		{ { RESTART_ON_FAILURE, 0 }, { .exit_code = 0 }, -1 },
		{ { RESTART_ON_FAILURE, 0 }, { .exit_code = 1, .restarts = 1000 }, 100000 },
		{ { RESTART_ON_FAILURE, 3 }, { .exit_code = 1, .restarts = 2 }, 100000 },
		{ { RESTART_ON_FAILURE, 3 }, { .exit_code = 1, .restarts = 3 }, -1 },
		{ { RESTART_ON_FAILURE, 3 }, { .exit_code = 1, .stopped_by_user = 1 }, -1 },
		/* doubling, up to a minute; a good run starts over */
		{ { RESTART_ALWAYS, 0 }, { .last_delay_usec = 100000 }, 200000 },
		{ { RESTART_ALWAYS, 0 }, { .last_delay_usec = 51200000 }, 60 * SECOND },
		{ { RESTART_ALWAYS, 0 }, { .last_delay_usec = 60 * SECOND }, 60 * SECOND },
		{ { RESTART_ALWAYS, 0 },
		  { .last_delay_usec = 60 * SECOND, .ran_usec = 10 * SECOND - 1 },
		  60 * SECOND },
		{ { RESTART_ALWAYS, 0 },
		  { .last_delay_usec = 60 * SECOND, .ran_usec = 10 * SECOND },
		  100000 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(restart_delay_usec(&rows[i].policy, &rows[i].end),
				 rows[i].delay_usec);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(decides_by_policy) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
