/* SPDX-License-Identifier: Apache-2.0 */
/* What a file shows after a value was written. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/cgroup_settings.h"

/* CPU and memory node numbers in a list; CONFIG_NR_CPUS ends at 8192. */
#define LIST_NUMBERS_MAX 8192

/* "0-2,5" into bits; 0 when it isn't such a list. */
static int list_parse(const char *text, uint8_t bits[LIST_NUMBERS_MAX / 8])
{
	while (*text && *text != '\n') {
		char *end;
		unsigned long from = strtoul(text, &end, 10), to = from;

		if (end == text)
			return 0;
		if (*end == '-') {
			text = end + 1;
			to = strtoul(text, &end, 10);
			if (end == text)
				return 0;
		}
		if (from > to || to >= LIST_NUMBERS_MAX)
			return 0;
		for (; from <= to; from++)
			bits[from / 8] |= (uint8_t)(1U << from % 8);
		text = *end == ',' ? end + 1 : end;
		if (*end && *end != ',' && *end != '\n')
			return 0;
	}
	return 1;
}

static int list_equal(const char *a, const char *b)
{
	uint8_t bits[2][LIST_NUMBERS_MAX / 8] = {};

	return list_parse(a, bits[0]) && list_parse(b, bits[1]) &&
	       !memcmp(bits[0], bits[1], sizeof(bits[0]));
}

int cgroup_setting_holds(const struct cgroup_setting *s, const char *read_back)
{
	long long asked, got;

	switch (s->echo) {
	case CGROUP_ECHO_LIST:
		return list_equal(s->value, read_back);
	case CGROUP_ECHO_PAGES:
		asked = strtoll(s->value, NULL, 10);
		got = strtoll(read_back, NULL, 10);
		return got <= asked && asked - got < sysconf(_SC_PAGESIZE);
	case CGROUP_ECHO_NONE:
		break;
	}
	return 1;
}
