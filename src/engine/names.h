/* SPDX-License-Identifier: Apache-2.0 */
/* Names for containers that were given none: two words from the life of ships. */
#pragma once

#include <stddef.h>

#define NAMES_SIZE 40

/* "brisk_halyard"; attempt > 0 adds a number. `out` has NAMES_SIZE bytes. */
void names_make(unsigned attempt, char *out);
