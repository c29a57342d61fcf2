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
#include <sys/socket.h>
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
	/*
	 * A socket. It says an errno or 0 when it has its namespaces, and when its mounts are right; it
	 * hears a byte when its id map is written, and when it is recorded.
	 */
	int talk;
	int relative; /* a pidfd whose namespaces it takes over instead of new ones, or -1 */
};

static int get_namespaces(const struct birth *b)
{
	if (b->relative >= 0)
		return setns(b->relative, CLONE_NEWUSER | CLONE_NEWNS);
	return unshare(CLONE_NEWUSER | CLONE_NEWNS);
}

static int say(int talk, int word)
{
	char c = (char)word;

	return send(talk, &c, 1, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

static int hear(int talk)
{
	unsigned char c;

	return recv(talk, &c, 1, 0) == 1 ? c : -1;
}

/* Copies of the socket's other end and of the maker's lock would outlive a maker that is killed. */
static void close_others(const struct birth *b)
{
	const int swapped = b->talk > b->relative;
	const int keep[] = { swapped ? b->relative : b->talk, swapped ? b->talk : b->relative };

	fd_close_from(0, keep, ARRAY_SIZE(keep));
}

/* The anchor's life. Until it is recorded it ends with its maker: nobody would find it. */
static _Noreturn void keep(const struct birth *b)
{
	close_others(b);
	setsid();
	for (int s = 1; s < NSIG; s++)
		signal(s, s == SIGTERM ? SIG_DFL : SIG_IGN);
	prctl(PR_SET_NAME, "cale-anchor", 0, 0, 0);
	if (get_namespaces(b) < 0 || chdir("/") < 0) {
		say(b->talk, errno);
		_exit(1);
	}
	/* Host mounts keep coming in; ours never go out. */
	if (say(b->talk, 0) < 0 || hear(b->talk) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0 || say(b->talk, 0) < 0 ||
	    hear(b->talk) < 0)
		_exit(1);
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

static int await(int talk, struct err *e)
{
	int word = hear(talk);

	if (word < 0)
		return err_set(e, ERR_SYSTEM, "the anchor process died");
	if (word == 0)
		return 0;
	errno = word;
	err_sys(e, "create a user namespace");
	e->code = ERR_UNENFORCED;
	return err_hint(e, "unprivileged user namespaces are switched off: sudo sysctl -w "
			   "user.max_user_namespaces=10000 kernel.unprivileged_userns_clone=1 "
			   "kernel.apparmor_restrict_unprivileged_userns=0 (those that exist)");
}

static int let_go(int talk, struct err *e)
{
	return say(talk, 0) < 0 ? err_set(e, ERR_SYSTEM, "the anchor process died") : 0;
}

static int map_ids(const struct home *h, pid_t pid, struct anchor_result *ret, struct err *e)
{
	ret->ids = map_range(h, pid, ret, e) < 0 ? ANCHOR_ONE_ID : ANCHOR_RANGE;
	return ret->ids == ANCHOR_ONE_ID ? map_one_id(h, pid, e) : 0;
}

static int make(const struct home *h, struct anchor_result *ret, struct err *e)
{
	cleanup_fd int relative = anchor_find_relative(h), talk = -1;
	int ends[2], failed;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return err_sys(e, "make a pair of sockets");
	talk = ends[0];
	pid = fork();
	if (pid == 0)
		keep(&(struct birth){ ends[1], relative });
	close(ends[1]);
	failed = pid < 0 ? err_sys(e, "fork") : await(talk, e);
	/* A relative's namespaces have their map; what it holds was recorded with the first anchor. */
	if (!failed && relative < 0) {
		ret->made = 1;
		failed = map_ids(h, pid, ret, e);
	}
	if (!failed)
		failed = let_go(talk, e) < 0 || await(talk, e) < 0 ||
			 write_record(h, pid, ret, e) < 0 || let_go(talk, e) < 0;
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
