/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The running program's own file. A container can get hold of it (a program that is "#!/proc/self/exe",
 * /proc/PID/exe of a process that joins it); where the container's root may write to that file it
 * could replace Cale on the host (CVE-2019-5736). Normally it may not: the file's owner isn't mapped.
 * Where it is, Cale runs from a sealed copy in memory.
 */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

/* Where the program was installed, also when this is the sealed copy. */
int self_path(char *out, size_t size, struct err *e);
/* Is the file owned by `uid`, and not a sealed copy? */
int self_is_owned_by(uid_t uid);
/*
 * Goes on as a sealed copy: executes it with the same arguments, and so never returns 0 but in the
 * copy. Call it before anything was done that can't be done twice. Descriptors above 2 are closed.
 */
int self_seal(struct err *e);
