/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a process of a container is, as the kernel shows it inside: OCI runtime specification 1.3,
 * config.md "Process". Real containers; needs root.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/ioprio.h>
#include <linux/mempolicy.h>
#include <linux/sched.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/keyctl.h>
#include <cmocka.h>

#include "base/fd.h"
#include "runtime/capset.h"
#include "runtime/memory_policy.h"
#include "runtime/scheduling.h"
#include "box.h"

#define CAP(n) (1ULL << (n))
enum {
	CHOWN = 0,
	KILL = 5,
	SETPCAP = 8,
	NET_ADMIN = 12,
	SYS_ADMIN = 21,
	SYS_RESOURCE = 24,
	SYS_TIME = 25
};

static void show(const struct box *b)
{
	print_message("# %s (%s) %s\n", b->e.text, b->e.hint, b->out);
}

static void prints(struct box *b, const char *script, const char *want)
{
	int status = box_run(b, script);

	if (status || strcmp(b->out, want) != 0)
		show(b);
	assert_int_equal(status, 0);
	assert_string_equal(b->out, want);
}

static void exec_prints(struct box *b, const struct spec_process *p, const char *script,
			const char *want)
{
	int status = box_exec(b, p, script);

	if (status || strcmp(b->out, want) != 0)
		show(b);
	assert_int_equal(status, 0);
	assert_string_equal(b->out, want);
}

static void is_refused(struct box *b, enum err_code code, const char *part)
{
	assert_int_equal(box_run(b, "true"), BOX_FAILED);
	if (b->e.code != code || !strstr(b->e.text, part))
		show(b);
	assert_int_equal(b->e.code, code);
	assert_non_null(strstr(b->e.text, part));
}

