/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/process_limits.h"

#include <string.h>
#include <sys/resource.h>

#include "confine/capability.h"
#include "oci/names.h"

/* ---- capabilities ---- */

static int number_of(const char *name)
{
	for (unsigned i = 0; i < CAPABILITY_COUNT; i++) {
		if (!strcmp(capability_name(i), name))
			return (int)i;
	}
	return -1;
}

static int read_set(const struct oci_node *n, const char *key, uint64_t *ret, struct err *e)
{
	const struct oci_field fields[] = { { key, OCI_STRINGS, 0, 0, OCI_LIST_MAX }, {} };
	const char *const *names = NULL;

	if (oci_read(n, fields, &names, e) < 0)
		return -1;
	for (; names && *names; names++) {
		int number = number_of(*names);

		if (number < 0)
			return oci_invalid(n, key, e, "unknown capability \"%s\"", *names);
		*ret |= 1ULL << number;
	}
	return 0;
}

/* What capset(2) would answer with nothing but EPERM. */
static int check_sets(const struct oci_node *n, const struct spec_process *p, struct err *e)
{
	uint64_t beyond = p->cap_effective & ~p->cap_permitted;

	if (beyond)
		return oci_invalid(n, "effective", e, "%s is not permitted",
				   capability_name((unsigned)__builtin_ctzll(beyond)));
	return 0;
}

int oci_capabilities_read(const struct oci_node *process, struct spec_process *ret, struct err *e)
{
	const struct {
		const char *key;
		uint64_t *set;
	} sets[] = {
		{ "bounding", &ret->cap_bounding },   { "permitted", &ret->cap_permitted },
		{ "effective", &ret->cap_effective }, { "inheritable", &ret->cap_inheritable },
		{ "ambient", &ret->cap_ambient },
	};
	struct oci_node n;
	int found = oci_object(process, "capabilities", &n, e);

	if (found <= 0)
		return found;
	for (size_t i = 0; i < ARRAY_SIZE(sets); i++) {
		if (read_set(&n, sets[i].key, sets[i].set, e) < 0)
			return -1;
	}
	return check_sets(&n, ret, e);
}

/* ---- rlimits ---- */

static const struct oci_name resources[] = {
	{ "RLIMIT_AS", RLIMIT_AS },
	{ "RLIMIT_CORE", RLIMIT_CORE },
	{ "RLIMIT_CPU", RLIMIT_CPU },
	{ "RLIMIT_DATA", RLIMIT_DATA },
	{ "RLIMIT_FSIZE", RLIMIT_FSIZE },
	{ "RLIMIT_LOCKS", RLIMIT_LOCKS },
	{ "RLIMIT_MEMLOCK", RLIMIT_MEMLOCK },
	{ "RLIMIT_MSGQUEUE", RLIMIT_MSGQUEUE },
	{ "RLIMIT_NICE", RLIMIT_NICE },
	{ "RLIMIT_NOFILE", RLIMIT_NOFILE },
	{ "RLIMIT_NPROC", RLIMIT_NPROC },
	{ "RLIMIT_RSS", RLIMIT_RSS },
	{ "RLIMIT_RTPRIO", RLIMIT_RTPRIO },
	{ "RLIMIT_RTTIME", RLIMIT_RTTIME },
	{ "RLIMIT_SIGPENDING", RLIMIT_SIGPENDING },
	{ "RLIMIT_STACK", RLIMIT_STACK },
	{},
};

static int read_rlimit(const struct oci_node *n, unsigned *seen, struct resource_limit *to,
		       struct err *e)
{
	struct entry {
		const char *type;
		struct resource_limit limit;
	} entry = {};
	static const struct oci_field fields[] = {
		{ "type", OCI_TEXT, offsetof(struct entry, type), .required = 1 },
		{ "soft", OCI_UINT64, offsetof(struct entry, limit.soft), .required = 1 },
		{ "hard", OCI_UINT64, offsetof(struct entry, limit.hard), .required = 1 },
		{},
	};
	const struct oci_name *known;

	if (oci_read(n, fields, &entry, e) < 0)
		return -1;
	known = oci_name_find(resources, entry.type);
	if (!known)
		return oci_invalid(n, "type", e, "unknown limit \"%s\"", entry.type);
	if (*seen & 1U << known->value)
		return oci_invalid(n, "type", e, "a second %s", entry.type);
	if (entry.limit.soft > entry.limit.hard)
		return oci_invalid(n, "soft", e, "is above the hard limit");
	*seen |= 1U << known->value;
	*to = entry.limit;
	to->kind = (int)known->value;
	to->name = known->name;
	return 0;
}

int oci_rlimits_read(const struct oci_node *process, struct spec_process *ret, struct err *e)
{
	struct resource_limit *limits = NULL;
	unsigned seen = 0;
	size_t n = 0;
	struct oci_node list, item;
	int found = oci_array(process, "rlimits", &list, e);

	for (size_t i = 0; found > 0 && i < json_array_size(list.json); i++) {
		struct resource_limit limit;

		if (oci_item(&list, i, &item, e) < 0 || read_rlimit(&item, &seen, &limit, e) < 0)
			return -1;
		ARENA_PUSH(process->arena, limits, n) = limit;
	}
	ret->limits = limits;
	ret->n_limits = n;
	return found < 0 ? -1 : 0;
}
