/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/restart.h"

#define FIRST_DELAY_USEC   INT64_C(100000)
#define LARGEST_DELAY_USEC INT64_C(60000000)
#define GOOD_RUN_USEC	   INT64_C(10000000)

static int wants_restart(const struct config_restart *policy, const struct restart_end *end)
{
	switch (policy->kind) {
	case RESTART_NO:
		return 0;
	case RESTART_ALWAYS:
	case RESTART_UNLESS_STOPPED: /* differs only in what happens when the host starts */
		return 1;
	case RESTART_ON_FAILURE:
		return end->exit_code != 0 && (!policy->maximum || end->restarts < policy->maximum);
	}
	return 0;
}

int64_t restart_delay_usec(const struct config_restart *policy, const struct restart_end *end)
{
	int64_t delay;

	if (end->stopped_by_user || !wants_restart(policy, end))
		return -1;
	if (!end->last_delay_usec || end->ran_usec >= GOOD_RUN_USEC)
		return FIRST_DELAY_USEC;
	delay = end->last_delay_usec * 2;
	return delay > LARGEST_DELAY_USEC ? LARGEST_DELAY_USEC : delay;
}