/* Runs `f` in a process of its own, which may change itself; asserts there end it. */
static void apart(void (*f)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		f();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void umask_is_asked_or_0022(void **state)
{
	struct box *b = box_new();

	(void)state;
	umask(0011);
	prints(b, "umask", "0022\n");
	b->spec.process.user.has_umask = 1;
	b->spec.process.user.umask = 0077;
	prints(b, "umask; touch /tmp/x; stat -c %a /tmp/x", "0077\n600\n");
	assert_int_equal(box_start(b), 0);
	exec_prints(b, NULL, "umask", "0077\n");
	b->spec.process.user.umask = 01000;
	is_refused(b, ERR_INVALID, "umask 1000");
	umask(0022);
	box_free(b);
}

static void personality_is_set(void **state)
{
	struct box *b = box_new();

	(void)state;
	b->spec.process.has_personality = 1;
	b->spec.process.personality = PER_LINUX32;
	prints(b, "cat /proc/self/personality", "00000008\n");
	b->spec.process.personality = PER_LINUX;
	prints(b, "cat /proc/self/personality", "00000000\n");
	box_free(b);
}

static void names_are_the_containers_own(void **state)
{
	struct box *b = box_new();
	char before[65], after[65];

	(void)state;
	b->spec.domainname = "box.test";
	prints(b, "hostname; cat /proc/sys/kernel/domainname", "box\nbox.test\n");
	/* Without a namespace it would be the host's. */
	assert_int_equal(gethostname(before, sizeof before), 0);
	b->spec.namespaces[NS_UTS].mode = NS_MODE_HOST;
	assert_int_equal(box_run(b, "hostname"), 0);
	assert_int_equal(gethostname(after, sizeof after), 0);
	assert_string_equal(before, after);
	box_free(b);
}

static void lower_score_without_privilege(void)
{
	struct box *b = box_new();
	struct capset set;
	struct err e;

	assert_int_equal(capset_get(&set, &e), 0);
	set.effective &= ~CAP(SYS_RESOURCE);
	set.permitted = set.effective;
	assert_int_equal(capset_put(&set, &e), 0);
	b->spec.process.cap_bounding = b->spec.process.cap_permitted =
		b->spec.process.cap_effective = CAP(KILL);
	b->spec.process.has_oom_score_adj = 1;
	b->spec.process.oom_score_adj = 500;
	prints(b, "cat /proc/self/oom_score_adj", "500\n");
	b->spec.process.oom_score_adj = -500;
	is_refused(b, ERR_UNENFORCED, "oom_score_adj");
	assert_non_null(strstr(b->e.hint, "CAP_SYS_RESOURCE"));
	box_free(b);
}

static void oom_score_is_set(void **state)
{
	struct box *b = box_new();

	(void)state;
	b->spec.process.has_oom_score_adj = 1;
	b->spec.process.oom_score_adj = 321;
	prints(b, "cat /proc/self/oom_score_adj", "321\n");
	box_use_user_namespace(b);
	prints(b, "cat /proc/self/oom_score_adj", "321\n");
	if (box_may(SYS_RESOURCE)) {
		b->spec.process.oom_score_adj = -10;
		prints(b, "cat /proc/self/oom_score_adj", "-10\n");
	}
	b->spec.process.oom_score_adj = 1001;
	is_refused(b, ERR_INVALID, "1001");
	box_free(b);
	apart(lower_score_without_privilege);
}

static void raise_limit_without_privilege(void)
{
	struct box *b = box_new();
	struct resource_limit limit = { RLIMIT_NOFILE, 64, 100 };
	struct rlimit low = { 200, 200 };
	struct capset set;
	struct err e;

	assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
	assert_int_equal(capset_get(&set, &e), 0);
	set.effective &= ~CAP(SYS_RESOURCE);
	set.permitted = set.effective;
	assert_int_equal(capset_put(&set, &e), 0);
	b->spec.process.cap_bounding = b->spec.process.cap_permitted =
		b->spec.process.cap_effective = 0;
	b->spec.process.limits = &limit;
	b->spec.process.n_limits = 1;
	prints(b, "ulimit -Sn; ulimit -Hn", "64\n100\n");
	limit.hard = 300;
	is_refused(b, ERR_UNENFORCED, "set ulimit");
	assert_non_null(strstr(b->e.hint, "hard limit"));
	box_free(b);
}

/* The host's privilege, which the container's user namespace doesn't have. */
static void raise_limit(void)
{
	struct box *b = box_new();
	struct resource_limit limit = { RLIMIT_CORE, RLIM_INFINITY, RLIM_INFINITY };
	struct rlimit low = { 0, 4096 };

	assert_int_equal(setrlimit(RLIMIT_CORE, &low), 0);
	b->spec.process.limits = &limit;
	b->spec.process.n_limits = 1;
	box_use_user_namespace(b);
	prints(b, "ulimit -Hc", "unlimited\n");
	box_free(b);
}

/* Also ones with which the set-up itself could not work. */
static void limits_are_set(void **state)
{
	struct box *b = box_new();
	struct resource_limit limits[] = { { RLIMIT_NOFILE, 4, 5 }, { RLIMIT_FSIZE, 0, 0 } };

	(void)state;
	b->spec.process.limits = limits;
	b->spec.process.n_limits = 2;
	prints(b, "ulimit -Sn; ulimit -Hn; ulimit -f", "4\n5\n0\n");
	box_use_user_namespace(b);
	prints(b, "ulimit -Sn; ulimit -Hn; ulimit -f", "4\n5\n0\n");
	limits[0].soft = 6;
	is_refused(b, ERR_INVALID, "soft 6 is above hard 5");
	limits[0] = (struct resource_limit){ 99, 1, 1 };
	is_refused(b, ERR_SYSTEM, "set ulimit");
	box_free(b);
	apart(raise_limit_without_privilege);
	if (box_may(SYS_RESOURCE))
		apart(raise_limit);
}

/* Fields 19 and 41 of /proc/self/stat: nice value and policy. */
#define SHOW_SCHEDULER "read -r s < /proc/self/stat; set -- ${s##*)}; echo ${17} ${39}"

static void scheduler_is_set(void **state)
{
	struct box *b = box_new();
	struct spec_scheduler *s = &b->spec.process.scheduler;

	(void)state;
	*s = (struct spec_scheduler){ .set = 1, .policy = SCHED_BATCH, .nice = 19 };
	prints(b, SHOW_SCHEDULER, "19 3\n");
	box_use_user_namespace(b);
	prints(b, SHOW_SCHEDULER, "19 3\n");
	/* The host's privilege, which nobody in the user namespace has. */
	s->nice = -7;
	b->spec.process.user.uid = b->spec.process.user.gid = 1000;
	prints(b, SHOW_SCHEDULER, "-7 3\n");
	s->policy = SCHED_IDLE;
	s->nice = 0;
	prints(b, SHOW_SCHEDULER, "0 5\n");
	assert_int_equal(box_start(b), 0);
	exec_prints(b, NULL, SHOW_SCHEDULER, "0 5\n");
	box_free(b);
}

static void deadline_is_set(void **state)
{
	struct box *b = box_new();
	struct spec_process other = b->spec.process;
	struct spec_scheduler *s = &b->spec.process.scheduler;

	(void)state;
	*s = (struct spec_scheduler){ .set = 1,
				      .policy = SCHED_DEADLINE,
				      .nice = 19,
				      .flags = SCHED_FLAG_RESET_ON_FORK,
				      .runtime_nsec = 4200000,
				      .deadline_nsec = 10000000,
				      .period_nsec = 100000000 };
	box_use_user_namespace(b);
	prints(b, SHOW_SCHEDULER, "0 6\n");
	other.scheduler = *s;
	s->set = 0;
	assert_int_equal(box_start(b), 0);
	exec_prints(b, &other, SHOW_SCHEDULER, "0 6\n");
	s->set = 1;
	b->spec.process.init = 1;
	is_refused(b, ERR_INVALID, "init");
	box_free(b);
}

/* A policy that the kernel must not be asked for: the message is the point. */
static void bad_schedulers_are_refused(void **state)
{
	static const struct {
		struct spec_scheduler s;
		const char *part;
	} rows[] = {
		{ { 1, .policy = 77 }, "invalid scheduler policy" },
		{ { 1, .policy = 4 }, "SCHED_ISO" },
		{ { 1, .policy = SCHED_BATCH, .nice = 20 }, "invalid scheduler.nice: 20" },
		{ { 1, .policy = SCHED_OTHER, .priority = 1 }, "scheduler.priority" },
		{ { 1, .policy = SCHED_FIFO, .priority = 100 }, "1 to 99" },
		{ { 1, .policy = SCHED_RR }, "1 to 99" },
		{ { 1, .policy = SCHED_OTHER, .runtime_nsec = 1 }, "runtime/deadline/period" },
		{ { 1, .policy = SCHED_DEADLINE }, "SCHED_DEADLINE needs" },
		{ { 1, .policy = SCHED_DEADLINE, .runtime_nsec = 3000, .deadline_nsec = 2000 },
		  "SCHED_DEADLINE needs" },
		{ { 1, .policy = SCHED_DEADLINE, .runtime_nsec = 1024, .deadline_nsec = 3000,
		    .period_nsec = 2000 },
		  "SCHED_DEADLINE needs" },
	};
	struct box *b = box_new();
	struct err e;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(scheduler_check(&rows[i].s, &e), -1);
		assert_non_null(strstr(e.text, rows[i].part));
	}
	b->spec.process.scheduler = rows[2].s;
	is_refused(b, ERR_INVALID, "invalid scheduler.nice");
	/* A value that it knows in a kernel that may not have it: set or said. */
	b->spec.process.scheduler =
		(struct spec_scheduler){ 1, .flags = SCHED_FLAG_UTIL_CLAMP_MAX };
	if (box_run(b, "true") == BOX_FAILED) {
		assert_int_equal(b->e.code, ERR_UNENFORCED);
		assert_non_null(strstr(b->e.hint, "CONFIG_UCLAMP_TASK"));
	}
	box_free(b);
}

