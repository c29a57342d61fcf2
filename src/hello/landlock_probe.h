/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Landlock has no file that tells whether a process is confined by it. But a process can carry 16
 * rulesets at most (landlock(7)), so a child that adds its own until the kernel says E2BIG has
 * found out how many there were before.
 */
#pragma once

#define LANDLOCK_LAYERS_MAX 16

/* The version that the kernel offers, or -errno: ENOSYS (not built in or filtered), EOPNOTSUPP
 * (off). */
int landlock_probe_version(void);
/* How many rulesets this process is under, or -1 when that can't be found out. Forks. */
int landlock_probe_layers(void);
