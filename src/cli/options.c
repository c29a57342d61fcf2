/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include <string.h>

#include "base/parse.h"

struct cursor {
	struct options_parse *parse;
	char **next; /* the argument after the one that is looked at */
};

static const struct option_row *row_find(const struct options_parse *p, const char *name, size_t n,
					 char letter)
{
	for (const struct option_row *const *t = p->tables; t && *t; t++) {
		for (const struct option_row *r = *t; r->name; r++) {
			if (letter ? r->letter == letter
				   : strlen(r->name) == n && !memcmp(r->name, name, n))
				return r;
		}
	}
	return NULL;
}

static int store(const struct option_row *r, void *options, const char *value, struct err *e)
{
	struct options_head *head = options;
	void *field = (char *)options + r->offset;
	struct option_list *list = field;

	if (r->kind == OPTION_SWITCH) {
		*(int *)field = *value == 't';
		return 0;
	}
	if (r->kind != OPTION_LIST) {
		*(const char **)field = value;
		return 0;
	}
	if (list->n >= OPTION_LIST_MAX)
		return err_set(e, ERR_LIMIT, "given more than %d times", OPTION_LIST_MAX);
	ARENA_PUSH(head->arena, list->items, list->n) = arena_strdup(head->arena, value);
	ARENA_PUSH(head->arena, list->items, list->n) = NULL;
	list->n--;
	return 0;
}

/* Docker's wording, which scripts and people know: invalid argument "x" for "-m, --memory" flag. */
static int refuse(const struct option_row *r, const char *value, struct err *e)
{
	if (e->code == ERR_UNENFORCED) /* the value may be fine */
		return err_wrap(e, "--%s%s%s", r->name, *value ? " " : "", value);
	if (r->letter)
		return err_wrap(e, "invalid argument \"%s\" for \"-%c, --%s\" flag", value,
				r->letter, r->name);
	return err_wrap(e, "invalid argument \"%s\" for \"--%s\" flag", value, r->name);
}

static int apply(struct cursor *c, const struct option_row *r, const char *value, struct err *e)
{
	const char *given = value;
	int on;

	if (r->kind == OPTION_SWITCH) {
		if (parse_bool(value, &on, e) < 0)
			return refuse(r, given, e);
		value = on ? "true" : "false";
	}
	if ((r->set ? r->set(c->parse->options, value, e) : store(r, c->parse->options, value, e)) <
	    0)
		return refuse(r, given, e);
	return 0;
}

static int wants_value(const struct option_row *r)
{
	return r->kind == OPTION_VALUE || r->kind == OPTION_LIST;
}

static int take_long(struct cursor *c, const char *text, struct err *e)
{
	size_t n = strcspn(text, "=");
	const struct option_row *r = row_find(c->parse, text, n, 0);

	if (!n)
		return err_set(e, ERR_USAGE, "bad flag syntax: --%s", text);
	if (!r && n == 4 && !memcmp(text, "help", 4)) {
		c->parse->help = 1;
		return 0;
	}
	if (!r)
		return err_set(e, ERR_USAGE, "unknown flag: --%.*s", (int)n, text);
	if (text[n])
		return apply(c, r, text + n + 1, e);
	if (!wants_value(r))
		return apply(c, r, r->kind == OPTION_SWITCH ? "true" : "", e);
	if (!*c->next)
		return err_set(e, ERR_USAGE, "flag needs an argument: --%s", r->name);
	return apply(c, r, *c->next++, e);
}

/* A cluster: each letter is an option; the first that takes a value takes the rest as it. */
static int take_short(struct cursor *c, const char *letters, struct err *e)
{
	for (const char *l = letters; *l; l++) {
		const struct option_row *r = row_find(c->parse, NULL, 0, *l);

		if (!r && *l == 'h') {
			c->parse->help = 1;
			return 0;
		}
		if (!r)
			return err_set(e, ERR_USAGE, "unknown shorthand flag: '%c' in -%s", *l,
				       letters);
		if (l[1] == '=')
			return apply(c, r, l + 2, e);
		if (wants_value(r)) {
			if (l[1])
				return apply(c, r, l + 1, e);
			if (!*c->next)
				return err_set(e, ERR_USAGE, "flag needs an argument: '%c' in -%s",
					       *l, letters);
			return apply(c, r, *c->next++, e);
		}
		if (apply(c, r, r->kind == OPTION_SWITCH ? "true" : "", e) < 0)
			return -1;
	}
	return 0;
}

static int is_long(const struct options_parse *p, const char *arg)
{
	size_t n = strcspn(arg + 1, "=");

	return arg[1] == '-' || (p->one_dash && n > 1 && row_find(p, arg + 1, n, 0));
}

int options_parse(struct options_parse *p, char **argv, struct err *e)
{
	struct cursor c = { p, argv };
	char **kept = argv;
	int all_positional = 0;

	while (*c.next && !p->help) {
		char *arg = *c.next++;

		if (all_positional || arg[0] != '-' || !arg[1]) {
			*kept++ = arg;
			all_positional |= p->stop_at_positional;
		} else if (!strcmp(arg, "--")) {
			all_positional = 1;
		} else if ((is_long(p, arg) ? take_long(&c, arg + 1 + (arg[1] == '-'), e)
					    : take_short(&c, arg + 1, e)) < 0) {
			return -1;
		}
	}
	*kept = NULL;
	p->n_arguments = (size_t)(kept - argv);
	return 0;
}
