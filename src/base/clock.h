/* SPDX-License-Identifier: Apache-2.0 */
/* Wall-clock times as RFC 3339 text in UTC with nanoseconds, as Docker and OCI records hold them. */
#pragma once

#include <stdint.h>

#include "base/err.h"

#define CLOCK_TEXT_SIZE sizeof "2026-01-02T15:04:05.123456789Z"
/* Docker's "no time": what inspect shows for FinishedAt of a container that still runs. */
#define CLOCK_ZERO "0001-01-01T00:00:00Z"

int64_t clock_now_nsec(void);	    /* since 1970 */
int64_t clock_monotonic_usec(void); /* for time-outs */
/* `nsec` since 1970, not negative; `out` has CLOCK_TEXT_SIZE bytes. No allocation. */
void clock_format(int64_t nsec, char *out);
/*
 * RFC 3339 with any offset and fraction, a date, "2006-01-02T15:04[:05]" (UTC), seconds since 1970
 * with an optional fraction, or a Go duration back from now ("10m").
 */
int clock_parse(const char *text, int64_t *ret_nsec, struct err *e);
/* "About a minute", "2 hours": Docker's words for a span; `out` has 32 bytes. */
void clock_human_span(int64_t nsec, char *out);
