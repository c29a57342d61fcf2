/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/cgroup_devices.h"

#include <inttypes.h>

#include "runtime/cgroup_settings_parts.h"

#define READ_WRITE_MKNOD (RESOURCE_ACCESS_READ | RESOURCE_ACCESS_WRITE | RESOURCE_ACCESS_MKNOD)

static const struct resource_device_rule defaults[] = {
	{ 1, 'c', RESOURCE_DEVICE_ANY, RESOURCE_DEVICE_ANY, RESOURCE_ACCESS_MKNOD },
	{ 1, 'b', RESOURCE_DEVICE_ANY, RESOURCE_DEVICE_ANY, RESOURCE_ACCESS_MKNOD },
	{ 1, 'c', 1, 3, READ_WRITE_MKNOD },			/* null */
	{ 1, 'c', 1, 5, READ_WRITE_MKNOD },			/* zero */
	{ 1, 'c', 1, 7, READ_WRITE_MKNOD },			/* full */
	{ 1, 'c', 1, 8, READ_WRITE_MKNOD },			/* random */
	{ 1, 'c', 1, 9, READ_WRITE_MKNOD },			/* urandom */
	{ 1, 'c', 5, 0, READ_WRITE_MKNOD },			/* tty */
	{ 1, 'c', 5, 2, READ_WRITE_MKNOD },			/* ptmx */
	{ 1, 'c', 136, RESOURCE_DEVICE_ANY, READ_WRITE_MKNOD }, /* pts/N */
	{ 1, 'c', 10, 200, READ_WRITE_MKNOD },			/* net/tun */
};

const struct resource_device_rule *cgroup_default_devices(size_t *n)
{
	*n = ARRAY_SIZE(defaults);
	return defaults;
}

static int covers_number(int64_t wide, int64_t narrow)
{
	return wide == RESOURCE_DEVICE_ANY || wide == narrow;
}

/* Is every device of `narrow` one of `wide`? */
static int covers(const struct resource_device_rule *wide,
		  const struct resource_device_rule *narrow)
{
	return wide->type == narrow->type && covers_number(wide->major, narrow->major) &&
	       covers_number(wide->minor, narrow->minor);
}

static int meet(const struct resource_device_rule *a, const struct resource_device_rule *b)
{
	return a->type == b->type &&
	       (covers_number(a->major, b->major) || covers_number(b->major, a->major)) &&
	       (covers_number(a->minor, b->minor) || covers_number(b->minor, a->minor));
}

struct building {
	struct cgroup_device_set *set;
	struct arena *arena;
};

static void add_exception(const struct building *b, const struct resource_device_rule *rule)
{
	struct cgroup_device_set *s = b->set;

	for (size_t i = 0; i < s->n; i++) {
		if (covers(&s->exceptions[i], rule) && covers(rule, &s->exceptions[i])) {
			s->exceptions[i].access |= rule->access;
			return;
		}
	}
	ARENA_PUSH(b->arena, s->exceptions, s->n) = *rule;
}

/* Takes the rule's devices and accesses out of all exceptions. */
static int remove_exception(const struct building *b, const struct resource_device_rule *rule,
			    struct err *e)
{
	struct cgroup_device_set *s = b->set;
	size_t kept = 0;

	for (size_t i = 0; i < s->n; i++) {
		struct resource_device_rule *x = &s->exceptions[i];

		if (x->access & rule->access && meet(x, rule)) {
			if (!covers(rule, x))
				return err_set(
					e, ERR_UNENFORCED,
					"control groups v1 can't make an exception (%s) in a "
					"wider device rule (%s)",
					cgroup_device_text(rule, b->arena),
					cgroup_device_text(x, b->arena));
			x->access &= ~rule->access;
		}
		if (x->access)
			s->exceptions[kept++] = *x;
	}
	s->n = kept;
	return 0;
}

int cgroup_device_set(const struct resource_device_rule *rules, size_t n, struct arena *a,
		      struct cgroup_device_set *ret, struct err *e)
{
	const struct building b = { ret, a };

	*ret = (struct cgroup_device_set){};
	for (size_t i = 0; i < n; i++) {
		const struct resource_device_rule *r = &rules[i];

		if (r->type == 'a')
			*ret = (struct cgroup_device_set){ .allow = r->allow };
		else if (!r->access)
			continue;
		else if (!r->allow == !ret->allow) {
			if (remove_exception(&b, r, e) < 0)
				return -1;
		} else
			add_exception(&b, r);
	}
	return 0;
}

static const char *number(int64_t n, struct arena *a)
{
	return n == RESOURCE_DEVICE_ANY ? "*" : arena_printf(a, "%" PRId64, n);
}

const char *cgroup_device_text(const struct resource_device_rule *r, struct arena *a)
{
	return arena_printf(a, "%c %s:%s %s%s%s", r->type, number(r->major, a), number(r->minor, a),
			    r->access & RESOURCE_ACCESS_READ ? "r" : "",
			    r->access & RESOURCE_ACCESS_WRITE ? "w" : "",
			    r->access & RESOURCE_ACCESS_MKNOD ? "m" : "");
}

/* In v2 it is a BPF program and no file; the row only says that there is something to do. */
void cgroup_plan_devices(const struct cgroup_planning *p)
{
	static const char *const files[] = { "devices.deny", "devices.allow" };
	const struct resources *r = p->settings->resources;
	struct cgroup_device_set set;
	struct err why;

	if (!r->devices_limited)
		return;
	if (p->settings->version == 2) {
		cgroup_row_impossible(p, RESOURCE_DEVICES, NULL);
		return;
	}
	if (cgroup_device_set(r->devices, r->n_devices, p->arena, &set, &why) < 0) {
		cgroup_row_impossible(p, RESOURCE_DEVICES, arena_strdup(p->arena, why.text));
		return;
	}
	if (!set.allow || set.n || !p->settings->fresh)
		cgroup_row(p, RESOURCE_DEVICES, files[set.allow], "a");
	for (size_t i = 0; i < set.n; i++)
		cgroup_row(p, RESOURCE_DEVICES, files[!set.allow],
			   cgroup_device_text(&set.exceptions[i], p->arena));
}
