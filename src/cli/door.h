/* SPDX-License-Identifier: Apache-2.0 */
/* How the command line shows errors and ends. The only place that writes messages to stderr. */
#pragma once

#include "base/err.h"
#include "base/text.h"
#include "cli/command.h"

/* "cale: <what>: <why>" and, where there is one, "hint: …". */
void door_report(const struct err *e);
/* "cale: warning: …": for what happened although the command succeeded. */
void door_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Docker's exit status of this command after this error. */
int door_status(const struct command *c, const struct err *e);
/* Writes to stdout; 0, or -1 when that failed (closed pipe, full disk). */
int door_print(const struct text *t, struct err *e);
