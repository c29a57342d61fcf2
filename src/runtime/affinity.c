/* SPDX-License-Identifier: Apache-2.0 */
/*
 * On which CPUs a process runs: sched_setaffinity(2). OCI runtime specification 1.3, config.md
 * "execCPUAffinity". The container's cpuset cuts down whatever is set here.
 */
#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/child.h"
#include "runtime/child_process.h"
#include "runtime/number_list.h"

static int set(const char *list, const char *what, struct err *e)
{
	struct number_list cpus;

	if (number_list_parse(list, NUMBER_LIST_BITS - 1, what, &cpus, e) < 0)
		return -1;
	if (syscall(SYS_sched_setaffinity, 0, sizeof cpus.words, cpus.words) < 0) {
		int none = errno == EINVAL;

		err_sys(e, "%s: run on CPUs %s", what, list);
		if (none)
			err_hint(e, "none of them is online and in the container's cpuset; see "
				    "/sys/fs/cgroup/…/cpuset.cpus.effective");
		return -1;
	}
	return 0;
}

int child_reset_affinity(struct child *c, struct err *e)
{
	unsigned long all[NUMBER_LIST_BITS / (8 * sizeof(unsigned long))];

	(void)c;
	/* All that the kernel could ever have: a CPU that joins the cpuset later is used too. */
	memset(all, 0xff, sizeof all);
	if (syscall(SYS_sched_setaffinity, 0, sizeof all, all) < 0)
		return err_sys(e, "run on all CPUs");
	return 0;
}

int child_set_initial_affinity(struct child *c, struct err *e)
{
	const char *list = c->spec->process.affinity_initial;

	return list && *list ? set(list, "execCPUAffinity.initial", e) : 0;
}

int child_set_final_affinity(struct child *c, struct err *e)
{
	const struct spec_process *p = &c->spec->process;

	if (p->affinity_final && *p->affinity_final)
		return set(p->affinity_final, "execCPUAffinity.final", e);
	/* With only an initial one the rest is the kernel's business. */
	return p->affinity_initial && *p->affinity_initial ? 0 : child_reset_affinity(c, e);
}
