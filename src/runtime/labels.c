/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The label that a security module puts on the program at its exec: AppArmor's
 * Documentation/admin-guide/LSM/apparmor.rst (attr/apparmor/exec), SELinux's attr/exec. The files
 * are the process's own in a procfs that procfs.h has proved to be one, so a label can't be
 * written into something else and be lost (CVE-2019-16884, CVE-2023-28642).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "runtime/child.h"
#include "runtime/child_process.h"
#include "runtime/procfs.h"

#define LABEL_MAX 4096

/* What is wrong on the host, rather than what the kernel answered. */
static int unavailable(const char *module, const char *label, struct err *e)
{
	int missing = e->sys == ENOENT;

	/* EINVAL: nobody is there who reads the file, or a label that isn't one. */
	err_wrap(e, "%s label %s", module, label);
	if (missing || e->sys == EINVAL) {
		e->code = ERR_UNENFORCED;
		err_hint(e, "is %s enabled (/sys/kernel/security/lsm) and the label loaded?",
			 module);
	}
	return -1;
}

static int set_apparmor(struct child *c, const char *profile, struct err *e)
{
	char value[LABEL_MAX];

	if (snprintf(value, sizeof value, "exec %s", profile) >= (int)sizeof value)
		return err_set(e, ERR_LIMIT, "AppArmor profile's name is too long");
	if (procfs_write(c->proc_fd, "self/attr/apparmor/exec", value, e) == 0)
		return 0;
	/* Without the module all are unconfined. */
	if (e->sys == ENOENT && !strcmp(profile, "unconfined")) {
		*e = (struct err){};
		return 0;
	}
	return unavailable("AppArmor", profile, e);
}

int child_set_labels(struct child *c, struct err *e)
{
	const struct spec_process *p = &c->spec->process;

	if (p->apparmor_profile && *p->apparmor_profile &&
	    set_apparmor(c, p->apparmor_profile, e) < 0)
		return -1;
	if (p->selinux_label && *p->selinux_label &&
	    procfs_write(c->proc_fd, "self/attr/exec", p->selinux_label, e) < 0)
		return unavailable("SELinux", p->selinux_label, e);
	return 0;
}
