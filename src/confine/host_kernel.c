/* SPDX-License-Identifier: Apache-2.0 */
/* Kernel version, and what a process imposes on itself: no_new_privs, seccomp, Landlock. */
#include <errno.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "confine/host_parts.h"

#define KERNEL_MAJOR_MIN 6
#define KERNEL_MINOR_MIN 1
/* LANDLOCK_CREATE_RULESET_VERSION, and the first ABI with scopes (Linux 6.12). */
#define LANDLOCK_VERSION    1
#define LANDLOCK_SCOPES_ABI 6
#define BOOT_LANDLOCK	    "boot with lsm=landlock,… (see /sys/kernel/security/lsm for the others)"

void host_ask_kernel(const struct host_probe *p, struct host_row *row)
{
	unsigned major = 0, minor = 0;
	struct utsname u;

	if (uname(&u) < 0 || sscanf(u.release, "%u.%u", &major, &minor) != 2) {
		host_lacks(row, HOST_MISSING, "its version can't be read", NULL);
		return;
	}
	row->detail = arena_strdup(p->arena, u.release);
	if (major < KERNEL_MAJOR_MIN || (major == KERNEL_MAJOR_MIN && minor < KERNEL_MINOR_MIN))
		host_lacks(row, HOST_PARTLY, "older than Linux 6.1, the oldest that is tested",
			   "install a newer kernel");
}

void host_ask_no_new_privileges(const struct host_probe *p, struct host_row *row)
{
	(void)p;
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) < 0)
		host_lacks(row, HOST_MISSING, "this kernel doesn't have it", NULL);
}

static int has_action(uint32_t action)
{
	return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

void host_ask_seccomp(const struct host_probe *p, struct host_row *row)
{
	(void)p;
	if (!has_action(SECCOMP_RET_ERRNO) || !has_action(SECCOMP_RET_KILL_PROCESS)) {
		host_lacks(row, HOST_MISSING, "this kernel has no system call filters",
			   "a kernel built with CONFIG_SECCOMP_FILTER");
		return;
	}
	row->detail = has_action(SECCOMP_RET_USER_NOTIF) ? "with notification" : NULL;
}

void host_ask_landlock(const struct host_probe *p, struct host_row *row)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_VERSION);

	if (abi < 0) {
		host_lacks(row, HOST_MISSING,
			   errno == EOPNOTSUPP ? "the kernel's command line turns it off"
					       : "this kernel doesn't have it",
			   errno == EOPNOTSUPP ? BOOT_LANDLOCK
					       : "a kernel built with CONFIG_SECURITY_LANDLOCK");
		return;
	}
	row->detail = arena_printf(p->arena, "ABI %ld", abi);
	if (abi < LANDLOCK_SCOPES_ABI)
		host_lacks(row, HOST_PARTLY, "no scopes for signals and abstract sockets",
			   "use Linux 6.12 or later");
}
