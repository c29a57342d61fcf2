/* SPDX-License-Identifier: Apache-2.0 */
/* Names of signals as `--stop-signal` and `kill -s` take them. Pure. */
#pragma once

#include "base/err.h"

#define SIGNALS_TEXT_SIZE 16

/* "SIGTERM", "term", "15", "RTMIN+3", "SIGRTMAX-1"; the number, or -1 with ERR_USAGE. */
int signals_parse(const char *text, struct err *e);
/* "SIGTERM", "SIGRTMIN+3"; `out` has SIGNALS_TEXT_SIZE bytes. */
void signals_format(int signal, char *out);
