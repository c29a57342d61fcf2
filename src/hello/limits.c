/* SPDX-License-Identifier: Apache-2.0 */
#include "hello/sections.h"

#include <sys/resource.h>

static const struct {
	const char *name;
	int resource;
	bool guards_host; /* without a limit, the process can hurt others with it */
} limits[] = {
	{ "core", RLIMIT_CORE, true },	       { "nofile", RLIMIT_NOFILE, true },
	{ "nproc", RLIMIT_NPROC, true },       { "memlock", RLIMIT_MEMLOCK, true },
	{ "msgqueue", RLIMIT_MSGQUEUE, true }, { "rtprio", RLIMIT_RTPRIO, true },
	{ "fsize", RLIMIT_FSIZE, false },      { "as", RLIMIT_AS, false },
	{ "stack", RLIMIT_STACK, false },      { "cpu", RLIMIT_CPU, false },
};

static struct value limit_value(rlim_t limit)
{
	return limit == RLIM_INFINITY ? value_text("unlimited") : value_number((int64_t)limit);
}

void limits_read(struct report *r)
{
	static const char *const columns[] = { "resource", "soft", "hard" };
	struct section *s = report_table(r, "limits", columns, ARRAY_SIZE(columns));

	for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
		struct rlimit limit;
		enum verdict verdict = PLAIN;

		if (getrlimit(limits[i].resource, &limit) < 0)
			continue;
		if (limit.rlim_max == 0)
			verdict = CONFINED;
		else if (limit.rlim_max == RLIM_INFINITY && limits[i].guards_host)
			verdict = OPEN;
		section_row(s, verdict,
			    (const struct value[]){ value_text(limits[i].name),
						    limit_value(limit.rlim_cur),
						    limit_value(limit.rlim_max) });
	}
}
