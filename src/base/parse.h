/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strict parsing of the small notations that flags, images and kernel files use. The whole string
 * must match: no leading or trailing space, no sign unless said, no overflow. Pure.
 */
#pragma once

#include <stdint.h>

#include "base/err.h"

/* Decimal digits only, 0 ≤ value ≤ max. No "+", no "0x", no leading space. */
int parse_uint(const char *text, uint64_t max, uint64_t *ret, struct err *e);
/* As above with an optional "-". */
int parse_int(const char *text, int64_t min, int64_t max, int64_t *ret, struct err *e);
/* Docker's sizes: digits, optional fraction, optional unit b k m g t (also kb, KiB …); 1024-based. */
int parse_size(const char *text, int64_t *ret_bytes, struct err *e);
/* Docker's --cpus: "1.5" in 1/1,000,000,000 CPU. */
int parse_nano_cpus(const char *text, int64_t *ret_nanos, struct err *e);
/* Go durations ("300ms", "1.5h", "2h45m") or plain seconds, in microseconds. */
int parse_duration_usec(const char *text, int64_t *ret_usec, struct err *e);
/* Docker's booleans: 1 t true 0 f false (any usual case). */
int parse_bool(const char *text, int *ret, struct err *e);
