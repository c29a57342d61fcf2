/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The namespaces of a process that waits for its start, handed over by that process itself. It isn't
 * dumpable, so that nobody in the container can look into it; an ordinary user outside can't either then,
 * and so can't join it by /proc or a pidfd, although the container is theirs (ptrace(2), "Ptrace access
 * mode checking": the file was executed in the initial user namespace, where they have no capability).
 * What it hands over are names of namespaces, of no use without the right to join them: its memory and its
 * descriptors stay its own.
 */
#pragma once

#include "base/err.h"
#include "runtime/namespaces.h"

/*
 * In the process that waits, async-signal-safe: answers one who has sent STATUS_NAMESPACES over
 * `peer_fd`, if it is the user who made the socket `listen_fd` and no process of the container.
 */
void namespaces_hand_over(int listen_fd, int peer_fd, int proc_fd);

/* The other side; ERR_DENIED when there is no answer. To be closed by the caller. */
int namespaces_ask(int socket_fd, struct namespaces *ret, struct err *e);

/*
 * Joins those of them whose CLONE_NEW* flag is in `flags`, the user namespace last. A pid namespace
 * may belong to the one above the container's, which is joined on the way then.
 */
int namespaces_enter(const struct namespaces *n, int flags, struct err *e);
