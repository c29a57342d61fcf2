/* SPDX-License-Identifier: Apache-2.0 */
/* Which rules of a profile hold here, and what they say about each number of each architecture. */
#include "confine/seccomp_plan.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "confine/seccomp_names.h"

#define ENOSYS_ACTION (SECCOMP_RET_ERRNO | ENOSYS)
#define ARCHES_MAX    16
/* A real profile has about 1,500; the rules of each must be held in memory. */
#define MENTIONS_MAX 16384

/* One mention of a number: by a rule, by the list of refused calls, or through a multiplexer. */
struct mention {
	uint32_t number, order;
	const struct seccomp_rule *rule; /* NULL: named in `refused` */
	const char *name;
	uint32_t sub_number, sub_mask; /* mask 0: the call itself */
};

struct builder {
	const struct seccomp_profile *profile;
	const struct seccomp_arch *host;
	uint64_t caps;
	unsigned kernel;
	struct arena *a;
	const struct seccomp_arch *arches[ARCHES_MAX];
	size_t n_arches;
	struct mention *mentions;
	size_t n_mentions;
	int too_many;
	uint32_t last, last_x32; /* highest numbers that the profile names in any rule */
};

/* ---- which rules ---- */

static int names_arch(const char *const *list, const struct seccomp_arch *host)
{
	for (; list && *list; list++)
		if (host->docker && !strcmp(*list, host->docker))
			return 1;
	return 0;
}

static int rule_holds(const struct builder *b, const struct seccomp_rule *r)
{
	const struct seccomp_condition *in = &r->includes, *out = &r->excludes;

	if (names_arch(out->arches, b->host) || (out->caps & b->caps) ||
	    (out->kernel && b->kernel >= out->kernel))
		return 0;
	return (!in->arches || names_arch(in->arches, b->host)) &&
	       (in->caps & b->caps) == in->caps && b->kernel >= in->kernel;
}

static unsigned running_kernel(void)
{
	unsigned major = 0, minor = 0;
	struct utsname u;

	if (uname(&u) == 0)
		sscanf(u.release, "%u.%u", &major, &minor);
	return SECCOMP_KERNEL(major, minor);
}

/* ---- which architectures ---- */

static int add_arch(struct builder *b, const char *name, struct err *e)
{
	const struct seccomp_arch *arch = seccomp_arch_find(name);

	if (!arch)
		return err_set(e, ERR_INVALID, "unknown architecture \"%s\"", name);
	/* No call can come from a machine that this one can't be. */
	if (arch->family != b->host->family)
		return 0;
	for (size_t i = 0; i < b->n_arches; i++)
		if (b->arches[i] == arch)
			return 0;
	if (b->n_arches == ARCHES_MAX)
		return err_set(e, ERR_LIMIT, "more than %d architectures", ARCHES_MAX);
	b->arches[b->n_arches++] = arch;
	return 0;
}

static int add_arches(struct builder *b, const char *const *names, struct err *e)
{
	for (; names && *names; names++)
		if (add_arch(b, *names, e) < 0)
			return -1;
	return 0;
}

static int choose_arches(struct builder *b, struct err *e)
{
	const struct seccomp_profile *p = b->profile;

	if (add_arch(b, b->host->name, e) < 0 || add_arches(b, p->arches, e) < 0)
		return -1;
	for (size_t i = 0; i < p->n_arch_maps; i++)
		if (!strcmp(p->arch_maps[i].arch, b->host->name))
			return add_arches(b, p->arch_maps[i].subs, e);
	return 0;
}

/* ---- which numbers ---- */

static void mention(struct builder *b, struct mention m)
{
	if (b->n_mentions == MENTIONS_MAX) {
		b->too_many = 1;
		return;
	}
	m.order = (uint32_t)b->n_mentions;
	ARENA_PUSH(b->a, b->mentions, b->n_mentions) = m;
}

/* Does the action keep the call from happening as asked? */
static int refuses(uint32_t action)
{
	uint32_t kind = action & SECCOMP_RET_ACTION_FULL;

	return kind != SECCOMP_RET_ALLOW && kind != SECCOMP_RET_LOG;
}

/*
 * What is refused must not be had by the other door either, whose arguments lie in memory where no
 * filter can look: so the whole sub-call is refused. What is allowed has to name that door itself.
 */
