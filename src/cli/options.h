/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Command-line options as tables: the parser, `--help`, manual pages and completion read the same
 * rows. The notation is Docker's (pflag's): --name=value, --name value, -n value, -nvalue, clustered
 * -it, --switch[=false], "--" ends them. Pure but for what a row's setter does.
 *
 *	struct ps_options {
 *		struct options_head head;
 *		int all;
 *		struct option_list filters;
 *	};
 *	static const struct option_row rows[] = {
 *		{ "all", 'a', OPTION_SWITCH, NULL, "Show all containers (default shows just running)",
 *		  OPTION_STORE(struct ps_options, all) },
 *		{ "filter", 'f', OPTION_LIST, "filter", "Filter output based on conditions provided",
 *		  OPTION_STORE(struct ps_options, filters) },
 *		{}
 *	};
 *
 * The arguments come from the person who runs Cale, but may hold foreign bytes: err.h cleans them.
 */
#pragma once

#include <stddef.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"

enum option_kind {
	OPTION_SWITCH, /* takes no value but with "=": stored as int, setters get "true" or "false" */
	OPTION_VALUE,	 /* takes a value, the last one counts: stored as const char * */
	OPTION_LIST,	 /* may be repeated: stored in a struct option_list */
	OPTION_OPTIONAL, /* takes a value only with "=", otherwise "": stored as const char * */
};

#define OPTION_LIST_MAX 4096 /* how often one option may be given */

struct option_list {
	char **items; /* NULL-terminated when n > 0 */
	size_t n;
};

/* What every structure that rows write into begins with. */
struct options_head {
	struct arena *arena; /* for setters; lives until the command ends */
};

/* -1 with *e filled refuses the value; the parser puts the option's name in front. */
typedef int option_setter(void *options, const char *value, struct err *e);

struct option_row {
	const char *name; /* without dashes; NULL ends a table */
	char letter;	  /* or 0 */
	enum option_kind kind;
	const char *argument; /* "string", "list", "bytes": shown in help; NULL for switches */
	const char *help;     /* one line; NULL hides the row */
	option_setter *set;   /* NULL: store at `offset`, as `kind` says */
	size_t offset;
};
#define OPTION_STORE(type, field) NULL, offsetof(type, field)

struct options_parse {
	const struct option_row *const *tables; /* NULL-terminated list of tables, or NULL */
	int one_dash; /* `-name` is `--name` where there is one, as callers of runc have it */
	int stop_at_positional; /* run, exec: what follows the image belongs to the container */
	void *options;		/* begins with struct options_head */
	int help;		/* --help (or a free -h) was given; the rest wasn't looked at */
	size_t n_arguments;	/* positional arguments, moved to the front of argv */
};

/* `argv` is NULL-terminated, without the command's name. ERR_USAGE for what the user got wrong. */
int options_parse(struct options_parse *p, char **argv, struct err *e);

/* Every visible row of the tables by name; the caller frees. */
const struct option_row **options_sorted(const struct option_row *const *tables, size_t *ret_n);
/* "  -a, --all           Show all …" for each row, in columns. */
void options_add_help(struct text *t, const struct option_row *const *tables);
