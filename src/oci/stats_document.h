/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lines of `events`: {"type":"stats","id":…,"data":…} with runc's names of all counters, which its
 * callers read; and {"type":"oom","id":…}. Written as text, since numbers go up to 2^64 - 1. All strings
 * in it are the kernel's or a checked id, and need no escapes. Pure.
 */
#pragma once

#include "base/text.h"
#include "runtime/cgroup_stats.h"

void oci_event_add_stats(struct text *t, const char *id, const struct cgroup_stats *s);
void oci_event_add_oom(struct text *t, const char *id);
