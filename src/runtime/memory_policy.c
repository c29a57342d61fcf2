/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/memory_policy.h"

#include <errno.h>
#include <linux/mempolicy.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "runtime/number_list.h"

#define NODES_MAX		 1024 /* the kernel's greatest MAX_NUMNODES */
#define MODE_WEIGHTED_INTERLEAVE 6    /* Linux 6.9 */
#define FLAGS			 (MPOL_F_STATIC_NODES | MPOL_F_RELATIVE_NODES | MPOL_F_NUMA_BALANCING)

enum nodes_wanted { NODES_NONE, NODES_SOME, NODES_ANY };

static const struct {
	const char *name;
	enum nodes_wanted nodes;
} modes[] = {
	[MPOL_DEFAULT] = { "MPOL_DEFAULT", NODES_NONE },
	[MPOL_PREFERRED] = { "MPOL_PREFERRED", NODES_ANY },
	[MPOL_BIND] = { "MPOL_BIND", NODES_SOME },
	[MPOL_INTERLEAVE] = { "MPOL_INTERLEAVE", NODES_SOME },
	[MPOL_LOCAL] = { "MPOL_LOCAL", NODES_NONE },
	[MPOL_PREFERRED_MANY] = { "MPOL_PREFERRED_MANY", NODES_SOME },
	[MODE_WEIGHTED_INTERLEAVE] = { "MPOL_WEIGHTED_INTERLEAVE", NODES_SOME },
};

static int read_policy(const struct spec_memory_policy *p, struct number_list *nodes, struct err *e)
{
	unsigned mode = p->mode & ~(unsigned)FLAGS;

	nodes->n = 0;
	if (mode >= ARRAY_SIZE(modes) || !modes[mode].name)
		return err_set(e, ERR_INVALID, "invalid memory policy mode: %u", mode);
	if (p->nodes && *p->nodes &&
	    number_list_parse(p->nodes, NODES_MAX - 1, "invalid memory policy node", nodes, e) < 0)
		return -1;
	if (modes[mode].nodes == NODES_NONE && nodes->n)
		return err_set(e, ERR_INVALID,
			       "memory policy %s: mode requires 0 nodes but got %zu",
			       modes[mode].name, nodes->n);
	if (modes[mode].nodes == NODES_SOME && !nodes->n)
		return err_set(e, ERR_INVALID,
			       "memory policy %s: mode requires at least one node but got 0",
			       modes[mode].name);
	return 0;
}

int memory_policy_check(const struct spec_memory_policy *p, struct err *e)
{
	struct number_list nodes;

	return p->set ? read_policy(p, &nodes, e) : 0;
}

int memory_policy_set(const struct spec_memory_policy *p, struct err *e)
{
	struct number_list nodes;

	if (!p->set)
		return 0;
	if (read_policy(p, &nodes, e) < 0)
		return -1;
	/* The kernel counts one bit less than it is told. */
	if (syscall(SYS_set_mempolicy, p->mode, nodes.n ? nodes.words : NULL,
		    nodes.n ? NODES_MAX + 1 : 0) < 0) {
		int sys = errno;

		err_sys(e, "set memory policy %s on nodes \"%s\"",
			modes[p->mode & ~(unsigned)FLAGS].name, p->nodes ?: "");
		if (sys == ENOSYS)
			e->code = ERR_UNENFORCED,
			err_hint(e, "this kernel was built without NUMA support");
		else if (sys == EINVAL)
			err_hint(e, "nodes have to be online (/sys/devices/system/node/online) and "
				    "in the container's cpuset, and flags to fit the mode");
		return -1;
	}
	return 0;
}
