/* SPDX-License-Identifier: Apache-2.0 */
/* Calling a command that was found: its rows read the options, then it runs. */
#pragma once

#include "cli/command.h"

enum dispatch_stage { DISPATCH_OPTIONS, DISPATCH_ARGUMENTS, DISPATCH_RUN };

struct dispatch {
	const struct command *command;
	const struct command_globals *globals;
	const struct oci_globals *oci; /* or NULL */
	enum dispatch_stage stage; /* written: how far it got, for the exit status of a failure */
};

/* `argv` is what follows the command's name. The exit status, or -1 with *e filled: nothing is printed. */
int dispatch_call(struct dispatch *d, char **argv, struct err *e);
