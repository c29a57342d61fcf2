/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of all commands, their lookup by what the user wrote, and what is printed about them.
 * A new command: its own file, a line in COMMANDS.
 */
#pragma once

#include "base/text.h"
#include "cli/command.h"

/* clang-format off */
#define COMMANDS(X) \
	X(attach) \
	X(container_inspect) \
	X(create) \
	X(documentation) \
	X(exec) \
	X(help) \
	X(image_inspect) \
	X(images) \
	X(import) \
	X(info) \
	X(inspect) \
	X(kill) \
	X(load) \
	X(logs) \
	X(oci_checkpoint) \
	X(oci_create) \
	X(oci_delete) \
	X(oci_events) \
	X(oci_exec) \
	X(oci_features) \
	X(oci_kill) \
	X(oci_list) \
	X(oci_mounts) \
	X(oci_pause) \
	X(oci_ps) \
	X(oci_restore) \
	X(oci_resume) \
	X(oci_run) \
	X(oci_spec) \
	X(oci_start) \
	X(oci_state) \
	X(oci_update) \
	X(ps) \
	X(restart) \
	X(rm) \
	X(rmi) \
	X(run) \
	X(start) \
	X(stop) \
	X(tag) \
	X(version) \
	X(wait)
/* clang-format on */

#define COMMAND_DECLARE(name) extern const struct command command_##name;
COMMANDS(COMMAND_DECLARE)
#undef COMMAND_DECLARE

struct command_group {
	const char *name, *summary; /* "image", "Manage images" */
};

extern const struct option_row *const commands_global_options[];

/* NULL-terminated lists, by name. */
const struct command *const *commands_all(void);
const struct command_group *commands_groups(void); /* ends with name NULL */

/*
 * The command that the words at the start of `argv` name, and how many of them do (1 or 2).
 * NULL with *ret_words 1 and *ret_group set: only a group was named ("cale image").
 */
const struct command *commands_find(char **argv, size_t *ret_words,
				    const struct command_group **ret_group);

/* Docker's layouts of `cale --help`, `cale image --help` and `cale run --help`. */
void commands_add_overview(struct text *t);
void commands_add_group_help(struct text *t, const struct command_group *g);
void commands_add_help(struct text *t, const struct command *c);
/* Does `name` or one of the aliases of c lie in the group? *ret_name: what follows the group. */
int commands_in_group(const struct command *c, const struct command_group *g, const char **ret_name,
		      size_t *ret_n);
