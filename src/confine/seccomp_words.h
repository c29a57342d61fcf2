/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of profiles, as libseccomp and the OCI specification have them, and what the kernel calls
 * them. In alphabetic order, with a NULL name at the end. Pure.
 */
#pragma once

#include <stdint.h>

struct seccomp_word {
	const char *name;
	uint32_t value;
};

extern const struct seccomp_word seccomp_actions[];   /* SECCOMP_RET_* without data */
extern const struct seccomp_word seccomp_operators[]; /* enum seccomp_compare */
extern const struct seccomp_word seccomp_flags[];     /* SECCOMP_FILTER_FLAG_* */

/* NULL: no such word. */
const struct seccomp_word *seccomp_word_find(const struct seccomp_word *table, const char *name);
