/* SPDX-License-Identifier: Apache-2.0 */
#include "base/capability_name.h"

#include <stdio.h>

static const char *const names[CAPABILITY_COUNT] = {
	"CAP_CHOWN",
	"CAP_DAC_OVERRIDE",
	"CAP_DAC_READ_SEARCH",
	"CAP_FOWNER",
	"CAP_FSETID",
	"CAP_KILL",
	"CAP_SETGID",
	"CAP_SETUID",
	"CAP_SETPCAP",
	"CAP_LINUX_IMMUTABLE",
	"CAP_NET_BIND_SERVICE",
	"CAP_NET_BROADCAST",
	"CAP_NET_ADMIN",
	"CAP_NET_RAW",
	"CAP_IPC_LOCK",
	"CAP_IPC_OWNER",
	"CAP_SYS_MODULE",
	"CAP_SYS_RAWIO",
	"CAP_SYS_CHROOT",
	"CAP_SYS_PTRACE",
	"CAP_SYS_PACCT",
	"CAP_SYS_ADMIN",
	"CAP_SYS_BOOT",
	"CAP_SYS_NICE",
	"CAP_SYS_RESOURCE",
	"CAP_SYS_TIME",
	"CAP_SYS_TTY_CONFIG",
	"CAP_MKNOD",
	"CAP_LEASE",
	"CAP_AUDIT_WRITE",
	"CAP_AUDIT_CONTROL",
	"CAP_SETFCAP",
	"CAP_MAC_OVERRIDE",
	"CAP_MAC_ADMIN",
	"CAP_SYSLOG",
	"CAP_WAKE_ALARM",
	"CAP_BLOCK_SUSPEND",
	"CAP_AUDIT_READ",
	"CAP_PERFMON",
	"CAP_BPF",
	"CAP_CHECKPOINT_RESTORE",
};

const char *capability_name(unsigned number)
{
	return number < CAPABILITY_COUNT ? names[number] : NULL;
}

void capability_names_join(uint64_t set, char *ret, size_t size)
{
	size_t used = 0;

	*ret = '\0';
	for (unsigned i = 0; i < CAPABILITY_COUNT; i++) {
		int n;

		if (!(set >> i & 1))
			continue;
		n = snprintf(ret + used, size - used, "%s%s", used ? ", " : "", names[i]);
		if (n < 0 || (size_t)n >= size - used) {
			ret[used] = '\0';
			return;
		}
		used += (size_t)n;
	}
}
