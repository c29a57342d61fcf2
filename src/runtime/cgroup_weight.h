/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CPU shares of v1 (2 … 262144, default 1024), which the OCI specification has, as the weight of v2
 * (1 … 10000, default 100). Pure. The curve runs through both ends and through the default, and is the
 * one that runc and crun have used since 2025; the straight line before it made of the default
 * a 39.
 */
#pragma once

#include <stdint.h>

uint64_t cgroup_weight_of_shares(uint64_t shares);
/*
 * systemd keeps a CPU limit in whole percents of one processor. Rounds a quota (microseconds in a
 * period; period 0 is the kernel's default) up to that, so that the file and systemd say the same.
 */
int64_t cgroup_quota_in_percent(int64_t quota_usec, uint64_t period_usec);
