/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Access to /proc through a descriptor that is proved to be procfs, so that nothing that a container
 * mounted or linked there can divert a write (CVE-2019-16884, CVE-2025-52881).
 */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

/* The host's /proc; proc(5). */
int procfs_open(struct err *e);
/* A new instance, attached nowhere, of the pid namespace that this process is in. */
int procfs_new(struct err *e);
/* Writes one value to a file below it, such as "self/attr/apparmor/exec"; magic links refused. */
int procfs_write(int proc_fd, const char *path, const char *value, struct err *e);
/* Reads at most size - 1 bytes of one, NUL-terminated; how many. */
ssize_t procfs_read(int proc_fd, const char *path, char *ret, size_t size, struct err *e);
