/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Device rules as DevicePolicy= and DeviceAllow= of systemd.resource-control(5), which is a list of
 * what is allowed and nothing else. Rules that can't be said so (all but one device; a minor number
 * of any major one) are decided by our own program on v2 alone, and systemd is told to keep out. On v1
 * systemd writes the same file as we, so it is told to refuse everything: our rules are written after
 * that, and a reload of systemd can only take away.
 */
#include "runtime/systemd_plan.h"

#include <inttypes.h>
#include <string.h>

#define ACCESS_ALL (RESOURCE_ACCESS_READ | RESOURCE_ACCESS_WRITE | RESOURCE_ACCESS_MKNOD)

struct allowed {
	struct arena *arena;
	struct resource_device_rule *items;
	size_t n;
	int unsayable;
};

static int is_everything(const struct resource_device_rule *r)
{
	return r->type == 'a' && r->major == RESOURCE_DEVICE_ANY &&
	       r->minor == RESOURCE_DEVICE_ANY && r->access == ACCESS_ALL;
}

static void allow(struct allowed *l, const struct resource_device_rule *r, char type)
{
	struct resource_device_rule *item;

	for (size_t i = 0; i < l->n; i++) {
		item = &l->items[i];
		if (item->type == type && item->major == r->major && item->minor == r->minor) {
			item->access |= r->access;
			return;
		}
	}
	item = &ARENA_PUSH(l->arena, l->items, l->n);
	*item = *r;
	item->type = type;
}

static int covers(int64_t rule, int64_t item)
{
	return rule == RESOURCE_DEVICE_ANY || rule == item;
}

static int meets(int64_t rule, int64_t item)
{
	return covers(rule, item) || item == RESOURCE_DEVICE_ANY;
}

static void refuse(struct allowed *l, const struct resource_device_rule *r, char type)
{
	for (size_t i = 0; i < l->n; i++) {
		struct resource_device_rule *item = &l->items[i];

		if (item->type != type || !(item->access & r->access))
			continue;
		if (covers(r->major, item->major) && covers(r->minor, item->minor))
			item->access &= ~r->access;
		else if (meets(r->major, item->major) && meets(r->minor, item->minor))
			l->unsayable = 1; /* a hole in what is allowed */
	}
}

static void follow(struct allowed *l, const struct resource_device_rule *r)
{
	static const char types[] = "bc";

	if (is_everything(r)) {
		l->n = 0;
		l->unsayable = 0;
	}
	for (const char *type = types; *type; type++) {
		if (r->type != 'a' && r->type != *type)
			continue;
		if (r->allow)
			allow(l, r, *type);
		else
			refuse(l, r, *type);
	}
}

/* Everything of both kinds, whatever else is in the list. */
static int allows_everything(const struct allowed *l)
{
	int n = 0;

	for (size_t i = 0; i < l->n; i++)
		n += l->items[i].major == RESOURCE_DEVICE_ANY &&
		     l->items[i].minor == RESOURCE_DEVICE_ANY && l->items[i].access == ACCESS_ALL;
	return n == 2;
}

static const char *print_device(struct arena *a, const struct resource_device_rule *r)
{
	const char *kind = r->type == 'b' ? "block" : "char";

	if (r->major == RESOURCE_DEVICE_ANY)
		return arena_printf(a, "%s-*", kind);
	if (r->minor == RESOURCE_DEVICE_ANY)
		return arena_printf(a, "%s-%" PRId64, kind, r->major);
	return arena_printf(a, "/dev/%s/%" PRId64 ":%" PRId64, kind, r->major, r->minor);
}

static const char *print_access(struct arena *a, unsigned access)
{
	return arena_printf(a, "%s%s%s", access & RESOURCE_ACCESS_READ ? "r" : "",
			    access & RESOURCE_ACCESS_WRITE ? "w" : "",
			    access & RESOURCE_ACCESS_MKNOD ? "m" : "");
}

static void add_list(struct systemd_properties *ret, const char *policy, const struct allowed *l)
{
	struct systemd_property *p;
	const char **strings;
	size_t n = 0;

	/* The empty list takes away what an earlier call gave; later ones are added to it. */
	systemd_add(ret, "DeviceAllow", SYSTEMD_DEVICES);
	systemd_add_string(ret, "DevicePolicy", policy);
	if (!l)
		return;
	strings = arena_alloc(ret->arena, 2 * l->n * sizeof(*strings));
	for (size_t i = 0; i < l->n; i++) {
		if (!l->items[i].access)
			continue;
		strings[n++] = print_device(ret->arena, &l->items[i]);
		strings[n++] = print_access(ret->arena, l->items[i].access);
	}
	if (!n)
		return;
	p = systemd_add(ret, "DeviceAllow", SYSTEMD_DEVICES);
	p->strings = strings;
	p->n = n;
}

void systemd_plan_devices(const struct resources *r, int cgroup_version,
			  struct systemd_properties *ret)
{
	struct allowed l = { .arena = ret->arena };

	for (size_t i = 0; i < r->n_devices; i++)
		follow(&l, &r->devices[i]);
	for (size_t i = 0; i < l.n; i++) {
		if (l.items[i].access && l.items[i].major == RESOURCE_DEVICE_ANY &&
		    l.items[i].minor != RESOURCE_DEVICE_ANY)
			l.unsayable = 1;
	}
	if (l.unsayable)
		add_list(ret, cgroup_version == 1 ? "strict" : "auto", NULL);
	else if (allows_everything(&l))
		add_list(ret, "auto", NULL);
	else
		add_list(ret, "strict", &l);
}