static void mention_multiplexer(struct builder *b, const struct seccomp_arch *arch,
				const struct mention *m)
{
	struct mention door = *m;
	int number;

	door.name = seccomp_multiplexer(m->name, &door.sub_number, &door.sub_mask);
	number = door.name ? seccomp_number(arch, door.name) : -1;
	if (number < 0)
		return;
	door.number = (uint32_t)number;
	mention(b, door);
}

/* Also rules that don't hold here show what their author knew. */
static void note_known(struct builder *b, const struct seccomp_arch *arch, int number)
{
	uint32_t *last = arch->token == arch->audit ? &b->last : &b->last_x32;

	if (number >= 0 && (uint32_t)number > *last)
		*last = (uint32_t)number;
}

static void mention_name(struct builder *b, const struct seccomp_arch *arch,
			 const struct seccomp_rule *rule, const char *name)
{
	struct mention m = { .rule = rule, .name = name };
	int number = seccomp_number(arch, name);

	note_known(b, arch, number);
	if (rule && !rule_holds(b, rule))
		return;
	if (rule && refuses(rule->action))
		mention_multiplexer(b, arch, &m);
	m.number = (uint32_t)number;
	if (number >= 0)
		mention(b, m);
}

static void mention_all(struct builder *b, const struct seccomp_arch *arch)
{
	const struct seccomp_profile *p = b->profile;

	for (size_t i = 0; i < p->n_rules; i++)
		for (const char *const *name = p->rules[i].names; *name; name++)
			mention_name(b, arch, &p->rules[i], *name);
	for (const char *const *name = p->refused; name && *name; name++)
		mention_name(b, arch, NULL, *name);
}

static int by_number(const void *left, const void *right)
{
	const struct mention *x = left, *y = right;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

/* ---- what is decided for a number ---- */

static struct seccomp_test test_of(const struct seccomp_arg *arg, const char *name)
{
	struct seccomp_test t = { .arg = *arg, .narrow = seccomp_arg_is_int(name, arg->index) };
	uint32_t upper = (uint32_t)(arg->value >> 32);

	/* A value that no int has means what it says; -1 may be written in either width. */
	if (upper && upper != UINT32_MAX)
		t.narrow = 0;
	return t;
}

static void add_case(struct builder *b, struct seccomp_call *c, const struct seccomp_case *new)
{
	struct seccomp_case *cases = (struct seccomp_case *)c->cases;

	ARENA_PUSH(b->a, cases, c->n_cases) = *new;
	c->cases = cases;
}

static int tests_an_argument_twice(const struct seccomp_rule *r)
{
	unsigned seen = 0;

	for (size_t i = 0; i < r->n_args; i++) {
		if (seen & 1U << r->args[i].index)
			return 1;
		seen |= 1U << r->args[i].index;
	}
	return 0;
}

static void add_rule_cases(struct builder *b, struct seccomp_call *c, const struct mention *m)
{
	const struct seccomp_rule *r = m->rule;
	struct seccomp_test *tests = arena_alloc(b->a, r->n_args * sizeof(*tests));
	size_t each = tests_an_argument_twice(r) ? 1 : r->n_args;

	for (size_t i = 0; i < r->n_args; i++)
		tests[i] = test_of(&r->args[i], m->name);
	for (size_t i = 0; i < r->n_args; i += each)
		add_case(b, c, &(struct seccomp_case){ tests + i, each, r->action });
}

static void add_door_case(struct builder *b, struct seccomp_call *c, const struct mention *m)
{
	struct seccomp_test *test = arena_new_item(b->a, struct seccomp_test);

	test->narrow = 1;
	test->arg = (struct seccomp_arg){ 0, SECCOMP_MASKED_EQ, m->sub_mask, m->sub_number };
	add_case(b, c, &(struct seccomp_case){ test, 1, m->rule->action });
}

/* The kernel's order of strictness is that of the actions as signed numbers. */
static void decide_otherwise(struct seccomp_call *c, uint32_t action)
{
	if (!c->has_otherwise || (int32_t)action < (int32_t)c->otherwise)
		c->otherwise = action;
	c->has_otherwise = 1;
}

static void decide(struct builder *b, struct seccomp_call *c, const struct mention *m, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!m[i].rule)
			continue;
		if (m[i].sub_mask)
			add_door_case(b, c, &m[i]);
		else if (m[i].rule->n_args)
			add_rule_cases(b, c, &m[i]);
		else
			decide_otherwise(c, m[i].rule->action);
	}
	for (size_t i = 0; i < n; i++)
		if (!m[i].rule && !c->has_otherwise)
			decide_otherwise(c, b->profile->refused_action);
	if (!c->has_otherwise)
		decide_otherwise(c, b->profile->default_action);
}

