/* SPDX-License-Identifier: Apache-2.0 */
#include "base/signals.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/parse.h"

/*
 * The kernel's numbers: libc keeps 32 and 33 for itself, so its SIGRTMIN is 34; that is what Docker
 * and kill(1) mean by RTMIN, too.
 */
#define RT_FIRST 34
#define RT_LAST	 64

static int parse_realtime(const char *name)
{
	int base = !strncasecmp(name, "RTMIN", 5) ? RT_FIRST : RT_LAST;
	char sign = base == RT_FIRST ? '+' : '-';
	struct err ignored;
	uint64_t distance;

	if (!name[5])
		return base;
	if (name[5] != sign || parse_uint(name + 6, RT_LAST - RT_FIRST, &distance, &ignored) < 0)
		return -1;
	return base == RT_FIRST ? base + (int)distance : base - (int)distance;
}

static int parse_name(const char *name)
{
	if (!strncasecmp(name, "SIG", 3))
		name += 3;
	if (!strncasecmp(name, "RTMIN", 5) || !strncasecmp(name, "RTMAX", 5))
		return parse_realtime(name);
	for (int i = 1; i < RT_FIRST; i++) {
		const char *known = sigabbrev_np(i);

		if (known && !strcasecmp(name, known))
			return i;
	}
	return -1;
}

int signals_parse(const char *text, struct err *e)
{
	struct err ignored;
	uint64_t number;
	int signal = -1;

	if (parse_uint(text, RT_LAST, &number, &ignored) == 0)
		signal = number ? (int)number : -1;
	else
		signal = parse_name(text);
	if (signal < 0)
		return err_set(e, ERR_USAGE, "\"%s\" is not a signal such as SIGTERM or 15", text);
	return signal;
}

void signals_format(int signal, char *out)
{
	const char *name = signal < RT_FIRST ? sigabbrev_np(signal) : NULL;

	if (name)
		snprintf(out, SIGNALS_TEXT_SIZE, "SIG%s", name);
	else if (signal >= RT_FIRST && signal <= RT_LAST)
		snprintf(out, SIGNALS_TEXT_SIZE, "SIGRTMIN+%d", signal - RT_FIRST);
	else
		snprintf(out, SIGNALS_TEXT_SIZE, "%d", signal);
}
