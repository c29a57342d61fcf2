/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `--init`: a first process of our own in the container, so that the program isn't pid 1.
 *
 * It passes every signal on to the program, reaps what is orphaned, and ends as the program ends
 * (128 + n for a signal), which ends the whole pid namespace. Async-signal-safe; no allocation.
 */
#pragma once

/*
 * Called as pid 1, as the last step before exec, with all privileges dropped already. Forks:
 * returns 0 in the program's process, which has the signals as they were, a process group of its
 * own and, if stdin is the terminal, its foreground. Pid 1 never returns: it closes all descriptors
 * (among them the one that reports exec's failure, which lives on in the program's process) and
 * isn't dumpable, since its memory and /proc/1/exe are the engine's. -1 with errno when fork
 * failed.
 */
int init_split(void);
