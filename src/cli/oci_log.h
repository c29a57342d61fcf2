/* SPDX-License-Identifier: Apache-2.0 */
/* --log and --log-format: lines as runc writes them, which its callers read errors from. */
#pragma once

#include "base/err.h"

enum oci_log_level { OCI_LOG_DEBUG, OCI_LOG_WARNING, OCI_LOG_ERROR };

struct oci_log {
	int fd; /* -1: none */
	int json, debug;
};

/* `path` and `format` may be NULL: no log, text. */
int oci_log_open(const char *path, const char *format, struct oci_log *ret, struct err *e);
void oci_log_close(struct oci_log *log);
/* One line, one write. */
void oci_log_write(const struct oci_log *log, enum oci_log_level level, const char *message);
