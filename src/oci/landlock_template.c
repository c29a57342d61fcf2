/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/landlock_template.h"

#include <limits.h>
#include <string.h>

#define DEPTH_MAX 8 /* variables in one path */

struct expansion {
	struct oci_landlock_templates *templates;
	int (*add)(void *to, const char *path);
	void *to;
};

static const struct oci_landlock_variable *find(const struct oci_landlock_templates *t,
						const char *name, size_t n)
{
	for (size_t i = 0; i < t->n; i++) {
		if (strlen(t->variables[i].name) == n && !memcmp(t->variables[i].name, name, n))
			return &t->variables[i];
	}
	return NULL;
}

/* `done` is final, `rest` still has its variables. */
static int expand(const struct expansion *x, const char *done, const char *rest, int depth)
{
	struct arena *a = x->templates->arena;
	const struct oci_landlock_variable *v;
	const char *dollar = strchr(rest, '$'), *end;

	/* Combinations of many values with none give no path, but take time. */
	if (strlen(done) + strlen(rest) >= PATH_MAX || depth > DEPTH_MAX ||
	    x->templates->steps++ == OCI_LANDLOCK_STEPS_MAX)
		return -1;
	if (!dollar)
		return x->add(x->to, arena_printf(a, "%s%s", done, rest));
	done = arena_printf(a, "%s%.*s", done, (int)(dollar - rest), rest);
	if (dollar[1] != '{')
		return expand(x, arena_printf(a, "%s$", done), dollar + 1 + (dollar[1] == '$'),
			      depth + 1);
	end = strchr(dollar, '}');
	v = end ? find(x->templates, dollar + 2, (size_t)(end - dollar - 2)) : NULL;
	if (!v)
		return -1;
	for (const char *const *value = v->values; value && *value; value++) {
		if (expand(x, arena_printf(a, "%s%s", done, *value), end + 1, depth + 1) < 0)
			return -1;
	}
	return 0;
}

int oci_landlock_expand(struct oci_landlock_templates *t, const char *path,
			int (*add)(void *to, const char *path), void *to)
{
	const struct expansion x = { t, add, to };

	return expand(&x, "", path, 0);
}