/* ---- sections ---- */

static void add_span(struct seccomp_section *s, uint32_t start, uint32_t action)
{
	s->spans[s->n_spans++] = (struct seccomp_span){ start, action };
}

/*
 * A program that probes for a newer call falls back on ENOSYS but not on EPERM: numbers above all
 * that the profile names get it, as long as the default refuses at all. A tracer sees them itself.
 */
static uint32_t action_of_unknown(const struct seccomp_profile *p)
{
	uint32_t kind = p->default_action & SECCOMP_RET_ACTION_FULL;

	if (!refuses(p->default_action) || kind == SECCOMP_RET_TRACE)
		return p->default_action;
	return ENOSYS_ACTION;
}

static void add_spans(const struct builder *b, struct seccomp_section *s, int has_x32)
{
	/* What the kernel of s390 doesn't know arrives as number 0, which nobody calls. */
	int is_s390 = s->audit_arch == AUDIT_ARCH_S390 || s->audit_arch == AUDIT_ARCH_S390X;

	if (is_s390)
		add_span(s, 0, action_of_unknown(b->profile));
	add_span(s, is_s390, b->profile->default_action);
	add_span(s, b->last + 1, action_of_unknown(b->profile));
	if (s->audit_arch != AUDIT_ARCH_X86_64)
		return;
	/* Where x32 isn't listed the kernel's answer is that of a kernel without x32. */
	add_span(s, SECCOMP_X32_BIT, has_x32 ? b->profile->default_action : ENOSYS_ACTION);
	if (has_x32)
		add_span(s, b->last_x32 + 1, action_of_unknown(b->profile));
}

/* All architectures with one AUDIT_ARCH. */
static void fill_section(struct builder *b, struct seccomp_section *s)
{
	int has_x32 = 0;
	size_t run;

	b->mentions = NULL;
	b->n_mentions = 0;
	b->last = 0;
	b->last_x32 = SECCOMP_X32_BIT;
	for (size_t i = 0; i < b->n_arches; i++) {
		if (b->arches[i]->audit != s->audit_arch)
			continue;
		has_x32 |= b->arches[i]->token != b->arches[i]->audit;
		mention_all(b, b->arches[i]);
	}
	if (b->n_mentions)
		qsort(b->mentions, b->n_mentions, sizeof(*b->mentions), by_number);
	s->calls = arena_alloc(b->a, (b->n_mentions + 1) * sizeof(*s->calls));
	for (size_t i = 0; i < b->n_mentions; i += run) {
		struct seccomp_call *c = &s->calls[s->n_calls++];

		c->number = b->mentions[i].number;
		for (run = 1; i + run < b->n_mentions; run++)
			if (b->mentions[i + run].number != c->number)
				break;
		decide(b, c, b->mentions + i, run);
	}
	add_spans(b, s, has_x32);
}

static struct seccomp_section *section_of(struct seccomp_plan *plan, uint32_t audit)
{
	for (size_t i = 0; i < plan->n; i++)
		if (plan->sections[i].audit_arch == audit)
			return NULL;
	if (plan->n == SECCOMP_SECTIONS_MAX)
		return NULL;
	plan->sections[plan->n].audit_arch = audit;
	return &plan->sections[plan->n++];
}

int seccomp_plan(const struct seccomp_profile *p, const struct seccomp_target *t, struct arena *a,
		 struct seccomp_plan *ret, struct err *e)
{
	struct builder b = { .profile = p,
			     .caps = t->caps,
			     .kernel = t->kernel ? t->kernel : running_kernel(),
			     .host = t->arch ? seccomp_arch_find(t->arch) : seccomp_arch_host(),
			     .a = a };

	if (!b.host)
		return err_set(e, ERR_UNENFORCED, "no system call tables for this architecture");
	if (choose_arches(&b, e) < 0)
		return -1;
	*ret = (struct seccomp_plan){ .default_action = p->default_action };
	for (size_t i = 0; i < b.n_arches; i++) {
		struct seccomp_section *s = section_of(ret, b.arches[i]->audit);

		if (s)
			fill_section(&b, s);
	}
	if (b.too_many)
		return err_set(e, ERR_LIMIT, "more than %d system calls are named", MENTIONS_MAX);
	return 0;
}
