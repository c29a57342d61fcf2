/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The monitor: one small process beside each running container.
 *
 * It is the parent of the container's first process and stays until the container won't run again
 * (also across restarts by policy): it moves the container's output to its log and to attached
 * clients, records how it ended (state.h), restarts it, stops it in time, and cleans up.
 *
 * It is a fork of the process that planned the container, without an exec, so that the spec is
 * there and nothing is parsed. It keeps only the descriptors named in the request, has a session of
 * its own and "/" as its folder, and doesn't grow: fixed buffers, at most MONITOR_CLIENTS_MAX
 * clients. A client that doesn't read stops the container's output, never fills memory.
 *
 * Who may be hostile: the container (its output, when it ends). Clients are the same user's and are
 * checked for that, and for messages that their state allows (monitor_message.h).
 *
 * A monitor that is killed leaves the container without supervision; monitor_is_alive() tells, and
 * the sweep of the next command ends and cleans what is left.
 */
#pragma once

#include "engine/monitor_request.h"

/*
 * Returns when the container has started (state "running" is written), or -1 with the monitor's
 * error, ERR_COMMAND_* included: then it is gone, has written its error and exit code into the
 * state, and called no hook. ERR_CONFLICT: it has a monitor already. `client_fd` stays the
 * caller's, who closes it.
 */
int monitor_spawn(const struct monitor_request *request, pid_t *ret, struct err *e);

/* Has the container a monitor that lives? `run_dir_fd` as above; disturbs nobody. */
int monitor_is_alive(int run_dir_fd);
/*
 * Takes the monitor's lock as the monitor does, to repair or remove a container that has none:
 * a descriptor that holds it, or ERR_CONFLICT.
 */
int monitor_lock(int run_dir_fd, struct err *e);
