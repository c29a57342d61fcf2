/* SPDX-License-Identifier: Apache-2.0 */
#include "confine/seccomp_names.h"

#include <linux/audit.h>
#include <seccomp.h>
#include <string.h>

#include "base/mem.h"

/*
 * linux/audit.h: ELF's number of the machine, 64 bits, little-endian. libseccomp has these since 2.6,
 * with the same numbers; older ones know no call of theirs.
 */
#define LOONGARCH64 (258 | 0x80000000 | 0x40000000)
#define M68K	    4
#define SH	    (42 | 0x40000000)
#define SHEB	    42

static const struct seccomp_arch arches[] = {
	{ "SCMP_ARCH_AARCH64", "arm64", SCMP_ARCH_AARCH64, AUDIT_ARCH_AARCH64, 'a' },
	{ "SCMP_ARCH_ARM", "arm", SCMP_ARCH_ARM, AUDIT_ARCH_ARM, 'a' },
	{ "SCMP_ARCH_LOONGARCH64", "loong64", LOONGARCH64, LOONGARCH64, 'l' },
	{ "SCMP_ARCH_M68K", "m68k", M68K, M68K, '6' },
	{ "SCMP_ARCH_MIPS", "mips", SCMP_ARCH_MIPS, AUDIT_ARCH_MIPS, 'm' },
	{ "SCMP_ARCH_MIPS64", "mips64", SCMP_ARCH_MIPS64, AUDIT_ARCH_MIPS64, 'm' },
	{ "SCMP_ARCH_MIPS64N32", "mips64n32", SCMP_ARCH_MIPS64N32, AUDIT_ARCH_MIPS64N32, 'm' },
	{ "SCMP_ARCH_MIPSEL", "mipsel", SCMP_ARCH_MIPSEL, AUDIT_ARCH_MIPSEL, 'e' },
	{ "SCMP_ARCH_MIPSEL64", "mipsel64", SCMP_ARCH_MIPSEL64, AUDIT_ARCH_MIPSEL64, 'e' },
	{ "SCMP_ARCH_MIPSEL64N32", "mipsel64n32", SCMP_ARCH_MIPSEL64N32, AUDIT_ARCH_MIPSEL64N32,
	  'e' },
	{ "SCMP_ARCH_PARISC", "parisc", SCMP_ARCH_PARISC, AUDIT_ARCH_PARISC, 'h' },
	{ "SCMP_ARCH_PARISC64", "parisc64", SCMP_ARCH_PARISC64, AUDIT_ARCH_PARISC64, 'h' },
	{ "SCMP_ARCH_PPC", "ppc", SCMP_ARCH_PPC, AUDIT_ARCH_PPC, 'p' },
	{ "SCMP_ARCH_PPC64", "ppc64", SCMP_ARCH_PPC64, AUDIT_ARCH_PPC64, 'p' },
	{ "SCMP_ARCH_PPC64LE", "ppc64le", SCMP_ARCH_PPC64LE, AUDIT_ARCH_PPC64LE, 'p' },
	{ "SCMP_ARCH_RISCV64", "riscv64", SCMP_ARCH_RISCV64, AUDIT_ARCH_RISCV64, 'r' },
	{ "SCMP_ARCH_S390", "s390", SCMP_ARCH_S390, AUDIT_ARCH_S390, 's' },
	{ "SCMP_ARCH_S390X", "s390x", SCMP_ARCH_S390X, AUDIT_ARCH_S390X, 's' },
	{ "SCMP_ARCH_SH", "sh", SH, SH, 'H' },
	{ "SCMP_ARCH_SHEB", "sheb", SHEB, SHEB, 'H' },
	{ "SCMP_ARCH_X32", "x32", SCMP_ARCH_X32, AUDIT_ARCH_X86_64, 'x' },
	{ "SCMP_ARCH_X86", "x86", SCMP_ARCH_X86, AUDIT_ARCH_I386, 'x' },
	{ "SCMP_ARCH_X86_64", "amd64", SCMP_ARCH_X86_64, AUDIT_ARCH_X86_64, 'x' },
};

const struct seccomp_arch *seccomp_arch_at(size_t n)
{
	return n < ARRAY_SIZE(arches) ? &arches[n] : NULL;
}

const struct seccomp_arch *seccomp_arch_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(arches); i++)
		if (!strcmp(arches[i].name, name))
			return &arches[i];
	return NULL;
}

