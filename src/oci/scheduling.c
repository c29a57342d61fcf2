/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/scheduling.h"

#include <linux/ioprio.h>
#include <linux/mempolicy.h>
#include <linux/sched.h>
#include <sys/personality.h>

#include "runtime/number_list.h"

#define NICE_MIN	    (-20)
#define NICE_MAX	    19
#define REAL_TIME_MAX	    99
#define IO_PRIORITY_MAX	    7
#define ISO_POLICY	    4 /* reserved in linux/sched.h: no kernel has it */
#define WEIGHTED_INTERLEAVE 6 /* Linux 6.9 */

/* Words of a list, as bits. */
static int read_flags(const struct oci_node *n, const struct oci_name *table, uint64_t *ret,
		      struct err *e)
{
	const char *const *words = NULL;
	const struct oci_field fields[] = { { "flags", OCI_STRINGS, 0, 0, 64 }, {} };

	if (oci_read(n, fields, &words, e) < 0)
		return -1;
	for (; words && *words; words++) {
		const struct oci_name *known = oci_name_find(table, *words);

		if (!known)
			return oci_invalid(n, "flags", e, "unknown flag \"%s\"", *words);
		*ret |= known->value;
	}
	return 0;
}

/* A required word. */
static int read_word(const struct oci_node *n, const char *key, const struct oci_name *table,
		     uint64_t *ret, struct err *e)
{
	const char *word = NULL;
	const struct oci_field fields[] = { { key, OCI_TEXT, 0, .required = 1 }, {} };
	const struct oci_name *known;

	if (oci_read(n, fields, &word, e) < 0)
		return -1;
	known = oci_name_find(table, word);
	if (!known)
		return oci_invalid(n, key, e, "unknown value \"%s\"", word);
	*ret = known->value;
	return 0;
}

/* ---- scheduler ---- */

static const struct oci_name policies[] = {
	{ "SCHED_OTHER", SCHED_NORMAL },
	{ "SCHED_FIFO", SCHED_FIFO },
	{ "SCHED_RR", SCHED_RR },
	{ "SCHED_BATCH", SCHED_BATCH },
	{ "SCHED_ISO", ISO_POLICY },
	{ "SCHED_IDLE", SCHED_IDLE },
	{ "SCHED_DEADLINE", SCHED_DEADLINE },
	{},
};

static const struct oci_name scheduler_flags[] = {
	{ "SCHED_FLAG_RESET_ON_FORK", SCHED_FLAG_RESET_ON_FORK },
	{ "SCHED_FLAG_RECLAIM", SCHED_FLAG_RECLAIM },
	{ "SCHED_FLAG_DL_OVERRUN", SCHED_FLAG_DL_OVERRUN },
	{ "SCHED_FLAG_KEEP_POLICY", SCHED_FLAG_KEEP_POLICY },
	{ "SCHED_FLAG_KEEP_PARAMS", SCHED_FLAG_KEEP_PARAMS },
	{ "SCHED_FLAG_UTIL_CLAMP_MIN", SCHED_FLAG_UTIL_CLAMP_MIN },
	{ "SCHED_FLAG_UTIL_CLAMP_MAX", SCHED_FLAG_UTIL_CLAMP_MAX },
	{},
};

/* Each policy has its own parameters; another one's would do nothing. */
static int check_scheduler(const struct oci_node *n, const struct spec_scheduler *s, struct err *e)
{
	int nice = s->policy == SCHED_NORMAL || s->policy == SCHED_BATCH;
	int real_time = s->policy == SCHED_FIFO || s->policy == SCHED_RR;

	if (s->policy == ISO_POLICY) {
		err_set(e, ERR_UNENFORCED, "no kernel has SCHED_ISO");
		return oci_wrap(n, "policy", e);
	}
	if (nice && (s->nice < NICE_MIN || s->nice > NICE_MAX))
		return oci_invalid(n, "nice", e, "is not between %d and %d", NICE_MIN, NICE_MAX);
	if (s->priority && !real_time)
		return oci_invalid(n, "priority", e, "is for SCHED_FIFO and SCHED_RR only");
	if (real_time && !s->priority)
		return oci_invalid(n, "priority", e, "is not between 1 and %d", REAL_TIME_MAX);
	if ((s->runtime_nsec || s->deadline_nsec || s->period_nsec) && s->policy != SCHED_DEADLINE)
		return oci_invalid(n, NULL, e,
				   "runtime, deadline and period are for SCHED_DEADLINE only");
	return 0;
}