static void io_priority_is_set(void **state)
{
	struct box *b = box_new();
	struct spec_io_priority *p = &b->spec.process.io_priority;

	(void)state;
	*p = (struct spec_io_priority){ 1, IOPRIO_CLASS_BE, 3 };
	prints(b, "ionice -p $$", "best-effort: prio 3\n");
	box_use_user_namespace(b);
	b->spec.process.user.uid = 1000;
	*p = (struct spec_io_priority){ 1, IOPRIO_CLASS_RT, 2 };
	prints(b, "ionice -p $$", "realtime: prio 2\n");
	*p = (struct spec_io_priority){ 1, IOPRIO_CLASS_IDLE, 0 };
	assert_int_equal(box_start(b), 0);
	exec_prints(b, NULL, "ionice -p $$", "idle\n");
	p->priority = 8;
	is_refused(b, ERR_INVALID, "invalid ioPriority.Priority: 8");
	*p = (struct spec_io_priority){ 1, 9, 0 };
	is_refused(b, ERR_INVALID, "invalid ioPriority.Class: 9");
	box_free(b);
}

static void memory_policy_is_set(void **state)
{
	struct box *b = box_new();
	struct spec_memory_policy *p = &b->spec.process.memory_policy;
	const char *script = "while read -r a b c; do echo $b; break; done < /proc/self/numa_maps";

	(void)state;
	if (access("/proc/self/numa_maps", R_OK) < 0) {
		box_free(b);
		skip();
	}
	*p = (struct spec_memory_policy){ 1, MPOL_INTERLEAVE, "0" };
	prints(b, script, "interleave:0\n");
	*p = (struct spec_memory_policy){ 1, MPOL_BIND | MPOL_F_STATIC_NODES, "0" };
	prints(b, script, "bind=static:0\n");
	*p = (struct spec_memory_policy){ 1, MPOL_DEFAULT, NULL };
	prints(b, script, "default\n");
	*p = (struct spec_memory_policy){ 1, MPOL_PREFERRED | MPOL_F_RELATIVE_NODES, "0" };
	assert_int_equal(box_start(b), 0);
	exec_prints(b, NULL, script, "prefer=relative:0\n");
	box_stop(b);
	*p = (struct spec_memory_policy){ 1, MPOL_BIND, "1023" };
	is_refused(b, ERR_SYSTEM, "MPOL_BIND on nodes \"1023\"");
	*p = (struct spec_memory_policy){ 1, MPOL_DEFAULT, "0-7" };
	is_refused(b, ERR_INVALID, "mode requires 0 nodes but got 8");
	*p = (struct spec_memory_policy){ 1, MPOL_BIND, "" };
	is_refused(b, ERR_INVALID, "at least one node");
	*p = (struct spec_memory_policy){ 1, MPOL_BIND, "0-9876543210" };
	is_refused(b, ERR_INVALID, "invalid memory policy node");
	*p = (struct spec_memory_policy){ 1, 50, "0" };
	is_refused(b, ERR_INVALID, "invalid memory policy mode");
	box_free(b);
}

