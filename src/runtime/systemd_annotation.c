/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/systemd_annotation.h"

#include <string.h>

#include "runtime/gvariant_text.h"
#include "runtime/systemd_name.h"

#define PREFIX		"org.systemd.property."
#define SECOND_USEC	1000000
#define DAY_USEC	(UINT64_C(86400) * SECOND_USEC)
#define SIGNAL_MAX	64
#define DESCRIPTION_MAX 256

/*
 * What may be set, each with its type at systemd, and why it does no harm to others. Numbers are
 * bounded; a string is one of the words or, without words, printable and short; a list holds names
 * of units.
 */
static const struct row {
	const char *name;
	enum systemd_type type;
	uint64_t min, max;
	const char *words[4];
} rows[] = {
	/* Only an order, should both be started or stopped at once. Its opposite, Before=, could make
	 * systemd drop somebody else's job to break a circle. */
	{ "After", SYSTEMD_STRINGS },
	{ "CollectMode", SYSTEMD_STRING, .words = { "inactive", "inactive-or-failed" } },
	{ "DefaultDependencies", SYSTEMD_BOOL },
	{ "Description", SYSTEMD_STRING },
	{ "KillSignal", SYSTEMD_I32, 1, SIGNAL_MAX },
	{ "OOMPolicy", SYSTEMD_STRING, .words = { "continue", "stop", "kill" } },
	{ "RuntimeMaxUSec", SYSTEMD_U64, 0, UINT64_MAX - 1 },
	{ "SendSIGHUP", SYSTEMD_BOOL },
	/* Bounded: a shutdown of the host waits for it. */
	{ "TimeoutStopUSec", SYSTEMD_U64, 0, DAY_USEC },
};

static const struct row *find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!strcmp(name, rows[i].name))
			return &rows[i];
	}
	return NULL;
}

/* systemd documents "TimeoutStopSec" and calls it "TimeoutStopUSec" here: both are understood. */
static int is_seconds(const char *name)
{
	size_t n = strlen(name);

	return n > 3 && !strcmp(name + n - 3, "Sec") && name[n - 4] >= 'a' && name[n - 4] <= 'z';
}

static int denied(const char *key, struct err *e)
{
	cleanup_by(text_free) struct text names = {};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		text_add(&names, "%s%s", i ? ", " : "", rows[i].name);
	err_set(e, ERR_DENIED, "the annotation %.128s sets a property that a container mustn't set",
		key);
	return err_hint(e, "allowed are %s; limits belong to linux.resources of the container",
			names.s);
}

static int set_number(const struct row *row, const struct gvariant *v, int seconds,
		      struct systemd_property *p)
{
	uint64_t value = v->whole;

	if (v->kind != GVARIANT_NUMBER || v->negative || (v->millionths && !seconds))
		return 0;
	if (seconds && (__builtin_mul_overflow(value, SECOND_USEC, &value) ||
			__builtin_add_overflow(value, v->millionths, &value)))
		return 0;
	p->number = value;
	return value >= row->min && value <= row->max;
}

static int set_string(const struct row *row, const struct gvariant *v, struct systemd_property *p)
{
	if (v->kind != GVARIANT_STRING)
		return 0;
	p->string = v->string;
	for (size_t i = 0; i < ARRAY_SIZE(row->words) && row->words[i]; i++) {
		if (!strcmp(v->string, row->words[i]))
			return 1;
	}
	if (row->words[0] || strlen(v->string) > DESCRIPTION_MAX)
		return 0;
	for (const char *c = v->string; *c; c++) {
		if (*c < 0x20 || *c > 0x7e)
			return 0;
	}
	return 1;
}

static int set_names(const struct gvariant *v, struct systemd_property *p)
{
	if (v->kind != GVARIANT_STRINGS)
		return 0;
	for (size_t i = 0; i < v->n; i++) {
		if (!systemd_is_unit_name(v->strings[i]))
			return 0;
	}
	p->strings = v->strings;
	p->n = v->n;
	return 1;
}

static int set(const struct row *row, const struct gvariant *v, int seconds,
	       struct systemd_property *p)
{
	switch (row->type) {
	case SYSTEMD_BOOL:
		p->number = v->whole;
		return v->kind == GVARIANT_BOOL;
	case SYSTEMD_STRING:
		return set_string(row, v, p);
	case SYSTEMD_STRINGS:
		return set_names(v, p);
	default:
		return set_number(row, v, seconds, p);
	}
}

int systemd_annotation(const struct systemd_annotation *a, struct systemd_properties *ret,
		       struct err *e)
{
	const char *name = a->key + sizeof(PREFIX) - 1;
	const struct row *row;
	struct gvariant v;
	int seconds;

	if (strncmp(a->key, PREFIX, sizeof(PREFIX) - 1) != 0)
		return 0;
	seconds = is_seconds(name);
	if (seconds)
		name = arena_printf(ret->arena, "%.*sUSec", (int)strlen(name) - 3, name);
	row = find(name);
	if (!row)
		return denied(a->key, e);
	if (!gvariant_parse(a->value, ret->arena, &v) ||
	    !set(row, &v, seconds, systemd_add(ret, row->name, row->type)))
		return err_set(e, ERR_INVALID, "annotation %s: \"%.128s\" is no value for it",
			       a->key, a->value);
	return 0;
}
