/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Giving network devices of the host to a container: OCI runtime specification 1.3, config-linux.md
 * "Network Devices". By the caller, who needs CAP_NET_ADMIN in both network namespaces, before the
 * container runs anything. The kernel brings physical ones back when the namespace ends.
 */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"
#include "runtime/spec.h"

/* 1 to 15 bytes without "/", ":" and white space, not "." or ".."; `template`: one "%d" may be in it. */
int net_device_name_is_valid(const char *name, int template);

/*
 * Moves all of them from our network namespace into the one of `netns_fd`, with their permanent
 * global addresses, and sets them up. On failure those that were moved already are brought back.
 */
int net_devices_move(const struct spec_net_device *devices, size_t n, int netns_fd, struct err *e);
/* Those of the spec to the network namespace that process `pid` is in. */
int net_devices_give(const struct spec *spec, pid_t pid, struct err *e);
