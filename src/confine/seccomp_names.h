/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Architectures and system call numbers. libseccomp has the tables; what is newer than its version
 * on the oldest supported distribution stands in a small table of ours. Pure; used by seccomp*.c, and
 * for a list of what is known.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct seccomp_arch {
	const char *name;   /* "SCMP_ARCH_X86_64" */
	const char *docker; /* "amd64", as conditions of Docker's profiles name it; may be NULL */
	uint32_t token;	    /* libseccomp's; the kernel's AUDIT_ARCH_* but for x32 */
	uint32_t audit;	    /* seccomp_data.arch */
	char family;	    /* architectures of one family can run on the same machine */
};

const struct seccomp_arch *seccomp_arch_find(const char *name); /* NULL: unknown */
const struct seccomp_arch *seccomp_arch_host(void);
/* The n-th of all, or NULL. */
const struct seccomp_arch *seccomp_arch_at(size_t n);

/* Set in the number of every x32 call, which share their AUDIT_ARCH with x86_64. */
#define SECCOMP_X32_BIT 0x40000000

/* The number, or -1 where the call is unknown or the architecture doesn't have it. */
int seccomp_number(const struct seccomp_arch *arch, const char *name);
/*
 * i386 and some others have calls that stand for many ("socketcall", "ipc"): the name of the one
 * that can do what `name` does, and by which first argument (of whose bits `mask` count); or NULL.
 */
const char *seccomp_multiplexer(const char *name, uint32_t *ret_number, uint32_t *ret_mask);
/*
 * Does the kernel take only the low 32 bits of this argument? A filter that compares all 64 is
 * passed by setting a high one (CVE-2019-10063).
 */
int seccomp_arg_is_int(const char *name, unsigned index);
