/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel's own price of one container: what no engine can do without, with as few system calls as
 * Linux 6 allows. New pid, mount, ipc, uts, cgroup and (unless host_network) net namespaces, a user
 * namespace where wanted; an overlay root over `lower` with a fresh upper layer; /proc, /sys, a tmpfs
 * /dev with six nodes, devpts, shm and mqueue; pivot_root; no capability, no_new_privs, a seccomp
 * filter of a few instructions; exec of a static program; its end, and the upper layer removed.
 *
 * Needs root. No logs, no monitor, no limits, no state, no image: that is the engine's part.
 */
#pragma once

struct floor {
	const char *lower;   /* a root file system with /proc /sys /dev */
	const char *scratch; /* an empty folder on the file system that upper layers live on */
	char *const *argv;   /* argv[0] is a path inside */
	int user_namespace, host_network;
};

/* One container from nothing to nothing: its milliseconds; ends the program when a step fails. */
double floor_round(const struct floor *f);
/* The clock of all measurements, in milliseconds. */
double bench_now_ms(void);
