/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/securebits.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/path.h"
#include "runtime/accounts.h"
#include "runtime/capset.h"
#include "runtime/child.h"

#define USER_TEXT_MAX 256

/* -1 when it is missing or anything but a plain file (CVE-2024-9676: a FIFO, a link to /dev/zero). */
static int open_accounts(const struct child *c, const char *path)
{
	struct err ignored;
	cleanup_fd int fd =
		path_open_in_root(c->root_fd, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, &ignored);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return -1;
	return take_fd(&fd);
}

/* "user", "user:group", ":group"; without a group the user's own ones from the files. */
static int look_up(struct child *c, const char *text, struct err *e)
{
	cleanup_fd int passwd = open_accounts(c, "etc/passwd");
	cleanup_fd int group = open_accounts(c, "etc/group");
	char user[USER_TEXT_MAX], *colon;
	struct account account;

	if (strlen(text) >= sizeof user)
		return err_set(e, ERR_LIMIT, "user \"%.32s…\" is too long", text);
	memcpy(user, text, strlen(text) + 1);
	colon = strchr(user, ':');
	if (colon)
		*colon++ = '\0';
	if (account_find(passwd, *user ? user : "0", &account, e) < 0)
		return -1;
	if (colon && *colon) {
		if (account_find_group(group, colon, &account.gid, e) < 0)
			return -1;
	} else {
		c->n_groups = account_list_groups(group, account.name, c->groups + 1,
						  CHILD_GROUPS_MAX - 1);
	}
	/* The primary group is always in the list, or files that deny it would let it in. */
	c->groups[0] = account.gid;
	c->n_groups++;
	c->uid = account.uid;
	c->gid = account.gid;
	snprintf(c->home, sizeof c->home, "HOME=%s", account.home);
	return 0;
}

int child_find_user(struct child *c, struct err *e)
{
	const struct spec_user *u = &c->spec->process.user;

	if (u->name)
		return look_up(c, u->name, e);
	if (u->n_groups > CHILD_GROUPS_MAX)
		return err_set(e, ERR_LIMIT, "more than %d groups", CHILD_GROUPS_MAX);
	c->uid = u->uid;
	c->gid = u->gid;
	for (c->n_groups = 0; c->n_groups < u->n_groups; c->n_groups++)
		c->groups[c->n_groups] = u->groups[c->n_groups];
	return 0;
}

/* Its terminal is the user's, as after a login. */
static void own_terminal(const struct child *c)
{
	if (c->spec->process.terminal)
		(void)!fchown(STDIN_FILENO, c->uid, (gid_t)-1);
}

/* Giving up uid 0 has emptied the effective set; what is left to do needs it until the very end. */
static int raise_kept(struct err *e)
{
	struct capset set;

	if (capset_get(&set, e) < 0)
		return -1;
	set.effective = set.permitted;
	return capset_put(&set, e);
}

int child_become_user(struct child *c, struct err *e)
{
	own_terminal(c);
	/*
	 * With one id only the kernel forbids setgroups; there is no group to lose then. Direct system
	 * calls: the C library's wrappers talk to threads that a cloned child doesn't have.
	 */
	if (syscall(SYS_setgroups, c->n_groups, c->groups) < 0 && errno != EPERM)
		return err_sys(e, "set supplementary groups");
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
		return err_sys(e, "keep capabilities");
	if (syscall(SYS_setresgid, c->gid, c->gid, c->gid) < 0)
		return err_sys(e, "become group %u", c->gid);
	if (syscall(SYS_setresuid, c->uid, c->uid, c->uid) < 0)
		return err_sys(e, "become user %u", c->uid);
	return raise_kept(e);
}
