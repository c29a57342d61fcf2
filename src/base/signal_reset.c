/* SPDX-License-Identifier: Apache-2.0 */
#include "base/signal_reset.h"

#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#define KERNEL_SIGNALS 64

void signal_reset_all(void)
{
	/* The kernel's structure: handler (0: default), flags, restorer, mask. */
	static const uintptr_t usual[4];
	sigset_t none;

	for (int s = 1; s <= KERNEL_SIGNALS; s++)
		syscall(SYS_rt_sigaction, s, usual, NULL, KERNEL_SIGNALS / 8);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}
