/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/signals.h"

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/parse.h"

/* The kernel's range; the C library keeps the first two real-time signals for itself. */
#define RTMIN_NUMBER 34
#define RTMAX_NUMBER 64

static int real_time(const char *text)
{
	int from_min = !strncasecmp(text, "RTMIN", 5);
	int sign = from_min ? 1 : -1;
	struct err ignored;
	uint64_t offset = 0;

	text += 5;
	if (*text && (*text != (from_min ? '+' : '-') ||
		      parse_uint(text + 1, RTMAX_NUMBER - RTMIN_NUMBER, &offset, &ignored) < 0))
		return -1;
	return (from_min ? RTMIN_NUMBER : RTMAX_NUMBER) + sign * (int)offset;
}

int signal_number(const char *text)
{
	struct err ignored;
	uint64_t number;

	if (parse_uint(text, RTMAX_NUMBER, &number, &ignored) == 0)
		return number ? (int)number : -1;
	if (!strncasecmp(text, "SIG", 3))
		text += 3;
	if (!strncasecmp(text, "RTMIN", 5) || !strncasecmp(text, "RTMAX", 5))
		return real_time(text);
	for (int s = 1; s < 32; s++) {
		const char *name = sigabbrev_np(s);

		if (name && !strcasecmp(name, text))
			return s;
	}
	return -1;
}
