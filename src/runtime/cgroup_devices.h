/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Device rules of control groups. OCI runtime specification 1.3, config-linux.md "Allowed Device
 * list"; kernel: cgroup-v1/devices.rst. Pure.
 *
 * In a list of rules the last one that fits decides. v1's kernel has no order: it has a default
 * and a set of exceptions, and quietly does nothing when one is taken away that is only a part of
 * a wider one. So the set is worked out here, and a list that has no such set is an error.
 */
#pragma once

#include "base/err.h"
#include "base/mem.h"
#include "runtime/resource_devices.h"

/*
 * What every container may use whatever its own list says, to be put behind it: making any node,
 * and reading and writing null, zero, full, random, urandom, tty, ptmx, the terminals in /dev/pts
 * and net/tun. As runc has it; crun also has the host's console (5:1), to which a container that
 * may make nodes would then have a way.
 */
const struct resource_device_rule *cgroup_default_devices(size_t *n);

struct cgroup_device_set {
	int allow; /* what isn't in the exceptions */
	struct resource_device_rule *exceptions;
	size_t n;
};

/* The set that a list amounts to, beginning with all refused. ERR_UNENFORCED: there is none. */
int cgroup_device_set(const struct resource_device_rule *rules, size_t n, struct arena *a,
		      struct cgroup_device_set *ret, struct err *e);
/* "c 1:3 rwm", as the files of v1 want it. */
const char *cgroup_device_text(const struct resource_device_rule *rule, struct arena *a);
