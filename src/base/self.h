/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The running program's own file. A container can get hold of it (a program that is "#!/proc/self/exe",
 * /proc/PID/exe of a process that joins it); where the container's root may write to that file it
 * could replace Cale on the host (CVE-2019-5736). Normally it may not: the file's owner isn't mapped.
 * Where it is, Cale runs from a sealed copy in memory.
 */
#pragma once

#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/err.h"

/* Where the program was installed, also when this is the sealed copy. */
int self_path(char *out, size_t size, struct err *e);
/* May somebody with our ids write to the file, or take that right? Not to a sealed one. */
int self_is_exposed(void);
/* Whose the file is. */
int self_stat(struct stat *ret, struct err *e);
/*
 * Goes on as a sealed copy: executes it with the same arguments, and so never returns 0 but in the
 * copy. Call it before anything was done that can't be done twice. Descriptors above 2 are closed.
 */
int self_seal(struct err *e);
/*
 * The same without a copy: from a read-only overlay over the program's own folder, which nobody can
 * write through and nothing can be unwrapped from. A copy is made where that can't be had. The
 * folder must have room for an empty one, which stays there.
 */
int self_seal_overlay(int dir_fd, struct err *e);
/*
 * To be called first by main(): whether this is the sealed program is told in argv[0], which gets its
 * former value here. (Who passes that name by himself gives up his own protection.)
 */
void self_begin(char **argv);
