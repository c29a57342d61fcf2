/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/anchor.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/file.h"
#include "base/process.h"
#include "engine/anchor_relative.h"
#include "runtime/id_map.h"
#include "runtime/subid.h"
#include "runtime/accounts.h"

#define ANCHOR_FILE "anchor"
#define ANCHOR_LOCK "anchor.lock"

static int join(int pid_fd, struct err *e)
{
	if (setns(pid_fd, CLONE_NEWUSER | CLONE_NEWNS) < 0)
		return err_sys(e, "join the user namespace that is kept for you");
	return 0;
}

/* A pidfd of the living anchor, or ERR_NOT_FOUND. */
static int find(const struct home *h, struct anchor_result *ret, struct err *e)
{
	cleanup_free char *text = fd_read_file(h->runroot_fd, ANCHOR_FILE, 1024, e);
	struct process_id id;
	unsigned long long ticks;
	int ids;

	if (!text)
		return -1;
	if (sscanf(text, "%d %llu %d", &id.pid, &ticks, &ids) != 3)
		return err_set(e, ERR_NOT_FOUND, "the anchor's record is damaged");
	id.start_ticks = ticks;
	ret->ids = ids ? ANCHOR_ONE_ID : ANCHOR_RANGE;
	return process_open(&id, e);
}

/* How the maker and the new anchor talk, as the anchor has it. */
struct birth {
	int ready;    /* pipe: an errno or 0 when it has its namespaces; closed when all is done */
	int mapped;   /* pipe: a byte when its id map is written */
	int relative; /* a pidfd whose namespaces it takes over instead of new ones, or -1 */
};

static int get_namespaces(const struct birth *b)
{
	if (b->relative >= 0)
		return setns(b->relative, CLONE_NEWUSER | CLONE_NEWNS);
	return unshare(CLONE_NEWUSER | CLONE_NEWNS);
}

/* The anchor's life. */
static _Noreturn void keep(const struct birth *b)
{
	char c = 0;

	setsid();
	for (int s = 1; s < NSIG; s++)
		signal(s, s == SIGTERM ? SIG_DFL : SIG_IGN);
	prctl(PR_SET_NAME, "cale-anchor", 0, 0, 0);
	if (get_namespaces(b) < 0 || chdir("/") < 0) {
		c = (char)errno;
		(void)!write(b->ready, &c, 1);
		_exit(1);
	}
	/* Host mounts keep coming in; ours never go out. */
	if (write(b->ready, &c, 1) != 1 || read(b->mapped, &c, 1) != 1 ||
	    mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0)
		_exit(1);
	/* The end of its pipe tells the maker that all is done. */
	fd_close_from(0, NULL, 0);
	for (;;)
		pause();
}

/* From the host's passwd file; a directory service's users have their name in the environment. */
static const char *user_name(uid_t user, char *out, size_t size)
{
	cleanup_fd int fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
	struct account account;
	struct err ignored;
	char number[16];

	snprintf(number, sizeof number, "%u", user);
	if (account_find(fd, number, &account, &ignored) != 1)
		return getenv("USER") ?: getenv("LOGNAME");
	snprintf(out, size, "%s", account.name);
	return out;
}

static int map_range(const struct home *h, pid_t pid, struct anchor_result *ret, struct err *e)
{
	char buffer[64];
	const struct subid_user user = { h->user, user_name(h->user, buffer, sizeof buffer) };
	struct subid_ranges uids, gids;

	subid_read("/etc/subuid", &user, h->user, &uids);
	subid_read("/etc/subgid", &user, getegid(), &gids);
	if (uids.n < 2 || gids.n < 2) {
		snprintf(ret->why, sizeof ret->why, "user %u has no range in %s", h->user,
			 uids.n < 2 ? "/etc/subuid" : "/etc/subgid");
		snprintf(ret->mend, sizeof ret->mend,
			 "sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 %s",
			 user.name ?: "USER");
		return -1;
	}
	if (id_map_by_helper(pid, ID_MAP_USERS, uids.items, uids.n, e) < 0 ||
	    id_map_by_helper(pid, ID_MAP_GROUPS, gids.items, gids.n, e) < 0) {
		snprintf(ret->why, sizeof ret->why, "%.190s", e->text);
		snprintf(ret->mend, sizeof ret->mend, "sudo apt-get install uidmap");
		return -1;
	}
	return 0;
}

