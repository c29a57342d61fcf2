/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules are walked from the last one to the first. One register holds the accesses that are
 * not decided yet: a rule that allows takes its own out and ends the walk when none is left, a rule
 * that refuses ends it when one of its own is still there.
 *
 * The kernel follows both sides of each comparison and remembers what it learnt of the registers;
 * with hundreds of device numbers it would give up. So a number is compared in a copy that the next
 * rule overwrites.
 */
#include "runtime/cgroup_device_code.h"

/* linux/kdev_t.h: 12 bits of major, 20 bits of minor number. */
#define MINOR_BITS 20
#define MAJOR_MAX  0xfff
#define MINOR_MAX  0xfffff

#define JUMP(condition) (BPF_JMP | (condition) | BPF_K)

#define ACCESS_ALL (BPF_DEVCG_ACC_MKNOD | BPF_DEVCG_ACC_READ | BPF_DEVCG_ACC_WRITE)

/* Who lives where; r0 is the answer. */
enum {
	REG_CONTEXT = BPF_REG_1,
	REG_SCRATCH = BPF_REG_1, /* once all is read from the context */
	REG_TYPE = BPF_REG_2,
	REG_ACCESS = BPF_REG_3, /* not decided yet */
	REG_DEVICE = BPF_REG_4, /* major number, then minor number in the low MINOR_BITS */
	REG_MINOR = BPF_REG_5,
};

/* Where a jump goes until the end of the program is known. */
enum label { LABEL_NEXT = -1, LABEL_REFUSE = -2, LABEL_ALLOW = -3 };

struct program {
	struct bpf_insn *code;
	size_t n;
	int ends_here; /* the last instruction always jumps */
};

static struct bpf_insn *emit(struct program *p, unsigned char code, unsigned char dst, int imm)
{
	struct bpf_insn *i = &p->code[p->n++];

	*i = (struct bpf_insn){ .code = code, .dst_reg = dst & 0xf, .imm = imm };
	return i;
}

static void emit_load(struct program *p, unsigned char dst, size_t offset)
{
	struct bpf_insn *i = emit(p, BPF_LDX | BPF_MEM | BPF_W, dst, 0);

	i->src_reg = REG_CONTEXT;
	i->off = (short)offset;
}

static void emit_start(struct program *p)
{
	emit_load(p, REG_TYPE, offsetof(struct bpf_cgroup_dev_ctx, access_type));
	emit_load(p, REG_ACCESS, offsetof(struct bpf_cgroup_dev_ctx, access_type));
	emit_load(p, REG_DEVICE, offsetof(struct bpf_cgroup_dev_ctx, major));
	emit_load(p, REG_MINOR, offsetof(struct bpf_cgroup_dev_ctx, minor));
	emit(p, BPF_ALU | BPF_AND | BPF_K, REG_TYPE, 0xffff);
	emit(p, BPF_ALU | BPF_RSH | BPF_K, REG_ACCESS, 16);
	emit(p, BPF_ALU | BPF_LSH | BPF_K, REG_DEVICE, MINOR_BITS);
	emit(p, BPF_ALU | BPF_OR | BPF_X, REG_DEVICE, 0)->src_reg = REG_MINOR;
}

static int access_bits(unsigned access)
{
	return (access & RESOURCE_ACCESS_READ ? BPF_DEVCG_ACC_READ : 0) |
	       (access & RESOURCE_ACCESS_WRITE ? BPF_DEVCG_ACC_WRITE : 0) |
	       (access & RESOURCE_ACCESS_MKNOD ? BPF_DEVCG_ACC_MKNOD : 0);
}

static int can_match(const struct resource_device_rule *r)
{
	return r->access && r->major <= MAJOR_MAX && r->minor <= MINOR_MAX;
}

