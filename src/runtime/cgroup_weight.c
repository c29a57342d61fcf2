/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/cgroup_weight.h"

#define SHARES_MIN 2
#define SHARES_MAX 262144
#define WEIGHT_MIN 1
#define WEIGHT_MAX 10000

#define DEFAULT_PERIOD_USEC 100000
#define PERCENT_USEC	    10000 /* of a second */
#define SECOND_USEC	    1000000

#define LOG2_OF_10    3.321928094887362
#define LOG_OF_2      0.6931471805599453
#define FRACTION_BITS 48
#define TAYLOR_TERMS  20
/* Far below the distance of any weight from a whole number that isn't one, above our own error. */
#define ROUNDING_ERROR 1e-7

/* For 1 ≤ v < 2^63. The program holds no mathematics library; this is bit by bit. */
static double log2_of(double v)
{
	double result = 0, bit = 1;

	while (v >= 2) {
		v /= 2;
		result += 1;
	}
	for (int i = 0; i < FRACTION_BITS; i++) {
		bit /= 2;
		v *= v;
		if (v >= 2) {
			v /= 2;
			result += bit;
		}
	}
	return result;
}

/* 2^x for 0 ≤ x < 60. */
static double power_of_2(double x)
{
	double whole = 1, sum = 1, term = 1;

	while (x >= 1) {
		x -= 1;
		whole *= 2;
	}
	for (int i = 1; i <= TAYLOR_TERMS; i++) {
		term *= x * LOG_OF_2 / i;
		sum += term;
	}
	return whole * sum;
}

uint64_t cgroup_weight_of_shares(uint64_t shares)
{
	double l, exponent, weight;
	uint64_t whole;

	if (shares <= SHARES_MIN)
		return WEIGHT_MIN;
	if (shares >= SHARES_MAX)
		return WEIGHT_MAX;
	l = log2_of((double)shares);
	exponent = (l * l + 125 * l) / 612 - 7.0 / 34;
	weight = power_of_2(exponent * LOG2_OF_10) - ROUNDING_ERROR;
	whole = (uint64_t)weight;
	return (double)whole < weight ? whole + 1 : whole;
}

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
