/* SPDX-License-Identifier: Apache-2.0 */
#include "bpf_sim.h"

#include <linux/bpf_common.h>
#include <string.h>

static int jumps_within(const struct sock_filter *f, size_t at, size_t n)
{
	if (f->code == (BPF_JMP | BPF_JA))
		return f->k < n - at - 1;
	return at + 1 + f->jt < n && at + 1 + f->jf < n;
}

int bpf_sim_valid(const struct sock_filter *code, size_t n)
{
	if (n == 0 || n > BPF_MAXINSNS || BPF_CLASS(code[n - 1].code) != BPF_RET)
		return 0;
	for (size_t i = 0; i < n; i++) {
		const struct sock_filter *f = &code[i];

		switch (f->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			if (f->k % 4 || f->k >= sizeof(struct seccomp_data))
				return 0;
			break;
		case BPF_ALU | BPF_AND | BPF_K:
		case BPF_RET | BPF_K:
			break;
		case BPF_JMP | BPF_JA:
		case BPF_JMP | BPF_JEQ | BPF_K:
		case BPF_JMP | BPF_JGT | BPF_K:
		case BPF_JMP | BPF_JGE | BPF_K:
		case BPF_JMP | BPF_JSET | BPF_K:
			if (!jumps_within(f, i, n))
				return 0;
			break;
		default:
			return 0;
		}
	}
	return 1;
}

static int test(const struct sock_filter *f, uint32_t a)
{
	switch (BPF_OP(f->code)) {
	case BPF_JEQ:
		return a == f->k;
	case BPF_JGT:
		return a > f->k;
	case BPF_JGE:
		return a >= f->k;
	default:
		return (a & f->k) != 0;
	}
}

uint32_t bpf_sim_run(const struct sock_filter *code, size_t n, const struct seccomp_data *data,
		     unsigned *ret_steps)
{
	uint32_t a = 0;
	unsigned steps = 0;

	if (!bpf_sim_valid(code, n))
		return BPF_SIM_BROKEN;
	for (size_t at = 0; at < n; at++) {
		const struct sock_filter *f = &code[at];

		steps++;
		switch (BPF_CLASS(f->code)) {
		case BPF_LD:
			memcpy(&a, (const char *)data + f->k, sizeof(a));
			break;
		case BPF_ALU:
			a &= f->k;
			break;
		case BPF_JMP:
			at += BPF_OP(f->code) == BPF_JA ? f->k : test(f, a) ? f->jt : f->jf;
			break;
		default:
			if (ret_steps)
				*ret_steps = steps;
			return f->k;
		}
	}
	return BPF_SIM_BROKEN;
}
