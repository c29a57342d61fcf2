/* SPDX-License-Identifier: Apache-2.0 */
/*
 * confine/seccomp.h: a stranger's profile through parser and generator; whatever comes out must be
 * a program that the kernel would take.
 */
#include <stdint.h>
#include <stdlib.h>

#include "confine/seccomp.h"
#include "../unit/bpf_sim.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seccomp_target target = { .caps = 0x5555555555ULL,
					 .arch = "SCMP_ARCH_X86_64",
					 .kernel = SECCOMP_KERNEL(6, 1) };
	cleanup_arena struct arena *a = arena_new();
	struct seccomp_profile profile;
	struct seccomp_program program;
	struct err e;

	if (seccomp_parse((const char *)data, size, a, &profile, &e) == 0 &&
	    seccomp_compile(&profile, &target, a, &program, &e) == 0 &&
	    !bpf_sim_valid(program.code, program.n))
		abort();
	return 0;
}
