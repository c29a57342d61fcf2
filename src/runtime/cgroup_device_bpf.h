/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which devices a v2 group may use: cgroup v2 has no file for it but runs a BPF program at each
 * open and mknod of a device (Documentation/admin-guide/cgroup-v2.rst "Device controller", bpf(2)).
 *
 * Every program of a group and of the groups above it must agree, so a program of somebody
 * else's (systemd attaches one for DeviceAllow=) stays where it is: it can only take away.
 */
#pragma once

#include <stddef.h>

#include "base/err.h"
#include "runtime/resource_devices.h"

/*
 * Gives the group that `cgroup_fd` (a directory, O_PATH won't do) is open on these rules and no
 * others of ours: an earlier program of ours is replaced at once, with no moment in between. For
 * what rules mean see cgroup_device_code.h; none at all refuses every device. ERR_UNENFORCED
 * where the kernel or our rights don't let us, which needs root of the initial user namespace.
 */
int cgroup_device_bpf_attach(int cgroup_fd, const struct resource_device_rule *rules, size_t n,
			     struct err *e);
