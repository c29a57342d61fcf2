/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What hello reads, one function and one file per topic. Each adds its section(s) to the report.
 *
 * They ask the kernel only: system calls, /proc, /sys and /dev. No environment variable, argument
 * or file that an engine could have written is looked at, and a fact that can't be seen (no /proc,
 * no /sys) is reported as such, never assumed. Nothing that they do outlives them.
 */
#pragma once

#include "hello/report.h"

void identity_read(struct report *r); /* user, groups, id maps */
void privileges_read(
	struct report *r);	    /* capabilities, no_new_privs, seccomp, Landlock, LSM label */
void calls_read(struct report *r);  /* system calls, tried: see probe.h */
void cgroup_read(struct report *r); /* limits of the control groups, v1, v2 and hybrid */
void limits_read(struct report *r); /* resource limits (getrlimit) */
void namespaces_read(struct report *r); /* inode numbers; the host's own ones are known */
void mounts_read(struct report *r);	/* mount points and their flags */
void kernel_files_read(
	struct report *r);	     /* files of /proc, /sys and /dev that give the host away */
void network_read(struct report *r); /* interfaces */
void system_read(struct report *r);  /* host name, kernel, processes, the root directory */

/* The text of a kernel file in the report's arena, without the last newline; NULL if unreadable. */
char *kernel_file_text(struct arena *a, const char *path);
