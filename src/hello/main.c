/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hello: the program of the built-in image. Prints what the kernel confines it by.
 *
 * It is linked statically and needs nothing of the image but itself: not a library, not /etc, not
 * even /proc or /sys, though it sees less without them.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/text.h"
#include "hello/print.h"
#include "hello/sections.h"

enum { EXIT_USAGE = 2 };

enum form { FORM_TEXT, FORM_JSON, FORM_HELP, FORM_VERSION };

static const struct {
	const char *name, *help;
	enum form form;
} options[] = {
	{ "--json", "print the report as one JSON object", FORM_JSON },
	{ "--help", "print this text", FORM_HELP },
	{ "--version", "print the version", FORM_VERSION },
};

static void (*const readers[])(struct report *r) = {
	identity_read,	 privileges_read, calls_read,	     cgroup_read,  limits_read,
	namespaces_read, mounts_read,	  kernel_files_read, network_read, system_read,
};

static void add_help(struct text *out)
{
	text_add(out,
		 "Usage: hello [OPTION]\n\n"
		 "Prints what the kernel shows this process of its own confinement: ids, "
		 "capabilities,\n"
		 "filters, limits, namespaces, mounts and which system calls are refused.\n\n");
	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		text_add(out, "  %-12s%s\n", options[i].name, options[i].help);
	text_add(out, "\nMarks: + confined, ! open. \"allowed\" means that the kernel let a "
		      "harmless try of the\n"
		      "call past its permission checks. NO_COLOR turns colours off.\n");
}

static int choose_form(char **argv, enum form *ret)
{
	cleanup_by(text_free) struct text message = {};
	struct err ignored;

	for (char **arg = argv + 1; *arg; arg++) {
		size_t i;

		for (i = 0; i < ARRAY_SIZE(options) && strcmp(*arg, options[i].name) != 0; i++)
			;
		if (i == ARRAY_SIZE(options)) {
			text_add(&message, "hello: unknown option: ");
			text_add_printable(&message, *arg);
			text_add(&message, " (see hello --help)\n");
			fd_write_all(STDERR_FILENO, message.s, message.n, &ignored);
			return -1;
		}
		*ret = options[i].form;
	}
	return 0;
}

static void add_summary(struct report *r)
{
	size_t confined = report_count(r, CONFINED), open = report_count(r, OPEN);
	struct section *s = report_facts(r, "summary");

	section_fact(s, "confined", PLAIN, value_number((int64_t)confined));
	section_fact(s, "open", PLAIN, value_number((int64_t)open));
}

static void add_report(struct text *out, enum form form)
{
	cleanup_arena struct arena *a = arena_new();
	struct report r = { .arena = a };
	const char *no_colour = getenv("NO_COLOR");

	for (size_t i = 0; i < ARRAY_SIZE(readers); i++)
		readers[i](&r);
	add_summary(&r);
	if (form == FORM_JSON)
		print_json(out, &r);
	else
		print_text(out, &r, isatty(STDOUT_FILENO) && !(no_colour && *no_colour));
}

int main(int argc, char **argv)
{
	cleanup_by(text_free) struct text out = {};
	enum form form = FORM_TEXT;
	struct err e;

	if (argc < 1 || choose_form(argv, &form) < 0)
		return EXIT_USAGE;
	/* Whoever started us may ignore it, and then no child could be waited for. */
	signal(SIGCHLD, SIG_DFL);
	if (form == FORM_HELP)
		add_help(&out);
	else if (form == FORM_VERSION)
		text_add(&out, "hello %s\n", CALE_VERSION);
	else
		add_report(&out, form);
	if (fd_write_all(STDOUT_FILENO, out.s, out.n, &e) < 0) {
		text_free(&out);
		text_add(&out, "hello: %s\n", e.text);
		(void)fd_write_all(STDERR_FILENO, out.s, out.n, &e);
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}