const struct seccomp_arch *seccomp_arch_host(void)
{
	uint32_t token = seccomp_arch_native();

	for (size_t i = 0; i < ARRAY_SIZE(arches); i++)
		if (arches[i].token == token)
			return &arches[i];
	return NULL;
}

/* Since Linux 5.0 a new call has one number everywhere; these came after libseccomp 2.5.4. */
static const struct {
	const char *name;
	int number;
	uint32_t only; /* 0: all architectures */
} newer[] = {
	{ "uretprobe", 335, SCMP_ARCH_X86_64 },
	{ "uprobe", 336, SCMP_ARCH_X86_64 },
	{ "futex_waitv", 449, 0 },
	{ "set_mempolicy_home_node", 450, 0 },
	{ "cachestat", 451, 0 },
	{ "fchmodat2", 452, 0 },
	{ "map_shadow_stack", 453, 0 },
	{ "futex_wake", 454, 0 },
	{ "futex_wait", 455, 0 },
	{ "futex_requeue", 456, 0 },
	{ "statmount", 457, 0 },
	{ "listmount", 458, 0 },
	{ "lsm_get_self_attr", 459, 0 },
	{ "lsm_set_self_attr", 460, 0 },
	{ "lsm_list_modules", 461, 0 },
	{ "mseal", 462, 0 },
	{ "setxattrat", 463, 0 },
	{ "getxattrat", 464, 0 },
	{ "listxattrat", 465, 0 },
	{ "removexattrat", 466, 0 },
	{ "open_tree_attr", 467, 0 },
	{ "file_getattr", 468, 0 },
	{ "file_setattr", 469, 0 },
	{ "riscv_hwprobe", 258, SCMP_ARCH_RISCV64 },
};

static int newer_number(const struct seccomp_arch *arch, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(newer); i++) {
		if (strcmp(newer[i].name, name) != 0 ||
		    (newer[i].only && newer[i].only != arch->token))
			continue;
		return arch->token == SCMP_ARCH_X32 ? newer[i].number | SECCOMP_X32_BIT
						    : newer[i].number;
	}
	return -1;
}

/*
 * Where sockets and IPC have a multiplexer, libseccomp only tells that: the calls of their own,
 * which came in Linux 4.3 and 5.1, have these numbers. 0: none.
 */
enum { DIRECT_I386, DIRECT_S390, DIRECT_PPC, DIRECT_COUNT };
static const struct {
	const char *name;
	short number[DIRECT_COUNT];
} direct[] = {
	{ "socket", { 359, 359, 326 } },
	{ "socketpair", { 360, 360, 333 } },
	{ "bind", { 361, 361, 327 } },
	{ "connect", { 362, 362, 328 } },
	{ "listen", { 363, 363, 329 } },
	{ "accept", { 0, 0, 330 } },
	{ "accept4", { 364, 364, 344 } },
	{ "getsockopt", { 365, 365, 340 } },
	{ "setsockopt", { 366, 366, 339 } },
	{ "getsockname", { 367, 367, 331 } },
	{ "getpeername", { 368, 368, 332 } },
	{ "send", { 0, 0, 334 } },
	{ "sendto", { 369, 369, 335 } },
	{ "sendmsg", { 370, 370, 341 } },
	{ "recv", { 0, 0, 336 } },
	{ "recvfrom", { 371, 371, 337 } },
	{ "recvmsg", { 372, 372, 342 } },
	{ "shutdown", { 373, 373, 338 } },
	{ "recvmmsg", { 337, 357, 343 } },
	{ "sendmmsg", { 345, 358, 349 } },
	{ "semtimedop", { 0, 392, 392 } },
	{ "semget", { 393, 393, 393 } },
	{ "semctl", { 394, 394, 394 } },
	{ "shmget", { 395, 395, 395 } },
	{ "shmctl", { 396, 396, 396 } },
	{ "shmat", { 397, 397, 397 } },
	{ "shmdt", { 398, 398, 398 } },
	{ "msgget", { 399, 399, 399 } },
	{ "msgsnd", { 400, 400, 400 } },
	{ "msgrcv", { 401, 401, 401 } },
	{ "msgctl", { 402, 402, 402 } },
};

