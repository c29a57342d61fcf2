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
#include "runtime/procfs.h"

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

/* Of a user that is given by number: the container's passwd may know a home folder. */
static void find_home(struct child *c)
{
	char *const *env = c->spec->process.env;
	cleanup_fd int passwd = -1;
	struct account account;
	struct err ignored;
	char number[16];

	for (; env && *env; env++) {
		if (!strncmp(*env, "HOME=", 5))
			return;
	}
	passwd = open_accounts(c, "etc/passwd");
	snprintf(number, sizeof number, "%u", c->uid);
	if (account_find(passwd, number, &account, &ignored) != 1 || !*account.home)
		snprintf(account.home, sizeof account.home, "/");
	snprintf(c->home, sizeof c->home, "HOME=%s", account.home);
}

int child_find_user(struct child *c, struct err *e)
{
	const struct spec_user *u = &c->spec->process.user;

	if (u->name)
		return look_up(c, u->name, e);
	c->uid = u->uid;
	c->gid = u->gid;
	find_home(c);
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

/*
 * A user who has mapped his own id only may not change groups, since a group can take rights away;
 * user_namespaces(7). He keeps the ones that he has, and what was asked for is passed over, as in
 * other runtimes.
 */
static int groups_are_denied(const struct child *c)
{
	char text[16] = "";
	struct err ignored;

	return procfs_read(c->proc_fd, "self/setgroups", text, sizeof text, &ignored) >= 0 &&
	       !strncmp(text, "deny", 4);
}

static int set_groups(const struct child *c, struct err *e)
{
	const struct spec_user *u = &c->spec->process.user;
	const uint32_t *groups = u->name ? c->groups : u->groups;
	size_t n = u->name ? c->n_groups : u->n_groups;

	if (syscall(SYS_setgroups, n, groups) == 0)
		return 0;
	if (errno == EPERM && groups_are_denied(c))
		return 0;
	err_sys(e, "set supplementary groups");
	if (e->sys == EINVAL)
		err_hint(e, "each of them has to be in the container's gidMappings, and there may "
			    "be 65536");
	return -1;
}

static int unmapped(const char *what, uint32_t id, struct err *e)
{
	err_sys(e, "become %s %u", what, id);
	if (e->sys == EINVAL)
		err_hint(e, "it isn't mapped in the container's user namespace");
	return -1;
}

/* Direct system calls: the C library's wrappers talk to threads that a cloned child doesn't have. */
int child_become_user(struct child *c, struct err *e)
{
	own_terminal(c);
	if (set_groups(c, e) < 0)
		return -1;
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
		return err_sys(e, "keep capabilities");
	if (syscall(SYS_setresgid, c->gid, c->gid, c->gid) < 0)
		return unmapped("group", c->gid, e);
	if (syscall(SYS_setresuid, c->uid, c->uid, c->uid) < 0)
		return unmapped("user", c->uid, e);
	return raise_kept(e);
}
