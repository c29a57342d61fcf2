/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cale documentation man DIR | bash: manual pages (man(7)) and the completion for bash, from the
 * same tables as the help. The build calls it; it is not listed.
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/file.h"
#include "base/path.h"
#include "cli/commands.h"
#include "cli/door.h"

/* roff: a backslash and a hyphen have meanings, and so has a dot or quote at the start of a line. */
static void add_roff(struct text *t, const char *s)
{
	if (*s == '.' || *s == '\'')
		text_add(t, "\\&");
	for (; *s; s++) {
		if (*s == '\\')
			text_add(t, "\\e");
		else if (*s == '-')
			text_add(t, "\\-");
		else
			text_add_bytes(t, s, 1);
	}
}

static void add_line(struct text *t, const char *macro, const char *s)
{
	text_add(t, "%s", macro);
	add_roff(t, s);
	text_add(t, "\n");
}

static void add_man_options(struct text *t, const struct option_row *const *tables)
{
	size_t n;
	cleanup_free const struct option_row **rows = options_sorted(tables, &n);

	if (n)
		text_add(t, ".SH OPTIONS\n");
	for (size_t i = 0; i < n; i++) {
		text_add(t, ".TP\n.B ");
		if (rows[i]->letter)
			text_add(t, "\\-%c, ", rows[i]->letter);
		add_roff(t, "--");
		add_roff(t, rows[i]->name);
		if (rows[i]->argument)
			text_add(t, " \\fI%s\\fR", rows[i]->argument);
		text_add(t, "\n");
		add_line(t, "", rows[i]->help);
	}
}

static int is_documented(const struct command *c)
{
	return c->section != SECTION_HIDDEN || strchr(c->name, ' ');
}

/* "image inspect" is documented as cale-image-inspect(1). */
static char *page_name(const char *command)
{
	char *name = xprintf("cale-%s", command);

	for (char *p = name; *p; p++) {
		if (*p == ' ')
			*p = '-';
	}
	return name;
}

static void add_man_command(struct text *t, const struct command *c)
{
	cleanup_free char *page = page_name(c->name);

	text_add(t, ".TH \"%s\" 1 \"\" \"Cale %s\" \"Cale\"\n.SH NAME\n", page, CALE_VERSION);
	add_roff(t, page);
	text_add(t, " \\- ");
	add_line(t, "", c->summary);
	text_add(t, ".SH SYNOPSIS\n.B cale %s\n", c->name);
	add_line(t, "", c->usage);
	if (c->description) {
		text_add(t, ".SH DESCRIPTION\n");
		add_line(t, "", c->description);
	}
	add_man_options(t, c->options);
	text_add(t, ".SH SEE ALSO\n.BR cale (1)\n");
}

static void add_man_overview(struct text *t)
{
	text_add(t,
		 ".TH \"cale\" 1 \"\" \"Cale %s\" \"Cale\"\n.SH NAME\ncale \\- container engine\n"
		 ".SH SYNOPSIS\n.B cale\n[OPTIONS] COMMAND\n.SH COMMANDS\n",
		 CALE_VERSION);
	for (const struct command *const *c = commands_all(); *c; c++) {
		cleanup_free char *page = page_name((*c)->name);

		if (!is_documented(*c))
			continue;
		text_add(t, ".TP\n.BR ");
		add_roff(t, page);
		text_add(t, " (1)\n");
		add_line(t, "", (*c)->summary);
	}
	add_man_options(t, commands_global_options);
}

static int write_page(int dir, const char *name, const struct text *t, struct err *e)
{
	cleanup_free char *file = xprintf("%s.1", name);

	return file_replace(dir, file, t->s, FILE_VOLATILE, e);
}

static int write_manual(const char *path, struct err *e)
{
	cleanup_by(text_free) struct text overview = {};
	cleanup_fd int dir = -1;

	if (path_make_own_dirs(path, 0755, e) < 0)
		return -1;
	dir = fd_open(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, e);
	if (dir < 0)
		return -1;
	add_man_overview(&overview);
	if (write_page(dir, "cale", &overview, e) < 0)
		return -1;
	for (const struct command *const *c = commands_all(); *c; c++) {
		cleanup_by(text_free) struct text t = {};
		cleanup_free char *page = page_name((*c)->name);

		if (!is_documented(*c))
			continue;
		add_man_command(&t, *c);
		if (write_page(dir, page, &t, e) < 0)
			return -1;
	}
	return 0;
}

static void add_completion_words(struct text *t, const struct option_row *const *tables)
{
	size_t n;
	cleanup_free const struct option_row **rows = options_sorted(tables, &n);

	for (size_t i = 0; i < n; i++)
		text_add(t, "--%s ", rows[i]->name);
	text_add(t, "--help");
}

/* The words before the cursor without options name the command; its flags or the commands follow. */
static void add_completion(struct text *t)
{
	text_add(t, "# bash completion of cale; written by `cale documentation bash`\n"
		    "_cale()\n{\n\tlocal cur=${COMP_WORDS[COMP_CWORD]} words=\n"
		    "\tcase \"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" in\n");
	for (int two_words = 1; two_words >= 0; two_words--) {
		for (const struct command *const *c = commands_all(); *c; c++) {
			if (!!strchr((*c)->name, ' ') != two_words)
				continue;
			text_add(t, "\t\"%s\"%s) words=\"", (*c)->name, two_words ? "" : "\\ *");
			add_completion_words(t, (*c)->options);
			text_add(t, "\" ;;\n");
		}
	}
	text_add(t, "\tesac\n\tif [ \"$COMP_CWORD\" = 1 ]; then\n\t\twords=\"");
	for (const struct command *const *c = commands_all(); *c; c++) {
		if ((*c)->section != SECTION_HIDDEN)
			text_add(t, "%s ", (*c)->name);
	}
	for (const struct command_group *g = commands_groups(); g->name; g++)
		text_add(t, "%s ", g->name);
	add_completion_words(t, commands_global_options);
	text_add(t, "\"\n\tfi\n\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n}\n"
		    "complete -o default -F _cale cale\n");
}

static int documentation(struct command_call *call, struct err *e)
{
	cleanup_by(text_free) struct text t = {};

	if (!strcmp(call->arguments[0], "man") && call->n_arguments == 2)
		return write_manual(call->arguments[1], e);
	if (strcmp(call->arguments[0], "bash") != 0 || call->n_arguments != 1)
		return err_set(e, ERR_USAGE, "documentation: \"man DIR\" or \"bash\" is needed");
	add_completion(&t);
	return door_print(&t, e);
}

const struct command command_documentation = {
	.name = "documentation",
	.section = SECTION_HIDDEN,
	.usage = "man DIR | bash",
	.summary = "Write manual pages or the completion for bash",
	.arguments_min = 1,
	.arguments_max = 2,
	.run = documentation,
};
