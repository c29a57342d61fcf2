/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Device rules as a program for the kernel: OCI runtime specification 1.3, config-linux.md
 * "Allowed Device list"; kernel: struct bpf_cgroup_dev_ctx of linux/bpf.h, BPF_PROG_TYPE_CGROUP_DEVICE
 * (extended BPF instructions, Documentation/bpf/standardization/instruction-set.rst). Pure.
 *
 * Each access that is asked for (read, write, mknod) is decided by the last rule that names the
 * device and that access; one that no rule names is refused; what asks for several gets all or
 * nothing. So "read" in one rule and "write" in another one together allow opening for both, and a
 * rule that forbids only writing isn't passed over because reading was asked for as well. The
 * kernel also asks with no access at all (access(2) with F_OK): that is granted when a rule
 * allows anything of the device, unless a later one forbids everything.
 */
#pragma once

#include <linux/bpf.h>
#include <stddef.h>

#include "base/err.h"
#include "runtime/resource_devices.h"

/* More is a mistake; the jumps of a program reach 32,767 instructions far. */
#define CGROUP_DEVICE_RULES_MAX	   1024
#define CGROUP_DEVICE_CODE_ROOM(n) (12 + 6 * (n))

/*
 * Fills `out` (CGROUP_DEVICE_CODE_ROOM(n) instructions). ERR_INVALID for a rule that has no
 * meaning, ERR_LIMIT for too many. Device numbers that Linux doesn't have match nothing.
 */
int cgroup_device_code(const struct resource_device_rule *rules, size_t n, struct bpf_insn *out,
		       size_t *ret_n, struct err *e);
