/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/plan.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "engine/plan_parts.h"

#define LINE_MAX_BYTES 1024

static struct plan_line *add_line(struct planning *p, enum plan_kind kind, enum setting s)
{
	struct plan_line *line = &ARENA_PUSH(p->arena, p->plan->lines, p->plan->n_lines);

	*line = (struct plan_line){
		.kind = kind,
		.setting = s,
		.origin = settings_origin_text(&p->plan->origin, s),
	};
	return line;
}

void plan_say(struct planning *p, enum plan_kind kind, enum setting s, const char *format, ...)
{
	char text[LINE_MAX_BYTES];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	add_line(p, kind, s)->text = arena_strdup(p->arena, text);
}

void plan_miss(struct planning *p, enum setting s, const char *what, const char *why,
	       const char *mend)
{
	struct plan_line *line = add_line(p, PLAN_MISSING, s);

	line->text = what;
	line->note = mend && *mend ? arena_printf(p->arena, "%s; %s", why, mend) : why;
}

void plan_imply(struct planning *p, enum setting s, enum setting by)
{
	struct settings_origin *o = &p->plan->origin;

	if (o->of[s] != ORIGIN_DEFAULT)
		return;
	o->of[s] = ORIGIN_IMPLIED;
	o->implied_by[s] = (uint8_t)by;
}

int plan_refuse(struct err *e, const char *what, const char *why, const char *mend)
{
	err_set(e, ERR_UNENFORCED, "%s: %s", what, why);
	return mend && *mend ? err_hint(e, "%s", mend) : -1;
}

static int (*const parts[])(struct planning *p, struct err *e) = {
	plan_namespaces,  plan_process, plan_capabilities, plan_privileges,
	plan_confinement, plan_mounts,	plan_limits,
};

int plan_make(const struct plan_input *in, struct arena *a, struct plan *ret, struct err *e)
{
	struct plan plan = { .origin = in->config->origin };
	struct planning p = {
		.in = in,
		.config = in->config,
		.host = in->host,
		.arena = a,
		.plan = &plan,
		.spec = &plan.spec,
	};

	plan.spec.id = in->id;
	plan.spec.cgroup = in->cgroup;
	plan.spec.rootfs = *in->rootfs;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (parts[i](&p, e) < 0)
			return -1;
	}
	*ret = plan;
	return 0;
}