static int map_one_id(const struct home *h, pid_t pid, struct err *e)
{
	const struct id_range user = { 0, h->user, 1 }, group = { 0, getegid(), 1 };

	if (id_map_write_own(pid, ID_MAP_USERS, &user, e) < 0)
		return -1;
	return id_map_write_own(pid, ID_MAP_GROUPS, &group, e);
}

static int write_record(const struct home *h, pid_t pid, const struct anchor_result *r,
			struct err *e)
{
	struct process_id id;
	char text[64];

	if (process_identify(pid, &id, e) < 0)
		return -1;
	snprintf(text, sizeof text, "%d %llu %d\n", id.pid, (unsigned long long)id.start_ticks,
		 r->ids == ANCHOR_ONE_ID);
	return file_replace(h->runroot_fd, ANCHOR_FILE, text, FILE_VOLATILE, e);
}

static int await_namespaces(int ready, struct err *e)
{
	unsigned char c = 0;

	if (read(ready, &c, 1) != 1)
		return err_set(e, ERR_SYSTEM, "the anchor process died");
	if (c == 0)
		return 0;
	errno = c;
	err_sys(e, "create a user namespace");
	e->code = ERR_UNENFORCED;
	return err_hint(e, "unprivileged user namespaces are switched off: sudo sysctl -w "
			   "user.max_user_namespaces=10000 kernel.unprivileged_userns_clone=1 "
			   "kernel.apparmor_restrict_unprivileged_userns=0 (those that exist)");
}

static int map_ids(const struct home *h, pid_t pid, struct anchor_result *ret, struct err *e)
{
	ret->ids = map_range(h, pid, ret, e) < 0 ? ANCHOR_ONE_ID : ANCHOR_RANGE;
	return ret->ids == ANCHOR_ONE_ID ? map_one_id(h, pid, e) : 0;
}

static int make(const struct home *h, struct anchor_result *ret, struct err *e)
{
	cleanup_fd int relative = anchor_find_relative(h), ready = -1, mapped = -1;
	int ready_pipe[2], mapped_pipe[2], failed;
	pid_t pid;
	char c;

	if (pipe2(ready_pipe, O_CLOEXEC) < 0 || pipe2(mapped_pipe, O_CLOEXEC) < 0)
		return err_sys(e, "create a pipe");
	ready = ready_pipe[0];
	mapped = mapped_pipe[1];
	pid = fork();
	if (pid == 0)
		keep(&(struct birth){ ready_pipe[1], mapped_pipe[0], relative });
	close(ready_pipe[1]);
	close(mapped_pipe[0]);
	failed = pid < 0 ? err_sys(e, "fork") : await_namespaces(ready, e);
	/* A relative's namespaces have their map; what it holds was recorded with the first anchor. */
	if (!failed && relative < 0) {
		ret->made = 1;
		failed = map_ids(h, pid, ret, e);
	}
	if (!failed && (write(mapped, "m", 1) != 1 || read(ready, &c, 1) != 0))
		failed = err_set(e, ERR_SYSTEM, "the anchor process died");
	if (!failed)
		failed = write_record(h, pid, ret, e);
	if (failed && pid > 0)
		kill(pid, SIGKILL);
	return failed;
}

int anchor_enter(const struct home *h, struct anchor_result *ret, struct err *e)
{
	cleanup_fd int lock = -1, pid_fd = -1;

	*ret = (struct anchor_result){};
	pid_fd = find(h, ret, e);
	if (pid_fd >= 0)
		return join(pid_fd, e);
	lock = file_lock(h->runroot_fd, ANCHOR_LOCK, LOCK_EX, e);
	if (lock < 0)
		return -1;
	/* Somebody may have been quicker. */
	pid_fd = find(h, ret, e);
	if (pid_fd < 0) {
		if (make(h, ret, e) < 0)
			return err_wrap(e, "rootless");
		pid_fd = find(h, ret, e);
	}
	return pid_fd < 0 ? -1 : join(pid_fd, e);
}