static void add_secret_key(void)
{
	assert_true(syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) >= 0);
	assert_true(syscall(SYS_add_key, "user", "cale-secret", "x", 1, KEY_SPEC_SESSION_KEYRING) >=
		    0);
}

static void see_no_keys(void)
{
	struct box *b = box_new();

	add_secret_key();
	/* Of another user: what it sees is what it has, and not what its user owns. */
	b->spec.process.user.uid = 1000;
	/* The attack works where the session keyring is the caller's. */
	assert_int_equal(box_run(b, "grep -c cale-secret /proc/keys"), 0);
	b->spec.process.new_keyring = 1;
	assert_int_equal(box_run(b, "grep -c cale-secret /proc/keys"), 1);
	assert_string_equal(b->out, "0\n");
	box_free(b);
}

static void keyring_is_the_containers_own(void **state)
{
	struct box *b = box_new();
	char first[64];

	(void)state;
	if (access("/proc/keys", R_OK) < 0) {
		box_free(b);
		skip();
	}
	b->spec.process.new_keyring = 1;
	for (int user = 0; user < 2; user++) {
		if (user)
			box_use_user_namespace(b);
		/* Keys live on for a while: another name each time. */
		b->spec.id = user ? "box-user" : "box-host";
		assert_int_equal(box_start(b), 0);
		/* All processes of it share it: the serial number is the first word. */
		assert_int_equal(box_exec(b, NULL, "grep _ses.box- /proc/keys | cut -c1-8"), 0);
		snprintf(first, sizeof first, "%.60s", b->out);
		assert_int_equal(strlen(first), 9);
		exec_prints(b, NULL, "grep _ses.box- /proc/keys | cut -c1-8", first);
		box_stop(b);
	}
	box_free(b);
	apart(see_no_keys);
}

static struct box *denied;

