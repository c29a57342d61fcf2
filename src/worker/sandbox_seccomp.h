/* SPDX-License-Identifier: Apache-2.0 */
/* The seccomp part of the sandbox: allowed calls by name, one table for glibc 2.36 to 2.41. */
#pragma once

#include "base/err.h"
#include "worker/sandbox_rules.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANDBOX_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANDBOX_SANITIZED
#endif
#endif

/* What the folders' access doesn't need isn't allowed: a worker that only reads can't unlink. */
int sandbox_seccomp(const struct sandbox *s, struct err *e);
