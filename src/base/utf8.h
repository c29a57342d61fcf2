/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 (RFC 3629): what a container prints or a file is called may be anything else. */
#pragma once

#include <stddef.h>

#include "base/text.h"

/* Length of the valid sequence at the start of s, 1..4, or 0 when it is none (or cut at n). */
size_t utf8_sequence(const char *s, size_t n);
/* Adds the bytes with each one that isn't part of a valid sequence replaced by U+FFFD. */
void utf8_add_clean(struct text *t, const char *s, size_t n);
