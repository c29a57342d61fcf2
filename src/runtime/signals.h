/* SPDX-License-Identifier: Apache-2.0 */
/* Signals by name or number, as `--stop-signal` and `kill -s` take them: signal(7). Pure. */
#pragma once

/* "SIGTERM", "term", "15", "RTMIN+3", "SIGRTMAX-1"; 1..64, or -1. */
int signal_number(const char *text);
