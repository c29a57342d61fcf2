/* SPDX-License-Identifier: Apache-2.0 */
/* What commands on containers and images have in common: an open engine, and one try per argument. */
#pragma once

#include "cli/command.h"
#include "engine/open.h"

/* Opens the engine that the global options name; says what the user must know once. */
int session_open(const struct command_call *call, struct engine *ret, struct err *e);
/* Ends it; accepts one that was never opened, as long as it was zeroed. */
void session_close(struct engine *en);
#define cleanup_session __attribute__((__cleanup__(session_close)))

/*
 * Opens the engine and does `act` with each argument; a failure is reported and the rest still
 * tried. What `act` printed about a success is up to it. Returns the exit status: 0 or 1.
 */
typedef int session_action(struct engine *en, const char *argument, void *options, struct err *e);
int session_for_each(struct command_call *call, session_action *act, struct err *e);
/* The same without options' help: prints the argument after each success, as Docker does. */
int session_for_each_printed(struct command_call *call, session_action *act, struct err *e);
