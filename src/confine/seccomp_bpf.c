/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a plan to classic BPF.
 *
 * Shape: load the architecture, jump to its section; there load the number and find its range by
 * binary search; a range ends in a return, or in the tests of a call's arguments. Ranges of calls
 * with one answer are merged, so a call costs about ten instructions, and the kernel finds out by
 * itself that calls without argument tests needn't run the filter at all (its action cache).
 *
 * Conditional jumps reach 255 instructions, JA all: a far branch is a conditional jump over a JA.
 */
#include "confine/seccomp_plan.h"

#include <endian.h>
#include <linux/audit.h>
#include <linux/bpf_common.h>
#include <linux/seccomp.h>
#include <string.h>

#define REACH_MAX 255
/* Room for the jumps of all tests of one case that fail: at most 6 arguments of 3 jumps. */
#define FAILS_MAX 24

#if __BYTE_ORDER == __LITTLE_ENDIAN
#define LOW_OFFSET  0
#define HIGH_OFFSET 4
#else
#define LOW_OFFSET  4
#define HIGH_OFFSET 0
#endif

/* Numbers from `start` up to the next range: a call with cases, or one action. */
struct range {
	uint32_t start, action;
	const struct seccomp_call *call;
};

struct emitter {
	struct arena *a;
	struct sock_filter *code;
	size_t n;
};

static size_t emit(struct emitter *m, struct sock_filter instruction)
{
	ARENA_PUSH(m->a, m->code, m->n) = instruction;
	return m->n - 1;
}

/* Over `jt` instructions when the test holds, over `jf` when not. */
#define TEST(test, k, jt, jf) ((struct sock_filter)BPF_JUMP(BPF_JMP | (test) | BPF_K, k, jt, jf))
#define STATEMENT(code, k)    ((struct sock_filter)BPF_STMT(code, k))
#define ALWAYS(distance)      STATEMENT(BPF_JMP | BPF_JA, distance)

