/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Golden files: tests/golden/NAME.txt holds cases that read as a session. A line that begins with
 * "$ " is a case, the lines below it that begin with four spaces are the answer, all else is for
 * the reader and kept. A case is added by adding its "$ " line and running
 *
 *	CALE_GOLDEN_UPDATE=1 meson test -C build NAME
 *
 * which rewrites the file; the difference is then read and judged like any other change.
 */
#pragma once

#include "base/text.h"

/* `words` is the case, split like a shell does at blanks outside of quotes; NULL-terminated. */
typedef void golden_answer(char **words, struct text *answer);

/* Fails the test at the first line that differs. */
void golden_check(const char *name, golden_answer *answer);
