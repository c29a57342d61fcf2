/* SPDX-License-Identifier: Apache-2.0 */
#include "ebpf_sim.h"

#include <stdlib.h>
#include <string.h>

#define JUMP(op) (BPF_JMP | (op) | BPF_K)
#define ALU(op)	 (BPF_ALU | (op) | BPF_K)
#define ALUX(op) (BPF_ALU | (op) | BPF_X)
#define LOAD	 (BPF_LDX | BPF_MEM | BPF_W)
#define EXIT	 (BPF_JMP | BPF_EXIT)

/* Registers as bits; 0: an instruction that isn't known. */
static int reads(const struct bpf_insn *i, unsigned *ret_writes)
{
	*ret_writes = 0;
	switch (i->code) {
	case LOAD:
		*ret_writes = 1U << i->dst_reg;
		return 1 << i->src_reg;
	case ALU(BPF_AND):
	case ALU(BPF_RSH):
	case ALU(BPF_LSH):
	case ALU(BPF_XOR):
		*ret_writes = 1U << i->dst_reg;
		return 1 << i->dst_reg;
	case ALUX(BPF_OR):
		*ret_writes = 1U << i->dst_reg;
		return 1 << i->dst_reg | 1 << i->src_reg;
	case ALUX(BPF_MOV):
		*ret_writes = 1U << i->dst_reg;
		return 1 << i->src_reg;
	case ALU(BPF_MOV):
		*ret_writes = 1U << i->dst_reg;
		return 1 << BPF_REG_1;
	case JUMP(BPF_JEQ):
	case JUMP(BPF_JNE):
	case JUMP(BPF_JSET):
		return 1 << i->dst_reg;
	case JUMP(BPF_JA):
		return 1 << BPF_REG_1;
	case EXIT:
		return 1 << BPF_REG_0;
	default:
		return 0;
	}
}

static int loads_field(const struct bpf_insn *i)
{
	return i->src_reg == BPF_REG_1 && i->off >= 0 && i->off % 4 == 0 &&
	       (size_t)i->off < sizeof(struct bpf_cgroup_dev_ctx);
}

/* known[i]: the registers that are written on every way to instruction i; 0: nobody gets there. */
static int flows(unsigned *known, size_t n, size_t to, unsigned registers)
{
	if (to >= n)
		return 0;
	known[to] = known[to] ? known[to] & registers : registers;
	return 1;
}

int ebpf_sim_valid(const struct bpf_insn *code, size_t n)
{
	unsigned *known = calloc(n + 1, sizeof(*known)), writes, scratched = 0;
	int ok = n > 0;

	if (!known)
		abort();
	known[0] = 1U << BPF_REG_1;
	for (size_t i = 0; ok && i < n; i++) {
		const struct bpf_insn *c = &code[i];
		unsigned needed = (unsigned)reads(c, &writes);
		int is_jump = BPF_CLASS(c->code) == BPF_JMP && c->code != EXIT;

		ok = known[i] && needed && !(needed & ~known[i]) && c->off >= 0 &&
		     (c->code != LOAD || (loads_field(c) && !scratched));
		scratched |= writes & 1U << BPF_REG_1;
		if (ok && is_jump)
			ok = flows(known, n, i + 1 + (size_t)c->off, known[i]);
		if (ok && c->code != EXIT && c->code != JUMP(BPF_JA))
			ok = flows(known, n, i + 1, known[i] | writes);
	}
	free(known);
	return ok;
}

static int taken(const struct bpf_insn *c, uint64_t value)
{
	uint64_t imm = (uint64_t)(int64_t)c->imm; /* 64-bit jumps extend the sign */

	switch (BPF_OP(c->code)) {
	case BPF_JEQ:
		return value == imm;
	case BPF_JNE:
		return value != imm;
	case BPF_JSET:
		return (value & imm) != 0;
	default:
		return 1;
	}
}

int64_t ebpf_sim_run(const struct bpf_insn *code, size_t n, const struct bpf_cgroup_dev_ctx *ctx)
{
	uint64_t r[MAX_BPF_REG] = {};
	uint32_t field;

	for (size_t i = 0; i < n; i++) {
		const struct bpf_insn *c = &code[i];

		switch (c->code) {
		case LOAD:
			if (!loads_field(c))
				return EBPF_SIM_BROKEN;
			memcpy(&field, (const char *)ctx + c->off, sizeof(field));
			r[c->dst_reg] = field;
			break;
		case ALU(BPF_AND):
			r[c->dst_reg] = (uint32_t)r[c->dst_reg] & (uint32_t)c->imm;
			break;
		case ALU(BPF_RSH):
			r[c->dst_reg] = (uint32_t)r[c->dst_reg] >> c->imm;
			break;
		case ALU(BPF_LSH):
			r[c->dst_reg] = (uint32_t)r[c->dst_reg] << c->imm;
			break;
		case ALU(BPF_XOR):
			r[c->dst_reg] = (uint32_t)r[c->dst_reg] ^ (uint32_t)c->imm;
			break;
		case ALUX(BPF_OR):
			r[c->dst_reg] = (uint32_t)r[c->dst_reg] | (uint32_t)r[c->src_reg];
			break;
		case ALUX(BPF_MOV):
			r[c->dst_reg] = (uint32_t)r[c->src_reg];
			break;
		case ALU(BPF_MOV):
			r[c->dst_reg] = (uint32_t)c->imm;
			break;
		case EXIT:
			return (int64_t)r[BPF_REG_0];
		default:
			if (BPF_CLASS(c->code) != BPF_JMP || c->off < 0)
				return EBPF_SIM_BROKEN;
			if (taken(c, r[c->dst_reg]))
				i += (size_t)c->off;
		}
	}
	return EBPF_SIM_BROKEN;
}