static int read_scheduler(const struct oci_node *process, struct spec_scheduler *s, struct err *e)
{
#define AT(member) offsetof(struct spec_scheduler, member)
	static const struct oci_field fields[] = {
		{ "nice", OCI_INT, AT(nice), INT32_MIN, INT32_MAX },
		{ "priority", OCI_UINT32, AT(priority), 0, REAL_TIME_MAX },
		{ "runtime", OCI_UINT64, AT(runtime_nsec) },
		{ "deadline", OCI_UINT64, AT(deadline_nsec) },
		{ "period", OCI_UINT64, AT(period_nsec) },
		{},
	};
#undef AT
	struct oci_node n;
	uint64_t policy;
	int found = oci_object(process, "scheduler", &n, e);

	if (found <= 0)
		return found;
	if (read_word(&n, "policy", policies, &policy, e) < 0 || oci_read(&n, fields, s, e) < 0 ||
	    read_flags(&n, scheduler_flags, &s->flags, e) < 0)
		return -1;
	s->policy = (uint32_t)policy;
	s->set = 1;
	return check_scheduler(&n, s, e);
}

/* ---- disk and CPUs ---- */

static const struct oci_name io_classes[] = {
	{ "IOPRIO_CLASS_RT", IOPRIO_CLASS_RT },
	{ "IOPRIO_CLASS_BE", IOPRIO_CLASS_BE },
	{ "IOPRIO_CLASS_IDLE", IOPRIO_CLASS_IDLE },
	{},
};

static int read_io_priority(const struct oci_node *process, struct spec_io_priority *p,
			    struct err *e)
{
	static const struct oci_field fields[] = {
		{ "priority", OCI_INT, offsetof(struct spec_io_priority, priority), 0,
		  IO_PRIORITY_MAX },
		{},
	};
	struct oci_node n;
	uint64_t io_class;
	int found = oci_object(process, "ioPriority", &n, e);

	if (found <= 0)
		return found;
	if (read_word(&n, "class", io_classes, &io_class, e) < 0 || oci_read(&n, fields, p, e) < 0)
		return -1;
	p->io_class = (int)io_class;
	p->set = 1;
	return 0;
}

static int read_affinity(const struct oci_node *process, struct spec_process *ret, struct err *e)
{
	const char *lists[2] = {};
	static const struct oci_field fields[] = {
		{ "initial", OCI_TEXT, 0 },
		{ "final", OCI_TEXT, sizeof(char *) },
		{},
	};
	struct oci_node n;
	int found = oci_object(process, "execCPUAffinity", &n, e);

	if (found <= 0)
		return found;
	if (oci_read(&n, fields, lists, e) < 0)
		return -1;
	for (size_t i = 0; i < 2; i++) {
		if (lists[i] && !*lists[i])
			lists[i] = NULL;
		if (lists[i] && !oci_is_number_list(lists[i]))
			return oci_invalid(&n, fields[i].key, e, "\"%s\" is no list of CPUs",
					   lists[i]);
	}
	ret->affinity_initial = lists[0];
	ret->affinity_final = lists[1];
	return 0;
}

int oci_scheduling_read(const struct oci_node *process, struct spec_process *ret, struct err *e)
{
	return read_scheduler(process, &ret->scheduler, e) < 0 ||
			       read_io_priority(process, &ret->io_priority, e) < 0 ||
			       read_affinity(process, ret, e) < 0
		       ? -1
		       : 0;
}

/* ---- memory nodes ---- */

