/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/cgroup_quota.h"

#define DEFAULT_PERIOD_USEC 100000
#define PERCENT_USEC	    10000 /* of a second */
#define SECOND_USEC	    1000000

int64_t cgroup_quota_in_percent(int64_t quota_usec, uint64_t period_usec)
{
	unsigned __int128 per_second;

	if (quota_usec <= 0)
		return quota_usec;
	if (!period_usec)
		period_usec = DEFAULT_PERIOD_USEC;
	per_second = (unsigned __int128)quota_usec * SECOND_USEC / period_usec;
	if (per_second % PERCENT_USEC == 0)
		return quota_usec;
	per_second = (per_second / PERCENT_USEC + 1) * PERCENT_USEC;
	per_second = per_second * period_usec / SECOND_USEC;
	return per_second > INT64_MAX ? quota_usec : (int64_t)per_second;
}
