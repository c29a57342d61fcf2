/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `--init`: a first process of our own in the container, so that the program isn't pid 1.
 *
 * It passes every signal on to the program, reaps what is orphaned, and ends as the program ends
 * (128 + n for a signal), which ends the whole pid namespace.
 */
#pragma once

#include <sys/types.h>

#include "base/err.h"

/*
 * Called as pid 1, as the last step before exec, with all privileges dropped already. Forks:
 * returns 0 in the program's process, which has the signals as they were, a process group of its
 * own and, if stdin is the terminal, its foreground. Pid 1 never returns: it closes all descriptors
 * (among them the one that reports exec's failure, which lives on in the program's process) and
 * isn't dumpable, since its memory and /proc/1/exe are the engine's. -1 with errno when fork
 * failed. Async-signal-safe; no allocation.
 */
int init_split(void);

/*
 * From outside: a pidfd of the program that the init with this pid runs; ERR_NOT_FOUND when it has
 * ended. Who is no root on the host can join the program's namespaces only: pid 1 is a fork of the
 * engine and isn't dumpable, which setns(2) takes for a process of the host's. The caller makes sure
 * that `init` is still who it was.
 */
int init_open_program(pid_t init, struct err *e);