static void emit_load(struct emitter *m, size_t offset)
{
	emit(m, STATEMENT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

static void emit_return(struct emitter *m, uint32_t action)
{
	emit(m, STATEMENT(BPF_RET | BPF_K, action));
}

/* ---- arguments ---- */

/* The jumps of one case that leave it; their targets are set when its end is known. */
struct fails {
	size_t at[FAILS_MAX];
	int on_true[FAILS_MAX];
	size_t n;
};

/* Leaves the case when `test` on the accumulator comes out as `leave_on`. */
static void leave_if(struct emitter *m, struct fails *f, struct sock_filter test, int leave_on)
{
	f->at[f->n] = emit(m, test);
	f->on_true[f->n++] = leave_on;
}

static void land_fails(struct emitter *m, const struct fails *f)
{
	for (size_t i = 0; i < f->n; i++) {
		uint8_t distance = (uint8_t)(m->n - f->at[i] - 1);

		if (f->on_true[i])
			m->code[f->at[i]].jt = distance;
		else
			m->code[f->at[i]].jf = distance;
	}
}

static void emit_arg_load(struct emitter *m, unsigned index, size_t half)
{
	emit_load(m, offsetof(struct seccomp_data, args) + index * sizeof(uint64_t) + half);
}

/* Equality of both halves, each under its mask. */
static void emit_equal(struct emitter *m, struct fails *f, const struct seccomp_test *t)
{
	int masked = t->arg.compare == SECCOMP_MASKED_EQ;
	uint64_t mask = masked ? t->arg.value : UINT64_MAX;
	uint64_t value = masked ? t->arg.value_two : t->arg.value;

	for (int high = t->narrow ? 0 : 1; high >= 0; high--) {
		uint32_t half_mask = (uint32_t)(high ? mask >> 32 : mask);
		uint32_t half = (uint32_t)(high ? value >> 32 : value);

		emit_arg_load(m, t->arg.index, high ? HIGH_OFFSET : LOW_OFFSET);
		if (half_mask != UINT32_MAX)
			emit(m, STATEMENT(BPF_ALU | BPF_AND | BPF_K, half_mask));
		leave_if(m, f, TEST(BPF_JEQ, half, 0, 0), 0);
	}
}

/* Anything but equality: a differing upper half already passes. */
static void emit_unequal(struct emitter *m, struct fails *f, const struct seccomp_test *t)
{
	uint32_t low = (uint32_t)t->arg.value;

	if (!t->narrow) {
		emit_arg_load(m, t->arg.index, HIGH_OFFSET);
		/* over: the load and the test of the lower half */
		emit(m, TEST(BPF_JEQ, (uint32_t)(t->arg.value >> 32), 0, 2));
	}
	emit_arg_load(m, t->arg.index, LOW_OFFSET);
	leave_if(m, f, TEST(BPF_JEQ, low, 0, 0), 1);
}

/*
 * a > v and a >= v, or their opposites when `leave_on` is 1. The upper half decides unless it is
 * equal; then the lower one does.
 */
static void emit_order(struct emitter *m, struct fails *f, const struct seccomp_test *t)
{
	enum seccomp_compare c = t->arg.compare;
	int leave_on = c == SECCOMP_LT || c == SECCOMP_LE;
	uint16_t test = c == SECCOMP_GT || c == SECCOMP_LE ? BPF_JGT : BPF_JGE;
	uint32_t high = (uint32_t)(t->arg.value >> 32), low = (uint32_t)t->arg.value;

	if (!t->narrow) {
		emit_arg_load(m, t->arg.index, HIGH_OFFSET);
		if (leave_on) {
			leave_if(m, f, TEST(BPF_JGT, high, 0, 0), 1);
			emit(m, TEST(BPF_JEQ, high, 0, 2)); /* smaller: passes */
		} else {
			emit(m, TEST(BPF_JGT, high, 3, 0)); /* greater: passes */
			leave_if(m, f, TEST(BPF_JEQ, high, 0, 0), 0);
		}
	}
	emit_arg_load(m, t->arg.index, LOW_OFFSET);
	leave_if(m, f, TEST(test, low, 0, 0), leave_on);
}

static void emit_test(struct emitter *m, struct fails *f, const struct seccomp_test *t)
{
	switch (t->arg.compare) {
	case SECCOMP_EQ:
	case SECCOMP_MASKED_EQ:
		emit_equal(m, f, t);
		break;
	case SECCOMP_NE:
		emit_unequal(m, f, t);
		break;
	case SECCOMP_LT:
	case SECCOMP_LE:
	case SECCOMP_GT:
	case SECCOMP_GE:
		emit_order(m, f, t);
		break;
	}
}

static void emit_call(struct emitter *m, const struct seccomp_call *c)
{
	for (size_t i = 0; i < c->n_cases && m->n <= BPF_MAXINSNS; i++) {
		struct fails f = {};

		for (size_t k = 0; k < c->cases[i].n_tests; k++)
			emit_test(m, &f, &c->cases[i].tests[k]);
		emit_return(m, c->cases[i].action);
		land_fails(m, &f);
	}
	emit_return(m, c->otherwise);
}

/* ---- numbers ---- */

static void add_range(struct arena *a, struct range **ranges, size_t *n, struct range r)
{
	struct range *list = *ranges;

	if (*n && list[*n - 1].start == r.start)
		list[*n - 1] = r;
	else if (!*n || r.call || list[*n - 1].call || list[*n - 1].action != r.action)
		ARENA_PUSH(a, *ranges, *n) = r;
}

static uint32_t span_action(const struct seccomp_section *s, uint32_t number)
{
	uint32_t action = s->spans[0].action;

	for (size_t i = 0; i < s->n_spans && s->spans[i].start <= number; i++)
		action = s->spans[i].action;
	return action;
}

/* Spans and calls in one ascending list without gaps; neighbours with one action are one range. */
static size_t ranges_of(const struct seccomp_section *s, struct arena *a, struct range **ranges)
{
	size_t n = 0, span = 0, call = 0;

	while (span < s->n_spans || call < s->n_calls) {
		const struct seccomp_call *c = call < s->n_calls ? &s->calls[call] : NULL;

		if (!c || (span < s->n_spans && s->spans[span].start <= c->number)) {
			add_range(a, ranges, &n,
				  (struct range){ s->spans[span].start, s->spans[span].action,
						  NULL });
			span++;
			continue;
		}
		add_range(a, ranges, &n,
			  (struct range){ c->number, c->otherwise, c->n_cases ? c : NULL });
		call++;
		if (call == s->n_calls || s->calls[call].number != c->number + 1)
			add_range(a, ranges, &n,
				  (struct range){ c->number + 1, span_action(s, c->number + 1),
						  NULL });
	}
	return n;
}

/* Lets the conditional jump at `at` go to the end of what follows it when its test holds. */
static void land_far(struct emitter *m, size_t at)
{
	size_t distance = m->n - at - 1;

	if (distance <= REACH_MAX) {
		m->code[at].jt = (uint8_t)distance;
		return;
	}
	emit(m, ALWAYS(0));
	memmove(&m->code[at + 2], &m->code[at + 1], distance * sizeof(*m->code));
	m->code[at].jf = 1;
	m->code[at + 1] = ALWAYS((uint32_t)distance);
}

/*
 * Binary search; the depth is the logarithm of the number of ranges. What a branch contains jumps
 * only within itself, so it may be moved whole by land_far().
 */
static void emit_search(struct emitter *m, const struct range *r, size_t n)
{
	size_t half = n / 2, at;

	if (n == 0 || m->n > BPF_MAXINSNS)
		return; /* refused in the end: a hostile profile needn't be written out */
	if (n > 1) {
		at = emit(m, TEST(BPF_JGE, r[half].start, 0, 0));
		emit_search(m, r, half);
		land_far(m, at);
		emit_search(m, r + half, n - half);
		return;
	}
	if (r->call)
		emit_call(m, r->call);
	else
		emit_return(m, r->action);
}

int seccomp_generate(const struct seccomp_plan *plan, struct arena *a, struct seccomp_program *ret,
		     struct err *e)
{
	struct emitter m = { .a = a };

	emit_load(&m, offsetof(struct seccomp_data, arch));
	for (size_t i = 0; i < plan->n; i++) {
		struct range *ranges = NULL;
		size_t n = ranges_of(&plan->sections[i], a, &ranges);
		emit(&m, TEST(BPF_JEQ, plan->sections[i].audit_arch, 1, 0));
		/* Another architecture: over this section, which may be long. */
		size_t body = emit(&m, ALWAYS(0));

		emit_load(&m, offsetof(struct seccomp_data, nr));
		emit_search(&m, ranges, n);
		m.code[body].k = (uint32_t)(m.n - body - 1);
	}
	/* Entered through an architecture that the profile doesn't list. */
	emit_return(&m, SECCOMP_RET_KILL_PROCESS);
	if (m.n > BPF_MAXINSNS)
		return err_set(e, ERR_LIMIT, "the filter has %zu instructions, more than %d", m.n,
			       BPF_MAXINSNS);
	ret->code = m.code;
	ret->n = m.n;
	return 0;
}

int seccomp_program_notifies(const struct seccomp_program *p)
{
	for (size_t i = 0; i < p->n; i++) {
		if (p->code[i].code == (BPF_RET | BPF_K) &&
		    (p->code[i].k & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_USER_NOTIF)
			return 1;
	}
	return 0;
}

int seccomp_compile(const struct seccomp_profile *p, const struct seccomp_target *t,
		    struct arena *a, struct seccomp_program *ret, struct err *e)
{
	struct seccomp_plan *plan = arena_new_item(a, struct seccomp_plan);

	if (seccomp_plan(p, t, a, plan, e) < 0 || seccomp_generate(plan, a, ret, e) < 0)
		return err_wrap(e, "seccomp profile");
	ret->flags = p->flags;
	ret->notifies = seccomp_program_notifies(ret);
	return 0;
}
