/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A command of the command line: one file each, which ends in one `const struct command`, and a
 * line in commands.c. Dispatch, help, manual pages and completion come from these structures.
 *
 *	const struct command command_stop = {
 *		.name = "stop", .aliases = "container stop", .section = SECTION_COMMON,
 *		.usage = "[OPTIONS] CONTAINER [CONTAINER...]", .summary = "Stop one or more …",
 *		.options = stop_tables, .options_bytes = sizeof(struct stop_options),
 *		.arguments_min = 1, .arguments_max = ARGUMENTS_ANY, .run = stop,
 *	};
 */
#pragma once

#include <stddef.h>

#include "base/err.h"
#include "base/mem.h"
#include "cli/options.h"

#define ARGUMENTS_ANY ((size_t)-1)

enum command_section {
	SECTION_COMMON,
	SECTION_OTHER,
	SECTION_HIDDEN, /* only listed below its group ("image inspect"), or nowhere */
};

/* What stands before the command: `cale --root DIR run …`. NULL: not given. */
struct command_globals {
	struct options_head head;
	const char *root, *runroot, *storage_driver;
	int debug, version;
};

struct oci_globals;

struct command_call {
	const struct command *command;
	const struct command_globals *globals;
	const struct oci_globals *oci; /* cli/oci.h: of the commands of `oci`, otherwise NULL */
	void *options;	  /* the command's own structure: zeroed, then written by its rows */
	char **arguments; /* positional ones, NULL-terminated */
	size_t n_arguments;
	struct arena *arena; /* lives until the command has ended */
};

struct command {
	const char *name;    /* "run", or with its group: "image inspect" */
	const char *aliases; /* further spellings, separated by commas: "container run", or NULL */
	enum command_section section;
	const char *usage;	 /* what follows the name: "[OPTIONS] IMAGE [COMMAND] [ARG...]" */
	const char *summary;	 /* one line */
	const char *description; /* more for the manual page and --help, or NULL */
	const struct option_row *const *options; /* NULL-terminated list of tables, or NULL */
	size_t options_bytes; /* of its structure, which begins with struct options_head; or 0 */
	void (*prepare)(void *options); /* sets what is not 0 by default, or NULL */
	size_t arguments_min, arguments_max;
	int stop_at_positional;
	int starts_processes; /* in containers: Cale's own file must be out of their reach */
	/* Exit status when `run` fails with anything but ERR_COMMAND_* and ERR_UNENFORCED; 0 is 1. */
	int failure_status;
	/* Prints results to stdout; returns the exit status, or -1 with *e filled: main prints it. */
	int (*run)(struct command_call *call, struct err *e);
};
