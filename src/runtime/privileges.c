/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stage "as its root", the end: what the program may not do any more. Nothing after this opens a file
 * for itself but the exec.
 *
 * Order. With no_new_privs: capabilities, Landlock, seccomp; each step can only lose. Without it
 * Landlock and seccomp may be loaded only while SYS_ADMIN is held, so capabilities drop last. All that
 * needs files or many system calls is prepared before: after the filter there is
 * nothing but, without no_new_privs, one capset(2), and the exec.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/capability_name.h"
#include "base/fd.h"
#include "runtime/capset.h"
#include "runtime/child.h"
#include "runtime/child_process.h"
#include "runtime/landlock.h"

/* What the program has in the end. */
static struct capset final_set(const struct child *c, uint64_t known)
{
	const struct spec_process *p = &c->spec->process;
	int lost = c->uid != 0 && p->nonroot_loses_capabilities;

	return (struct capset){
		.effective = (lost ? p->cap_ambient : p->cap_effective) & known,
		.permitted = (lost ? p->cap_ambient : p->cap_permitted) & known,
		.inheritable = p->cap_inheritable & known,
	};
}

static int refuse(uint64_t missing, const char *what, struct err *e)
{
	char names[256];

	capability_names_join(missing, names, sizeof names);
	err_set(e, ERR_UNENFORCED, "can't give the container the capabilities %s: %s", names, what);
	e->sys = EPERM;
	return err_hint(e, "leave them out, or start it with more privileges");
}

static int check(const struct capset *set, const struct capset *held, struct err *e)
{
	uint64_t asked = set->effective | set->permitted;

	if (asked & ~held->permitted)
		return refuse(asked & ~held->permitted, "its runtime has none of them", e);
	if (set->effective & ~set->permitted)
		return refuse(set->effective & ~set->permitted,
			      "they are effective and not permitted", e);
	return 0;
}

/*
 * Everything but the last step: the inheritable set while the bounding set still allows it, the
 * bounding set, and the ambient set, which the kernel keeps within what is permitted later. Ambient
 * ones that aren't permitted and inheritable too can't be had and are left out (capset_ambient()).
 */
static int prepare_capabilities(const struct child *c, struct capset *ret, struct err *e)
{
	const struct spec_process *p = &c->spec->process;
	uint64_t known = capability_all();
	struct capset held;

	if (capset_get(&held, e) < 0)
		return -1;
	*ret = final_set(c, known);
	if (check(ret, &held, e) < 0)
		return -1;
	held.inheritable = ret->inheritable;
	if (capset_put(&held, e) < 0)
		return e->sys == EPERM ? refuse(ret->inheritable & ~held.permitted,
						"they can't be inheritable", e)
				       : -1;
	if (capset_limit_bounding(p->cap_bounding, e) < 0)
		return -1;
	return capset_set_ambient(
		capset_ambient(p->cap_ambient & known, ret->permitted, ret->inheritable), e);
}

/* The container's root as it is now: root_fd may be in a mount namespace that is gone. */
static int prepare_landlock(const struct child *c, int *ret_fd, struct err *e)
{
	const struct spec_landlock *l = &c->spec->process.landlock;
	cleanup_fd int root_fd = -1;

	if (l->n_paths) {
		root_fd = fd_open(AT_FDCWD, "/", O_PATH | O_DIRECTORY, e);
		if (root_fd < 0)
			return -1;
	}
	return landlock_prepare(l, c->additional ? 0 : l->scopes, root_fd, ret_fd, e);
}

int child_drop_privileges(struct child *c, struct err *e)
{
	const struct spec_process *p = &c->spec->process;
	cleanup_fd int landlock_fd = -1;
	struct capset set;

	if (child_set_labels(c, e) < 0 || prepare_landlock(c, &landlock_fd, e) < 0)
		return -1;
	if (p->no_new_privileges && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_sys(e, "set no_new_privs");
	if (prepare_capabilities(c, &set, e) < 0)
		return -1;
	if (p->no_new_privileges && capset_put(&set, e) < 0)
		return -1;
	if (landlock_enter(landlock_fd, e) < 0)
		return -1;
	/* Now: at the end of this scope it would be a system call under the filter. */
	if (landlock_fd >= 0)
		close(take_fd(&landlock_fd));
	if (child_settle_limits(c, e) < 0 || seccomp_filter_load(&p->seccomp, &c->sender, e) < 0)
		return -1;
	return p->no_new_privileges ? 0 : capset_put(&set, e);
}
