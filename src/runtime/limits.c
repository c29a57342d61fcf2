/* SPDX-License-Identifier: Apache-2.0 */
/*
 * setrlimit(2) and the out-of-memory score, proc(5).
 *
 * Limits are set in two steps. Raising one needs CAP_SYS_RESOURCE of the host, so it is done before
 * the user namespace is entered. Lowering needs nothing, and is done last: a limit on open files or on
 * the size of files is the program's, not that of its set-up.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/child.h"
#include "runtime/child_process.h"
#include "runtime/procfs.h"

#define OOM_SCORE_MIN (-1000)
#define OOM_SCORE_MAX 1000

int child_set_oom_score(struct child *c, struct err *e)
{
	const struct spec_process *p = &c->spec->process;
	char score[16];

	if (!p->has_oom_score_adj)
		return 0;
	if (p->oom_score_adj < OOM_SCORE_MIN || p->oom_score_adj > OOM_SCORE_MAX)
		return err_set(e, ERR_INVALID, "oomScoreAdj %d is not between %d and %d",
			       p->oom_score_adj, OOM_SCORE_MIN, OOM_SCORE_MAX);
	snprintf(score, sizeof score, "%d", p->oom_score_adj);
	if (procfs_write(c->proc_fd, "self/oom_score_adj", score, e) == 0)
		return 0;
	if (e->sys == EACCES || e->sys == EPERM) {
		e->code = ERR_UNENFORCED;
		err_hint(e,
			 "a score below the caller's own needs CAP_SYS_RESOURCE; a user can only "
			 "raise it");
	}
	return -1;
}

static int limit_failed(const struct resource_limit *l, struct err *e)
{
	err_sys(e, "set ulimit %s to %ju:%ju", l->name ?: "?", (uintmax_t)l->soft,
		(uintmax_t)l->hard);
	if (e->sys == EPERM) {
		e->code = ERR_UNENFORCED;
		err_hint(e, "a limit above the caller's own hard limit needs CAP_SYS_RESOURCE; see "
			    "`ulimit -H -a`");
	}
	return -1;
}

int child_raise_limits(struct child *c, struct err *e)
{
	const struct spec_process *p = &c->spec->process;

	for (size_t i = 0; i < p->n_limits; i++) {
		const struct resource_limit *l = &p->limits[i];
		struct rlimit now = {};

		if (l->soft > l->hard)
			return err_set(e, ERR_INVALID,
				       "resource limit %d: soft %ju is above hard %ju", l->kind,
				       (uintmax_t)l->soft, (uintmax_t)l->hard);
		if (syscall(SYS_prlimit64, 0, l->kind, NULL, &now) < 0)
			return limit_failed(l, e);
		if (l->hard <= now.rlim_max)
			continue;
		now.rlim_max = l->hard;
		if (syscall(SYS_prlimit64, 0, l->kind, &now, NULL) < 0)
			return limit_failed(l, e);
	}
	return 0;
}

int child_settle_limits(struct child *c, struct err *e)
{
	const struct spec_process *p = &c->spec->process;

	for (size_t i = 0; i < p->n_limits; i++) {
		const struct resource_limit *l = &p->limits[i];
		const struct rlimit limit = { .rlim_cur = l->soft, .rlim_max = l->hard };

		if (syscall(SYS_prlimit64, 0, l->kind, &limit, NULL) < 0)
			return limit_failed(l, e);
	}
	return 0;
}
