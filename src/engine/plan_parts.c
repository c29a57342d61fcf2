/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/plan_parts.h"

#include <stdarg.h>
#include <stdio.h>

#define LINE_MAX_BYTES 1024

static struct plan_line *add_line(struct planning *p, struct plan_topic topic)
{
	struct plan_line *line = &ARENA_PUSH(p->arena, p->plan->lines, p->plan->n_lines);

	*line = (struct plan_line){
		.kind = topic.kind,
		.setting = topic.setting,
		.origin = settings_origin_text(&p->plan->origin, topic.setting),
	};
	return line;
}

void plan_say(struct planning *p, struct plan_topic topic, const char *format, ...)
{
	char text[LINE_MAX_BYTES];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	add_line(p, topic)->text = arena_strdup(p->arena, text);
}

void plan_miss(struct planning *p, enum setting s, const char *what, struct plan_cause cause)
{
	struct plan_line *line = add_line(p, (struct plan_topic){ PLAN_MISSING, s });

	line->text = what;
	line->cause = cause;
}

void plan_imply(struct planning *p, enum setting s, enum setting by)
{
	struct settings_origin *o = &p->plan->origin;

	if (o->of[s] != ORIGIN_DEFAULT)
		return;
	o->of[s] = ORIGIN_IMPLIED;
	o->implied_by[s] = (uint8_t)by;
}

int plan_refuse(struct err *e, const char *what, struct plan_cause cause)
{
	err_set(e, ERR_UNENFORCED, "%s: %s", what, cause.why);
	return cause.mend && *cause.mend ? err_hint(e, "%s", cause.mend) : -1;
}