/* What a user may do to himself, and what not. */
static void lose_only(struct box *b)
{
	struct spec_process *p = &b->spec.process;

	p->has_oom_score_adj = 1;
	p->oom_score_adj = 700;
	p->scheduler = (struct spec_scheduler){ 1, .policy = SCHED_BATCH, .nice = 7 };
	p->io_priority = (struct spec_io_priority){ 1, IOPRIO_CLASS_IDLE, 0 };
	p->new_keyring = 1;
	prints(b, "cat /proc/self/oom_score_adj; ionice -p $$; " SHOW_SCHEDULER,
	       "700\nidle\n7 3\n");
	p->oom_score_adj = -700;
	is_refused(b, ERR_UNENFORCED, "oom_score_adj");
	p->has_oom_score_adj = 0;
	p->scheduler.nice = -7;
	is_refused(b, ERR_UNENFORCED, "error setting scheduler SCHED_BATCH");
	p->scheduler.set = 0;
	p->io_priority.io_class = IOPRIO_CLASS_RT;
	is_refused(b, ERR_UNENFORCED, "failed to set io priority");
}

/* An ordinary user with one id, as `unshare -Ur` makes it. */
static void be_a_user(void)
{
	static const char *const files[] = { "/proc/self/setgroups", "/proc/self/uid_map",
					     "/proc/self/gid_map" };
	static const char *const texts[] = { "deny", "0 1000 1", "0 1000 1" };
	uint32_t groups[] = { 0 };
	struct box *b = denied;
	struct err e;

	assert_int_equal(chown(b->root, 1000, 1000), 0);
	assert_int_equal(syscall(SYS_setresgid, 1000, 1000, 1000), 0);
	assert_int_equal(syscall(SYS_setresuid, 1000, 1000, 1000), 0);
	assert_int_equal(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0), 0);
	assert_int_equal(unshare(CLONE_NEWUSER), 0);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		assert_int_equal(fd_write_file(AT_FDCWD, files[i], texts[i], &e), 0);
	b->spec.process.user.groups = groups;
	b->spec.process.user.n_groups = 1;
	/* As in other runtimes: passed over where the kernel denies it to all. */
	if (box_run(b, "id -u") != 0)
		show(b);
	assert_string_equal(b->out, "0\n");
	lose_only(b);
}

static void groups_are_set(void **state)
{
	struct box *b = box_new();
	uint32_t groups[300];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		groups[i] = 2000 + (uint32_t)i;
	b->spec.process.user = (struct spec_user){ .uid = 7, .gid = 8, .groups = groups };
	b->spec.process.user.n_groups = 3;
	prints(b, "grep -E '^(Uid|Gid|Groups)' /proc/self/status",
	       "Uid:\t7\t7\t7\t7\nGid:\t8\t8\t8\t8\nGroups:\t2000 2001 2002 \n");
	b->spec.process.user.n_groups = ARRAY_SIZE(groups);
	prints(b, "grep ^Groups /proc/self/status | wc -w", "301\n");
	box_use_user_namespace(b);
	groups[0] = 70000;
	is_refused(b, ERR_SYSTEM, "supplementary groups");
	b->spec.process.user.n_groups = 0;
	b->spec.process.user.gid = 70000;
	is_refused(b, ERR_SYSTEM, "become group 70000");
	assert_non_null(strstr(b->e.hint, "mapped"));
	b->spec.process.user.gid = 0;
	b->spec.process.user.uid = 70000;
	is_refused(b, ERR_SYSTEM, "become user 70000");
	box_free(b);
	denied = box_new();
	apart(be_a_user);
	box_free(denied);
}

#define SHOW_CAPABILITIES "grep -E '^(Cap|NoNew)' /proc/self/status"

static void five_sets(struct box *b)
{
	struct spec_process *p = &b->spec.process;

	p->user.uid = 1000;
	p->cap_inheritable = CAP(CHOWN) | CAP(SYS_ADMIN);
	p->cap_permitted = CAP(CHOWN) | CAP(KILL);
	p->cap_effective = CAP(KILL);
	p->cap_bounding = CAP(CHOWN) | CAP(KILL) | CAP(NET_ADMIN);
	/* The last one can't be had: it isn't permitted. */
	p->cap_ambient = CAP(CHOWN) | CAP(SYS_ADMIN);
	/* An ordinary user's exec: permitted and effective become what is ambient. */
	prints(b, SHOW_CAPABILITIES,
	       p->no_new_privileges ? "CapInh:\t0000000000200001\nCapPrm:\t0000000000000001\n"
				      "CapEff:\t0000000000000001\nCapBnd:\t0000000000001021\n"
				      "CapAmb:\t0000000000000001\nNoNewPrivs:\t1\n"
				    : "CapInh:\t0000000000200001\nCapPrm:\t0000000000000001\n"
				      "CapEff:\t0000000000000001\nCapBnd:\t0000000000001021\n"
				      "CapAmb:\t0000000000000001\nNoNewPrivs:\t0\n");
}

