/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/environment.h"

#include <stdint.h>
#include <string.h>

/* FNV-1a */
static uint32_t hash(const char *s, size_t n)
{
	uint32_t h = 2166136261;

	while (n--)
		h = (h ^ (unsigned char)*s++) * 16777619;
	return h;
}

struct table {
	const char **slots;
	size_t mask;
};

/* 1 when the name wasn't in it yet. */
static int add(struct table *t, const char *variable)
{
	size_t n = strcspn(variable, "="), at = hash(variable, n) & t->mask;

	for (; t->slots[at]; at = (at + 1) & t->mask) {
		if (!strncmp(t->slots[at], variable, n) && t->slots[at][n] == '=')
			return 0;
	}
	t->slots[at] = variable;
	return 1;
}

char *const *oci_environment_unique(char *const *env, struct arena *a)
{
	struct table t = { .mask = 63 };
	size_t n = 0, at;
	char **list;

	while (env && env[n])
		n++;
	/* Never more than half full. */
	while (t.mask < 2 * n)
		t.mask = 2 * t.mask + 1;
	t.slots = arena_alloc(a, (t.mask + 1) * sizeof *t.slots);
	memset(t.slots, 0, (t.mask + 1) * sizeof *t.slots);
	list = arena_alloc(a, (n + 1) * sizeof *list);
	at = n;
	list[at] = NULL;
	while (n--) {
		if (add(&t, env[n]))
			list[--at] = env[n];
	}
	return list + at;
}
