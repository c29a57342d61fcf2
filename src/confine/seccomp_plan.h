/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between profile and program: for each architecture the numbers with what is decided for them.
 * Used by seccomp*.c only; pure.
 */
#pragma once

#include "base/text.h"
#include "confine/seccomp.h"

struct seccomp_test {
	struct seccomp_arg arg;
	int narrow; /* only the low 32 bits count */
};

/* All tests hold: the action. */
struct seccomp_case {
	const struct seccomp_test *tests;
	size_t n_tests;
	uint32_t action;
};

struct seccomp_call {
	uint32_t number;
	const struct seccomp_case *cases; /* in order */
	size_t n_cases;
	int has_otherwise;
	uint32_t otherwise; /* no case matched */
};

/* What numbers from `start` on get that aren't in `calls`, up to the next span's start. */
struct seccomp_span {
	uint32_t start, action;
};

struct seccomp_section {
	uint32_t audit_arch;
	struct seccomp_call *calls; /* ascending numbers */
	size_t n_calls;
	struct seccomp_span spans[4]; /* ascending, the first one starts at 0 */
	size_t n_spans;
};

#define SECCOMP_SECTIONS_MAX 8

struct seccomp_plan {
	struct seccomp_section sections[SECCOMP_SECTIONS_MAX];
	size_t n;
	uint32_t default_action;
};

int seccomp_plan(const struct seccomp_profile *p, const struct seccomp_target *t, struct arena *a,
		 struct seccomp_plan *ret, struct err *e);
/* The code generator. ERR_LIMIT beyond BPF_MAXINSNS. */
int seccomp_generate(const struct seccomp_plan *plan, struct arena *a, struct seccomp_program *ret,
		     struct err *e);
/* All that a profile says, for telling profiles apart. */
void seccomp_profile_key(const struct seccomp_profile *p, struct text *t);
/* Does the program return SECCOMP_RET_USER_NOTIF anywhere? */
int seccomp_program_notifies(const struct seccomp_program *p);
