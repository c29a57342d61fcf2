/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel's security modules. */
#include <fcntl.h>
#include <unistd.h>

#include "base/fd.h"
#include "confine/host_parts.h"

#define APPARMOR_ENABLED  "/sys/module/apparmor/parameters/enabled"
#define APPARMOR_PROFILES "/sys/kernel/security/apparmor"
#define SELINUX_ENFORCE	  "/sys/fs/selinux/enforce"
#define YAMA_SCOPE	  "/proc/sys/kernel/yama/ptrace_scope"

void host_ask_apparmor(const struct host_probe *p, struct host_row *row)
{
	struct err ignored;
	cleanup_free char *on = fd_read_file(AT_FDCWD, APPARMOR_ENABLED, 64, &ignored);

	(void)p;
	if (!on)
		host_lacks(row, HOST_MISSING, "this kernel runs without AppArmor",
			   "a kernel built with CONFIG_SECURITY_APPARMOR");
	else if (*on != 'Y')
		host_lacks(row, HOST_MISSING, "this kernel runs without AppArmor",
			   "boot with apparmor=1 security=apparmor");
	else if (access(APPARMOR_PROFILES, F_OK) < 0)
		host_lacks(row, HOST_PARTLY, "profiles can't be loaded: securityfs isn't mounted",
			   "sudo mount -t securityfs securityfs /sys/kernel/security");
}

void host_ask_selinux(const struct host_probe *p, struct host_row *row)
{
	long enforce = host_number(SELINUX_ENFORCE);

	(void)p;
	if (enforce < 0)
		host_lacks(row, HOST_MISSING, "this kernel runs without SELinux",
			   "boot with selinux=1 security=selinux");
	else if (enforce == 0)
		host_lacks(row, HOST_PARTLY, "it is permissive: it reports and refuses nothing",
			   "sudo setenforce 1");
}

/* Containers have pid namespaces of their own; this guards the user's other processes. */
void host_ask_ptrace_scope(const struct host_probe *p, struct host_row *row)
{
	long scope = host_number(YAMA_SCOPE);

	if (scope < 0)
		host_lacks(row, HOST_MISSING, "this kernel runs without Yama",
			   "boot with lsm=yama,… (see /sys/kernel/security/lsm for the others)");
	else if (scope == 0)
		host_lacks(row, HOST_PARTLY, "a process may trace any other one of its user",
			   "sudo sysctl -w kernel.yama.ptrace_scope=1");
	else
		row->detail = arena_printf(p->arena, "%ld", scope);
}
