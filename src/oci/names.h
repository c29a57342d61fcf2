/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables of words: what the document may say and what the kernel calls it. The parser looks words up,
 * `features` prints them. Tables end with a NULL name. Pure.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct oci_name {
	const char *name;
	uint64_t value;
};

/* NULL: no such word. */
const struct oci_name *oci_name_find(const struct oci_name *table, const char *word);