static void lack_capabilities(void)
{
	struct box *b = box_new();
	struct capset set;
	struct err e;

	assert_int_equal(capset_get(&set, &e), 0);
	set.effective &= ~(CAP(NET_ADMIN) | CAP(SYS_TIME));
	set.permitted = set.effective;
	assert_int_equal(capset_put(&set, &e), 0);
	b->spec.namespaces[NS_NETWORK].mode = NS_MODE_HOST;
	is_refused(b, ERR_UNENFORCED, "CAP_NET_ADMIN, CAP_SYS_TIME");
	/* In the bounding set alone it is no promise. */
	b->spec.process.cap_permitted &= set.permitted;
	b->spec.process.cap_effective &= set.permitted;
	assert_int_equal(box_run(b, "true"), 0);
	box_free(b);
}

static void capabilities_are_set(void **state)
{
	struct box *b = box_new();
	struct spec_process *p = &b->spec.process;

	(void)state;
	five_sets(b);
	p->no_new_privileges = 0;
	five_sets(b);
	box_use_user_namespace(b);
	five_sets(b);
	/* Root's exec gives what the bounding set has; unknown ones are left out. */
	p->user.uid = 0;
	p->cap_ambient = p->cap_inheritable = 0;
	p->cap_permitted = p->cap_effective = CAP(KILL) | CAP(60);
	p->cap_bounding = CAP(KILL) | CAP(62);
	prints(b, "grep -E '^Cap(Prm|Bnd)' /proc/self/status",
	       "CapPrm:\t0000000000000020\nCapBnd:\t0000000000000020\n");
	p->cap_effective = CAP(KILL) | CAP(CHOWN);
	is_refused(b, ERR_UNENFORCED, "CAP_CHOWN: they are effective and not permitted");
	box_free(b);
	apart(lack_capabilities);
}

static void labels_have_to_exist(void **state)
{
	struct box *b = box_new();

	(void)state;
	b->spec.process.apparmor_profile = "unconfined";
	assert_int_equal(box_run(b, "true"), 0);
	b->spec.process.apparmor_profile = "my_profile";
	is_refused(b, ERR_UNENFORCED, "AppArmor label my_profile");
	b->spec.process.apparmor_profile = NULL;
	b->spec.process.selinux_label = "system_u:system_r:container_t:s0";
	is_refused(b, ERR_UNENFORCED, "SELinux label system_u");
	box_free(b);
}

static const char profile[] = "profile cale-test-box flags=(attach_disconnected) {\n"
			      "  file,\n  capability,\n  signal,\n  deny /data/** wl,\n}\n";

/* 0: there is no AppArmor, or nothing to load a profile with. */
static int load_profile(void)
{
	FILE *parser;

	if (access("/sys/kernel/security/apparmor", F_OK) < 0 ||
	    access("/sbin/apparmor_parser", X_OK) < 0)
		return 0;
	parser = popen("/sbin/apparmor_parser -rK", "we"); /* NOLINT(cert-env33-c) */
	if (!parser)
		return 0;
	fputs(profile, parser);
	assert_int_equal(pclose(parser), 0);
	return 1;
}

static void apparmor_confines(void **state)
{
	struct box *b;

	(void)state;
	if (!load_profile())
		skip();
	b = box_new();
	for (unsigned i = 0; i < 4; i++) {
		b->spec.process.no_new_privileges = i & 1;
		if (i == 2)
			box_use_user_namespace(b);
		b->mounts[1].target = "/data";
		b->spec.process.apparmor_profile = "unconfined";
		assert_int_equal(box_run(b, "echo x > /data/x"), 0);
		b->spec.process.apparmor_profile = "cale-test-box";
		prints(b, "cat /proc/self/attr/apparmor/current", "cale-test-box (enforce)\n");
		assert_int_equal(box_run(b, "echo x > /data/x"), 1);
		assert_non_null(strstr(b->out, "Permission denied"));
		assert_int_equal(box_start(b), 0);
		exec_prints(b, NULL, "cat /proc/self/attr/apparmor/current",
			    "cale-test-box (enforce)\n");
		box_stop(b);
	}
	box_free(b);
}

