/* SPDX-License-Identifier: Apache-2.0 */
/* What `--help` prints, in Docker's layout. */
#include <string.h>

#include "cli/commands.h"

#define NAME_WIDTH 11

static void add_section(struct text *t, const char *title, enum command_section section)
{
	int any = 0;

	for (const struct command *const *c = commands_all(); *c; c++) {
		if ((*c)->section != section)
			continue;
		if (!any++)
			text_add(t, "\n%s:\n", title);
		text_add(t, "  %-*s %s\n", NAME_WIDTH, (*c)->name, (*c)->summary);
	}
}

static int group_is_empty(const struct command_group *g)
{
	const char *name;
	size_t n;

	for (const struct command *const *c = commands_all(); *c; c++) {
		if (commands_in_group(*c, g, &name, &n))
			return 0;
	}
	return 1;
}

void commands_add_overview(struct text *t)
{
	int any = 0;

	text_add(t, "Usage:  cale [OPTIONS] COMMAND\n\nRuns software that you don't fully trust, "
		    "contained\n");
	add_section(t, "Common Commands", SECTION_COMMON);
	for (const struct command_group *g = commands_groups(); g->name; g++) {
		if (group_is_empty(g))
			continue;
		if (!any++)
			text_add(t, "\nManagement Commands:\n");
		text_add(t, "  %-*s %s\n", NAME_WIDTH, g->name, g->summary);
	}
	add_section(t, "Commands", SECTION_OTHER);
	text_add(t, "\nGlobal Options:\n");
	options_add_help(t, commands_global_options);
	text_add(t, "\nRun 'cale COMMAND --help' for more information on a command.\n");
}

void commands_add_group_help(struct text *t, const struct command_group *g)
{
	const char *name;
	size_t n;

	text_add(t, "Usage:  cale %s COMMAND\n\n%s\n\nCommands:\n", g->name, g->summary);
	for (const struct command *const *c = commands_all(); *c; c++) {
		if (commands_in_group(*c, g, &name, &n))
			text_add(t, "  %-*.*s %s\n", NAME_WIDTH, (int)n, name, (*c)->summary);
	}
	text_add(t, "\nRun 'cale %s COMMAND --help' for more information on a command.\n", g->name);
}

static void add_aliases(struct text *t, const struct command *c)
{
	text_add(t, "\nAliases:\n  cale %s", c->name);
	for (const char *s = c->aliases; *s;) {
		size_t n = strcspn(s, ",");

		text_add(t, ", cale %.*s", (int)n, s);
		s += n + (s[n] == ',');
	}
	text_add(t, "\n");
}

void commands_add_help(struct text *t, const struct command *c)
{
	text_add(t, "Usage:  cale %s%s%s\n\n%s\n", c->name, *c->usage ? " " : "", c->usage,
		 c->summary);
	if (c->description)
		text_add(t, "\n%s\n", c->description);
	if (c->aliases)
		add_aliases(t, c);
	if (c->options) {
		text_add(t, "\nOptions:\n");
		options_add_help(t, c->options);
	}
}
