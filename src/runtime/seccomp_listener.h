/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Handing a filter's listener to the seccomp agent: OCI runtime specification 1.3, config-linux.md
 * "listenerPath" and "The Container Process State". The agent is trusted: it answers for the
 * kernel.
 */
#pragma once

#include "base/err.h"

/*
 * Connects to the Unix stream socket at `path` ("@name": an abstract one), sends `state_json` with
 * the descriptor in the first message, and closes the connection. The JSON is the caller's, with "fds":
 * ["seccompFd"]. ERR_SYSTEM within half a minute when the agent doesn't take it.
 */
int seccomp_listener_send(const char *path, const char *state_json, int listener_fd, struct err *e);