#define SHOW_CPUS "grep Cpus_allowed_list /proc/self/status | cut -f2"

static void run_on_one_cpu(void)
{
	struct box *b = box_new();
	struct spec_process other = b->spec.process;
	char all[64];
	cpu_set_t one;

	assert_int_equal(box_run(b, SHOW_CPUS), 0);
	snprintf(all, sizeof all, "%.60s", b->out);
	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		_exit(0);
	CPU_ZERO(&one);
	CPU_SET(1, &one);
	assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
	/* Not the caller's; and these are for additional processes only. */
	b->spec.process.affinity_initial = b->spec.process.affinity_final = "0";
	prints(b, SHOW_CPUS, all);
	assert_int_equal(box_start(b), 0);
	exec_prints(b, NULL, SHOW_CPUS, "0\n");
	exec_prints(b, &other, SHOW_CPUS, all);
	other.affinity_initial = "1";
	exec_prints(b, &other, SHOW_CPUS, "1\n");
	other.affinity_final = "0-1,0";
	exec_prints(b, &other, SHOW_CPUS, "0-1\n");
	other.affinity_final = "8000";
	assert_int_equal(box_exec(b, &other, "true"), BOX_FAILED);
	assert_non_null(strstr(b->e.text, "execCPUAffinity.final"));
	other.affinity_initial = "1-";
	assert_int_equal(box_exec(b, &other, "true"), BOX_FAILED);
	assert_int_equal(b->e.code, ERR_INVALID);
	box_free(b);
}

static void affinity_is_set(void **state)
{
	(void)state;
	apart(run_on_one_cpu);
}

static void terminal_has_its_size(void **state)
{
	struct box *b = box_new();
	const struct runtime_io io = { .rows = 1 };
	struct runtime_process p;
	struct winsize size;
	char path[128];

	(void)state;
	snprintf(path, sizeof path, "%s/dev/pts", b->root);
	assert_int_equal(mkdir(path, 0755), 0);
	b->mounts[2] = (struct spec_mount){ .kind = MOUNT_FILESYSTEM,
					    .source = "devpts",
					    .target = "/dev/pts",
					    .fstype = "devpts",
					    .options = (const char *const[]){
						    "newinstance", "ptmxmode=0666", NULL } };
	b->spec.n_mounts = 3;
	b->spec.process.terminal = 1;
	b->spec.process.rows = 25;
	b->spec.process.columns = 80;
	b->spec.process.args = (char *const[]){ (char *)"/bin/busybox", (char *)"true", NULL };
	assert_int_equal(
		runtime_create(
			&(struct runtime_request){ .spec = &b->spec, .io = &io, .start_fd = -1 },
			&p, &b->e),
		0);
	assert_int_equal(ioctl(p.pty_fd, TIOCGWINSZ, &size), 0);
	assert_int_equal(size.ws_row, 25);
	assert_int_equal(size.ws_col, 80);
	runtime_abort(&p);
	box_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(umask_is_asked_or_0022),
		cmocka_unit_test(personality_is_set),
		cmocka_unit_test(names_are_the_containers_own),
		cmocka_unit_test(oom_score_is_set),
		cmocka_unit_test(limits_are_set),
		cmocka_unit_test(scheduler_is_set),
		cmocka_unit_test(deadline_is_set),
		cmocka_unit_test(bad_schedulers_are_refused),
		cmocka_unit_test(io_priority_is_set),
		cmocka_unit_test(memory_policy_is_set),
		cmocka_unit_test(keyring_is_the_containers_own),
		cmocka_unit_test(groups_are_set),
		cmocka_unit_test(capabilities_are_set),
		cmocka_unit_test(labels_have_to_exist),
		cmocka_unit_test(apparmor_confines),
		cmocka_unit_test(affinity_is_set),
		cmocka_unit_test(terminal_has_its_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
