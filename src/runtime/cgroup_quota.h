/* SPDX-License-Identifier: Apache-2.0 */
/* A CPU limit as systemd keeps it. Pure. */
#pragma once

#include <stdint.h>

/*
 * systemd keeps a CPU limit in whole percents of one processor. Rounds a quota (microseconds in a
 * period; period 0 is the kernel's default) up to that, so that the file and systemd say the same.
 */
int64_t cgroup_quota_in_percent(int64_t quota_usec, uint64_t period_usec);