const struct oci_name oci_memory_policy_modes[] = {
	{ "MPOL_BIND", MPOL_BIND },
	{ "MPOL_DEFAULT", MPOL_DEFAULT },
	{ "MPOL_INTERLEAVE", MPOL_INTERLEAVE },
	{ "MPOL_LOCAL", MPOL_LOCAL },
	{ "MPOL_PREFERRED", MPOL_PREFERRED },
	{ "MPOL_PREFERRED_MANY", MPOL_PREFERRED_MANY },
	{ "MPOL_WEIGHTED_INTERLEAVE", WEIGHTED_INTERLEAVE },
	{},
};

const struct oci_name oci_memory_policy_flags[] = {
	{ "MPOL_F_NUMA_BALANCING", MPOL_F_NUMA_BALANCING },
	{ "MPOL_F_RELATIVE_NODES", MPOL_F_RELATIVE_NODES },
	{ "MPOL_F_STATIC_NODES", MPOL_F_STATIC_NODES },
	{},
};

static int check_memory_policy(const struct oci_node *n, uint64_t mode, uint64_t flags,
			       const char *nodes, struct err *e)
{
	struct number_list list;
	struct err ignored;

	if ((mode == MPOL_DEFAULT || mode == MPOL_LOCAL) && nodes &&
	    number_list_parse(nodes, NUMBER_LIST_BITS - 1, "", &list, &ignored) == 0)
		return oci_invalid(n, "nodes", e, "this mode requires 0 nodes but got %zu", list.n);
	if (mode != MPOL_DEFAULT && mode != MPOL_LOCAL && mode != MPOL_PREFERRED && !nodes)
		return oci_invalid(n, "nodes", e, "this mode needs one at least");
	if (nodes && !oci_is_number_list(nodes))
		return oci_invalid(n, "nodes", e, "\"%s\" is no list of memory nodes", nodes);
	if ((flags & MPOL_F_STATIC_NODES) && (flags & MPOL_F_RELATIVE_NODES))
		return oci_invalid(n, "flags", e, "static and relative nodes exclude each other");
	return 0;
}

static int read_memory_policy(const struct oci_node *linux_node, struct spec_memory_policy *p,
			      struct err *e)
{
	static const struct oci_field fields[] = {
		{ "nodes", OCI_TEXT, offsetof(struct spec_memory_policy, nodes) },
		{},
	};
	struct oci_node n;
	uint64_t mode, flags = 0;
	int found = oci_object(linux_node, "memoryPolicy", &n, e);

	if (found <= 0)
		return found;
	if (read_word(&n, "mode", oci_memory_policy_modes, &mode, e) < 0)
		return err_wrap(e, "invalid memory policy mode");
	if (read_flags(&n, oci_memory_policy_flags, &flags, e) < 0)
		return err_wrap(e, "invalid memory policy flags");
	if (oci_read(&n, fields, p, e) < 0)
		return -1;
	if (p->nodes && !*p->nodes)
		p->nodes = NULL;
	p->mode = (unsigned)(mode | flags);
	p->set = 1;
	if (check_memory_policy(&n, mode, flags, p->nodes, e) < 0)
		return err_wrap(e, "invalid memory policy nodes");
	return 0;
}

/* ---- personality ---- */

static const struct oci_name domains[] = {
	{ "LINUX", PER_LINUX },
	{ "LINUX32", PER_LINUX32 },
	{},
};

static int read_personality(const struct oci_node *linux_node, struct spec_process *ret,
			    struct err *e)
{
	static const struct oci_name no_flags[] = { {} };
	struct oci_node n;
	uint64_t domain, flags = 0;
	int found = oci_object(linux_node, "personality", &n, e);

	if (found <= 0)
		return found;
	if (read_word(&n, "domain", domains, &domain, e) < 0 ||
	    read_flags(&n, no_flags, &flags, e) < 0)
		return -1;
	ret->has_personality = 1;
	ret->personality = (uint32_t)domain;
	return 0;
}

int oci_scheduling_read_linux(const struct oci_node *linux_node, struct spec_process *ret,
			      struct err *e)
{
	return read_memory_policy(linux_node, &ret->memory_policy, e) < 0 ||
			       read_personality(linux_node, ret, e) < 0
		       ? -1
		       : 0;
}
