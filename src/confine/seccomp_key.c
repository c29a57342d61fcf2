/* SPDX-License-Identifier: Apache-2.0 */
/* A profile as bytes, so that two profiles have the same ones only when they mean the same. */
#include <string.h>

#include "confine/seccomp_plan.h"

static void add(struct text *t, uint64_t number)
{
	text_add_bytes(t, (const char *)&number, sizeof number);
}

/* With their count in front, so that no name can pass for the end. */
static void add_list(struct text *t, const char *const *list)
{
	uint64_t n = 0;

	while (list && list[n])
		n++;
	add(t, list ? n : UINT64_MAX);
	for (uint64_t i = 0; i < n; i++)
		text_add_bytes(t, list[i], strlen(list[i]) + 1);
}

static void add_condition(struct text *t, const struct seccomp_condition *c)
{
	add(t, c->caps);
	add(t, c->kernel);
	add_list(t, c->arches);
}

static void add_rule(struct text *t, const struct seccomp_rule *r)
{
	add(t, r->action);
	add(t, r->n_args);
	for (size_t i = 0; i < r->n_args; i++) {
		add(t, (uint64_t)r->args[i].index << 32 | r->args[i].compare);
		add(t, r->args[i].value);
		add(t, r->args[i].value_two);
	}
	add_condition(t, &r->includes);
	add_condition(t, &r->excludes);
	add_list(t, r->names);
}

void seccomp_profile_key(const struct seccomp_profile *p, struct text *t)
{
	add(t, (uint64_t)p->default_action << 32 | p->flags);
	add(t, p->n_arch_maps);
	for (size_t i = 0; i < p->n_arch_maps; i++) {
		text_add_bytes(t, p->arch_maps[i].arch, strlen(p->arch_maps[i].arch) + 1);
		add_list(t, p->arch_maps[i].subs);
	}
	add_list(t, p->arches);
	add_list(t, p->refused);
	add(t, p->refused_action);
	add(t, p->n_rules);
	for (size_t i = 0; i < p->n_rules; i++)
		add_rule(t, &p->rules[i]);
}
