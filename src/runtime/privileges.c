/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stage "as its root", the end: what the program may not do any more. Nothing after this opens a file
 * for itself but the exec.
 *
 * Order. With no_new_privs: capabilities, Landlock, seccomp; each step can only lose. Without it
 * Landlock and seccomp may be loaded only while SYS_ADMIN is held, so capabilities drop last.
 */
#include <errno.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "runtime/capset.h"
#include "runtime/child.h"
#include "runtime/procfs.h"

/* The kernel's struct landlock_ruleset_attr of ABI 6; older headers don't have all of it. */
struct landlock_attributes {
	uint64_t handled_access_fs, handled_access_net, scoped;
};

int child_set_limits(struct child *c, struct err *e)
{
	const struct spec_process *p = &c->spec->process;
	char score[16];

	if (p->oom_score_adj) {
		snprintf(score, sizeof score, "%d", p->oom_score_adj);
		if (procfs_write(c->proc_fd, "self/oom_score_adj", score, e) < 0)
			return -1;
	}
	for (size_t i = 0; i < p->n_limits; i++) {
		const struct resource_limit *l = &p->limits[i];
		const struct rlimit limit = { .rlim_cur = l->soft, .rlim_max = l->hard };

		if (syscall(SYS_prlimit64, 0, l->kind, &limit, NULL) == 0)
			continue;
		err_sys(e, "set ulimit %s to %ju:%ju", l->name, (uintmax_t)l->soft,
			(uintmax_t)l->hard);
		if (errno == EPERM || e->sys == EPERM) {
			e->code = ERR_UNENFORCED;
			err_hint(e, "a limit above the caller's own hard limit needs "
				    "CAP_SYS_RESOURCE; see `ulimit -H -a`, and for nofile "
				    "`sysctl fs.nr_open`");
		}
		return -1;
	}
	return 0;
}

static int load_labels(struct child *c, struct err *e)
{
	const struct spec_process *p = &c->spec->process;
	char value[512];

	if (p->apparmor_profile) {
		snprintf(value, sizeof value, "exec %s", p->apparmor_profile);
		if (procfs_write(c->proc_fd, "self/attr/apparmor/exec", value, e) < 0)
			return err_wrap(e, "AppArmor profile %s", p->apparmor_profile);
	}
	if (p->selinux_label && procfs_write(c->proc_fd, "self/attr/exec", p->selinux_label, e) < 0)
		return err_wrap(e, "SELinux label %s", p->selinux_label);
	return 0;
}

static int load_landlock(const struct spec_process *p, struct err *e)
{
	const struct landlock_attributes attributes = { .scoped = p->landlock_scopes };
	cleanup_fd int fd = -1;

	if (!p->landlock_scopes)
		return 0;
	fd = (int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);
	if (fd < 0)
		return err_sys(e, "create a Landlock ruleset");
	if (syscall(SYS_landlock_restrict_self, fd, 0) < 0)
		return err_sys(e, "enter the Landlock domain");
	return 0;
}

static int load_seccomp(const struct spec_process *p, struct err *e)
{
	/* The kernel takes it as const; its header doesn't say so. */
	union {
		const struct sock_filter *in;
		struct sock_filter *out;
	} code = { .in = p->seccomp };
	struct sock_fprog program = { (unsigned short)p->n_seccomp, code.out };

	if (!p->seccomp)
		return 0;
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, p->seccomp_flags, &program) < 0)
		return err_sys(e, "load the seccomp filter");
	return 0;
}

static int drop_capabilities(const struct child *c, struct err *e)
{
	const struct spec_process *p = &c->spec->process;
	int lost = c->uid != 0 && p->nonroot_loses_capabilities;
	const struct capset set = {
		.effective = lost ? p->cap_ambient : p->cap_effective,
		.permitted = lost ? p->cap_ambient : p->cap_permitted,
		.inheritable = p->cap_inheritable,
	};

	if (capset_limit_bounding(p->cap_bounding, e) < 0 || capset_put(&set, e) < 0)
		return -1;
	return capset_set_ambient(p->cap_ambient, e);
}

int child_drop_privileges(struct child *c, struct err *e)
{
	const struct spec_process *p = &c->spec->process;

	if (load_labels(c, e) < 0)
		return -1;
	if (p->no_new_privileges) {
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
			return err_sys(e, "set no_new_privs");
		if (drop_capabilities(c, e) < 0 || load_landlock(p, e) < 0)
			return -1;
		return load_seccomp(p, e);
	}
	if (load_landlock(p, e) < 0 || load_seccomp(p, e) < 0)
		return -1;
	return drop_capabilities(c, e);
}
