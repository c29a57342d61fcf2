/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The names of Linux capabilities: capabilities(7), include/uapi/linux/capability.h. A set is a
 * word with bit 1 << number. Pure but for capability_all(); async-signal-safe.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define CAPABILITY_COUNT 41
#define CAPABILITY_ALL	 ((1ULL << CAPABILITY_COUNT) - 1)

/* "CAP_NET_RAW", or NULL for a number that has no name. */
const char *capability_name(unsigned number);
/* "CAP_CHOWN, CAP_KILL", cut off where there is no room for a whole name. */
void capability_names_join(uint64_t set, char *ret, size_t size);
/* Those that have a name here and that this kernel knows. */
uint64_t capability_all(void);
