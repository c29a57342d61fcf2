/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of CPUs or memory nodes as the kernel and the OCI specification write them: "0-3,7".
 * Pure; async-signal-safe.
 */
#pragma once

#include <stddef.h>

#include "base/err.h"

#define NUMBER_LIST_BITS 8192 /* as many CPUs as the kernel can be built for */

struct number_list {
	unsigned long words[NUMBER_LIST_BITS / (8 * sizeof(unsigned long))];
	size_t n;    /* how many are in it */
	size_t last; /* the greatest */
};

/*
 * The whole text must match; an empty one, a descending range and a number above `max`
 * (< NUMBER_LIST_BITS) are errors that begin with `what`.
 */
int number_list_parse(const char *text, size_t max, const char *what, struct number_list *ret,
		      struct err *e);
