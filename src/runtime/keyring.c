/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session keyring of the container's own: session-keyring(7), keyctl(2). Otherwise it would have
 * that of whoever started it, and the keys in it.
 *
 * Its name is "_ses.<id>", as runc has it; names are per user namespace. A process that joins the
 * container later finds it by that name, which needs the permission to search.
 */
#include "runtime/keyring.h"

#include <errno.h>
#include <linux/keyctl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "runtime/child.h"
#include "runtime/child_process.h"
#include "runtime/procfs.h"

/* keyctl_setperm(3): to search, by others and by its user. */
#define OTHERS_MAY_SEARCH 0x00000008U
#define USER_MAY_SEARCH	  0x00080000U

/* "keyring;0;0;3f030000;_ses.id": the fourth part. */
static int read_permissions(long ring, uint32_t *ret)
{
	char text[512];
	long n = syscall(SYS_keyctl, KEYCTL_DESCRIBE, ring, text, sizeof text - 1);
	unsigned parts = 0;

	if (n < 0 || (size_t)n >= sizeof text)
		return -1;
	text[n] = '\0';
	for (const char *p = text; *p; p++) {
		if (*p == ';' && ++parts == 3) {
			*ret = (uint32_t)strtoul(p + 1, NULL, 16);
			return 0;
		}
	}
	errno = EINVAL;
	return -1;
}

/*
 * A keyring belongs to the real user that makes it: the container's root, so that each process that
 * joins as root finds it. Until now the process was root outside.
 */
static int become_owner(const struct child *c, struct err *e)
{
	if (c->spec->namespaces[NS_USER].mode == NS_MODE_HOST)
		return 0;
	if (syscall(SYS_setresgid, 0, 0, 0) == 0 && syscall(SYS_setresuid, 0, 0, 0) == 0)
		return 0;
	/* Without a root in it, it is the program's user. */
	if (errno == EINVAL && syscall(SYS_setresgid, c->gid, c->gid, c->gid) == 0 &&
	    syscall(SYS_setresuid, c->uid, c->uid, c->uid) == 0)
		return 0;
	return err_sys(e, "become the owner of the session keyring");
}

static int allow_search(const struct child *c, long ring, struct err *e)
{
	uint32_t permissions = 0, search = USER_MAY_SEARCH;

	/* All who could find it are the container's own then. */
	if (c->spec->namespaces[NS_USER].mode != NS_MODE_HOST)
		search |= OTHERS_MAY_SEARCH;

	if (read_permissions(ring, &permissions) < 0 ||
	    syscall(SYS_keyctl, KEYCTL_SETPERM, ring, permissions | search) < 0)
		return err_sys(e, "let the container search its session keyring");
	return 0;
}

static int failed(const char *name, struct err *e)
{
	int sys = errno;

	/* A kernel without keys has none to give away. */
	if (sys == ENOSYS)
		return 0;
	err_sys(e, "unable to join session keyring %s", name);
	if (sys == EDQUOT)
		err_hint(e, "the user's quota of keys is used up: see /proc/key-users and "
			    "/proc/sys/kernel/keys/maxkeys");
	else if (sys == EPERM || sys == EACCES)
		err_hint(e, "something around us forbids keyctl(2); --no-new-keyring goes without "
			    "and shares the caller's keys");
	return -1;
}

int child_join_keyring(struct child *c, struct err *e)
{
	const struct spec_process *p = &c->spec->process;
	char name[256];
	long ring;

	if (!p->new_keyring)
		return 0;
	if (snprintf(name, sizeof name, "_ses.%s", c->spec->id ?: "") >= (int)sizeof name)
		return err_set(e, ERR_LIMIT, "the container's id is too long for a keyring");
	if (become_owner(c, e) < 0)
		return -1;
	/* The exec resets it. */
	if (p->selinux_label &&
	    procfs_write(c->proc_fd, "self/attr/keycreate", p->selinux_label, e) < 0)
		return err_wrap(e, "SELinux label of the session keyring");
	ring = syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, name);
	if (ring < 0)
		return failed(name, e);
	return c->additional ? 0 : allow_search(c, ring, e);
}

int keyring_join(const struct spec *spec, struct err *e)
{
	cleanup_fd int proc_fd = procfs_open(e);
	struct child c = { .spec = spec, .proc_fd = proc_fd };

	return proc_fd < 0 ? -1 : child_join_keyring(&c, e);
}