/* Leaves out of the copy what the rule doesn't name, and goes on when the rest is another one. */
static void emit_device(struct program *p, const struct resource_device_rule *r)
{
	int any_major = r->major == RESOURCE_DEVICE_ANY,
	    any_minor = r->minor == RESOURCE_DEVICE_ANY;

	if (any_major && any_minor)
		return;
	emit(p, BPF_ALU | BPF_MOV | BPF_X, REG_SCRATCH, 0)->src_reg = REG_DEVICE;
	if (any_major) {
		emit(p, BPF_ALU | BPF_AND | BPF_K, REG_SCRATCH, MINOR_MAX);
		emit(p, JUMP(BPF_JNE), REG_SCRATCH, (int)r->minor)->off = LABEL_NEXT;
	} else if (any_minor) {
		emit(p, BPF_ALU | BPF_RSH | BPF_K, REG_SCRATCH, MINOR_BITS);
		emit(p, JUMP(BPF_JNE), REG_SCRATCH, (int)r->major)->off = LABEL_NEXT;
	} else {
		emit(p, BPF_ALU | BPF_XOR | BPF_K, REG_SCRATCH,
		     (int)((uint32_t)r->major << MINOR_BITS | (uint32_t)r->minor));
		emit(p, JUMP(BPF_JNE), REG_SCRATCH, 0)->off = LABEL_NEXT;
	}
}

static void emit_rule(struct program *p, const struct resource_device_rule *r)
{
	size_t start = p->n;
	int access = access_bits(r->access);

	if (r->type != 'a')
		emit(p, JUMP(BPF_JNE), REG_TYPE,
		     r->type == 'b' ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR)
			->off = LABEL_NEXT;
	emit_device(p, r);
	p->ends_here = p->n == start && access == ACCESS_ALL;
	if (access == ACCESS_ALL) {
		emit(p, JUMP(BPF_JA), 0, 0)->off = r->allow ? LABEL_ALLOW : LABEL_REFUSE;
	} else if (r->allow) {
		emit(p, BPF_ALU | BPF_AND | BPF_K, REG_ACCESS, ACCESS_ALL & ~access);
		emit(p, JUMP(BPF_JEQ), REG_ACCESS, 0)->off = LABEL_ALLOW;
	} else {
		emit(p, JUMP(BPF_JSET), REG_ACCESS, access)->off = LABEL_REFUSE;
	}
	for (size_t i = start; i < p->n; i++) {
		if (p->code[i].off == LABEL_NEXT)
			p->code[i].off = (short)(p->n - i - 1);
	}
}

static int is_used(const struct program *p, enum label l)
{
	for (size_t i = 0; i < p->n; i++) {
		if (p->code[i].off == (short)l)
			return 1;
	}
	return 0;
}

/* The end that `l` stands for; the kernel refuses programs with instructions that nobody reaches. */
static void emit_end(struct program *p, enum label l)
{
	if (!is_used(p, l) && (l == LABEL_ALLOW || p->ends_here))
		return;
	for (size_t i = 0; i < p->n; i++) {
		if (p->code[i].off == (short)l)
			p->code[i].off = (short)(p->n - i - 1);
	}
	emit(p, BPF_ALU | BPF_MOV | BPF_K, BPF_REG_0, l == LABEL_ALLOW);
	emit(p, BPF_JMP | BPF_EXIT, 0, 0);
}

static int check(const struct resource_device_rule *rules, size_t n, struct err *e)
{
	if (n > CGROUP_DEVICE_RULES_MAX)
		return err_set(e, ERR_LIMIT, "more than %d device rules", CGROUP_DEVICE_RULES_MAX);
	for (size_t i = 0; i < n; i++) {
		const struct resource_device_rule *r = &rules[i];

		if ((r->type != 'a' && r->type != 'b' && r->type != 'c') ||
		    r->major < RESOURCE_DEVICE_ANY || r->minor < RESOURCE_DEVICE_ANY ||
		    r->access & ~(unsigned)ACCESS_ALL)
			return err_set(e, ERR_INVALID, "device rule %zu names no device or access",
				       i + 1);
	}
	return 0;
}

int cgroup_device_code(const struct resource_device_rule *rules, size_t n, struct bpf_insn *out,
		       size_t *ret_n, struct err *e)
{
	struct program p = { .code = out };

	if (check(rules, n, e) < 0)
		return -1;
	emit_start(&p);
	for (size_t i = n; i > 0 && !p.ends_here; i--) {
		if (can_match(&rules[i - 1]))
			emit_rule(&p, &rules[i - 1]);
	}
	emit_end(&p, LABEL_REFUSE);
	emit_end(&p, LABEL_ALLOW);
	*ret_n = p.n;
	return 0;
}