static int direct_column(uint32_t token)
{
	switch (token) {
	case SCMP_ARCH_X86:
		return DIRECT_I386;
	case SCMP_ARCH_S390:
	case SCMP_ARCH_S390X:
		return DIRECT_S390;
	case SCMP_ARCH_PPC:
	case SCMP_ARCH_PPC64:
	case SCMP_ARCH_PPC64LE:
		return DIRECT_PPC;
	default:
		return -1;
	}
}

static int direct_number(const struct seccomp_arch *arch, const char *name)
{
	int column = direct_column(arch->token);

	for (size_t i = 0; column >= 0 && i < ARRAY_SIZE(direct); i++)
		if (!strcmp(direct[i].name, name))
			return direct[i].number[column] ? direct[i].number[column] : -1;
	return -1;
}

int seccomp_number(const struct seccomp_arch *arch, const char *name)
{
	int number = seccomp_syscall_resolve_name_arch(arch->token, name);

	if (number >= 0)
		return number;
	/* Below -1: known, but not as a call of this architecture. */
	return number == __NR_SCMP_ERROR ? newer_number(arch, name) : direct_number(arch, name);
}

/* linux/net.h and linux/ipc.h; the upper half of ipc's first argument is a version. */
static const struct {
	const char *name;
	uint32_t number;
} socketcalls[] = {
	{ "socket", 1 },      { "bind", 2 },	    { "connect", 3 },	  { "listen", 4 },
	{ "accept", 5 },      { "getsockname", 6 }, { "getpeername", 7 }, { "socketpair", 8 },
	{ "send", 9 },	      { "recv", 10 },	    { "sendto", 11 },	  { "recvfrom", 12 },
	{ "shutdown", 13 },   { "setsockopt", 14 }, { "getsockopt", 15 }, { "sendmsg", 16 },
	{ "recvmsg", 17 },    { "accept4", 18 },    { "recvmmsg", 19 },	  { "sendmmsg", 20 },
}, ipc_calls[] = {
	{ "semop", 1 },	  { "semget", 2 },  { "semctl", 3 },  { "semtimedop", 4 },
	{ "msgsnd", 11 }, { "msgrcv", 12 }, { "msgget", 13 }, { "msgctl", 14 },
	{ "shmat", 21 },  { "shmdt", 22 },  { "shmget", 23 }, { "shmctl", 24 },
};

const char *seccomp_multiplexer(const char *name, uint32_t *ret_number, uint32_t *ret_mask)
{
	for (size_t i = 0; i < ARRAY_SIZE(socketcalls); i++)
		if (!strcmp(socketcalls[i].name, name)) {
			*ret_number = socketcalls[i].number;
			*ret_mask = UINT32_MAX;
			return "socketcall";
		}
	for (size_t i = 0; i < ARRAY_SIZE(ipc_calls); i++)
		if (!strcmp(ipc_calls[i].name, name)) {
			*ret_number = ipc_calls[i].number;
			*ret_mask = UINT16_MAX;
			return "ipc";
		}
	return NULL;
}

/* int and unsigned int in the kernel's SYSCALL_DEFINEs, of the calls that filters look into. */
static const struct {
	const char *name;
	uint8_t args; /* bit per argument */
} int_args[] = {
	{ "bpf", 1 << 0 | 1 << 2 },
	{ "fcntl", 1 << 0 | 1 << 1 },
	{ "fcntl64", 1 << 0 | 1 << 1 },
	{ "ioctl", 1 << 0 | 1 << 1 },
	{ "ipc", 1 << 0 },
	{ "keyctl", 1 << 0 },
	{ "personality", 1 << 0 },
	{ "prctl", 1 << 0 },
	{ "setns", 1 << 0 | 1 << 1 },
	{ "setsockopt", 1 << 0 | 1 << 1 | 1 << 2 },
	{ "socket", 1 << 0 | 1 << 1 | 1 << 2 },
	{ "socketcall", 1 << 0 },
	{ "socketpair", 1 << 0 | 1 << 1 | 1 << 2 },
	{ "madvise", 1 << 2 },
	{ "mknod", 1 << 2 },
	{ "mknodat", 1 << 0 | 1 << 3 },
	{ "open", 1 << 1 },
	{ "openat", 1 << 0 | 1 << 2 },
};

int seccomp_arg_is_int(const char *name, unsigned index)
{
	for (size_t i = 0; i < ARRAY_SIZE(int_args); i++)
		if (!strcmp(int_args[i].name, name))
			return int_args[i].args >> index & 1;
	return 0;
}
