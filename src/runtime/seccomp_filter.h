/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loading a system call filter: seccomp(2), seccomp_unotify(2). Private to src/runtime, but
 * seccomp_filter_known_flags().
 *
 * Theory of operation. A filter that notifies has a listener, a descriptor that the caller must get
 * from the process that loaded the filter, which then is bound by it: if sending were notified
 * of too, it would wait for an answer that nobody can give. So a thread of the same process, started
 * before, without the filter, sends the descriptor. The thread that loaded it makes no system
 * call at all until that is done, and so may be forbidden, or have notified, every single one.
 */
#pragma once

#include <stdatomic.h>

#include "base/err.h"
#include "runtime/spec_process.h"

#define SECCOMP_SENDER_STACK_BYTES 16384

/* Lives in the process's memory until the exec. */
struct seccomp_sender {
	_Alignas(16) char stack[SECCOMP_SENDER_STACK_BYTES];
	int status_fd;
	atomic_int started, step, listener_fd;
	struct err error; /* valid at the step that says so */
};

/* SECCOMP_FILTER_FLAG_* that this kernel has. */
unsigned seccomp_filter_known_flags(void);

/* Starts the thread when `s` notifies, while a process may still do so. */
int seccomp_filter_prepare(const struct spec_seccomp *s, int status_fd,
			   struct seccomp_sender *sender, struct err *e);
/* Loads the filter, and returns when the caller has its listener. Nothing without a filter. */
int seccomp_filter_load(const struct spec_seccomp *s, struct seccomp_sender *sender, struct err *e);
