/* SPDX-License-Identifier: Apache-2.0 */
/* Capability numbers are kernel ABI (linux/capability.h); the kernel has no text form of them. */
#include "hello/kernel_text.h"

#include <errno.h>
#include <stdlib.h>

static const struct {
	const char *name;
	bool by_default; /* a container gets it when nobody asked for anything */
} capabilities[] = {
	{ "CAP_CHOWN", true },
	{ "CAP_DAC_OVERRIDE", true },
	{ "CAP_DAC_READ_SEARCH", false },
	{ "CAP_FOWNER", true },
	{ "CAP_FSETID", true },
	{ "CAP_KILL", true },
	{ "CAP_SETGID", true },
	{ "CAP_SETUID", true },
	{ "CAP_SETPCAP", true },
	{ "CAP_LINUX_IMMUTABLE", false },
	{ "CAP_NET_BIND_SERVICE", true },
	{ "CAP_NET_BROADCAST", false },
	{ "CAP_NET_ADMIN", false },
	{ "CAP_NET_RAW", false },
	{ "CAP_IPC_LOCK", false },
	{ "CAP_IPC_OWNER", false },
	{ "CAP_SYS_MODULE", false },
	{ "CAP_SYS_RAWIO", false },
	{ "CAP_SYS_CHROOT", true },
	{ "CAP_SYS_PTRACE", false },
	{ "CAP_SYS_PACCT", false },
	{ "CAP_SYS_ADMIN", false },
	{ "CAP_SYS_BOOT", false },
	{ "CAP_SYS_NICE", false },
	{ "CAP_SYS_RESOURCE", false },
	{ "CAP_SYS_TIME", false },
	{ "CAP_SYS_TTY_CONFIG", false },
	{ "CAP_MKNOD", false },
	{ "CAP_LEASE", false },
	{ "CAP_AUDIT_WRITE", false },
	{ "CAP_AUDIT_CONTROL", false },
	{ "CAP_SETFCAP", true },
	{ "CAP_MAC_OVERRIDE", false },
	{ "CAP_MAC_ADMIN", false },
	{ "CAP_SYSLOG", false },
	{ "CAP_WAKE_ALARM", false },
	{ "CAP_BLOCK_SUSPEND", false },
	{ "CAP_AUDIT_READ", false },
	{ "CAP_PERFMON", false },
	{ "CAP_BPF", false },
	{ "CAP_CHECKPOINT_RESTORE", false },
};

int kernel_capabilities(struct arena *a, const char *hex, struct capability_set *ret)
{
	unsigned long long mask;
	char *end;

	*ret = (struct capability_set){};
	errno = 0;
	mask = strtoull(hex, &end, 16);
	if (errno || end == hex || *end)
		return -1;
	for (size_t i = 0; i < 64; i++) {
		bool known = i < ARRAY_SIZE(capabilities);

		if (!(mask >> i & 1))
			continue;
		ARENA_PUSH(a, ret->names, ret->n) =
			known ? capabilities[i].name : arena_printf(a, "CAP_%zu", i);
		ret->beyond_default |= !known || !capabilities[i].by_default;
	}
	return 0;
}
