/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a process sets on itself as the program's user, before it waits for the start: umask(2),
 * personality(2), set_mempolicy(2), its share of CPU and disk as far as it may, and the thread that will
 * send the seccomp listener.
 */
#include <linux/sched.h>
#include <sys/personality.h>
#include <sys/stat.h>

#include "runtime/child.h"
#include "runtime/child_process.h"
#include "runtime/memory_policy.h"
#include "runtime/scheduling.h"

#define UMASK_DEFAULT 0022
#define UMASK_MAX     0777

static int set_umask(const struct spec_user *u, struct err *e)
{
	if (u->has_umask && u->umask > UMASK_MAX)
		return err_set(e, ERR_INVALID, "umask %o is above %o", u->umask, UMASK_MAX);
	umask(u->has_umask ? u->umask : UMASK_DEFAULT);
	return 0;
}

static int set_personality(const struct spec_process *p, struct err *e)
{
	if (p->has_personality && personality(p->personality) < 0)
		return err_sys(e, "set personality %#x", p->personality);
	return 0;
}

/* The program is forked by our init then, and what doesn't outlive a fork wouldn't reach it. */
static int check_init(const struct spec_process *p, struct err *e)
{
	const struct spec_scheduler *s = &p->scheduler;

	if (p->init && s->set &&
	    (s->policy == SCHED_DEADLINE || s->flags & SCHED_FLAG_RESET_ON_FORK))
		return err_set(e, ERR_INVALID,
			       "SCHED_DEADLINE and SCHED_FLAG_RESET_ON_FORK can't "
			       "be had together with an init");
	return 0;
}

int child_settle(struct child *c, struct err *e)
{
	const struct spec_process *p = &c->spec->process;

	if (set_umask(&p->user, e) < 0 || set_personality(p, e) < 0 ||
	    memory_policy_set(&p->memory_policy, e) < 0)
		return -1;
	/* The thread first: a deadline process may start none. */
	if (seccomp_filter_prepare(&p->seccomp, c->status_fd, &c->sender, e) < 0)
		return -1;
	if (check_init(p, e) < 0 || io_priority_try(&p->io_priority, e) < 0)
		return -1;
	return scheduler_try(&p->scheduler, e);
}
