/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hello/probe.h and landlock_probe.h under filters and rulesets of the test's own, as an ordinary
 * process may load them: what was done to it is what it must find out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hello/landlock_probe.h"
#include "hello/probe.h"

static int try_acct(void)
{
	return syscall(SYS_acct, (void *)1) < 0 ? -errno : 0;
}

static int try_swapon(void)
{
	return syscall(SYS_swapon, (void *)1, 0) < 0 ? -errno : 0;
}

static int try_getppid(void)
{
	return syscall(SYS_getppid) < 0 ? -errno : 0;
}

static int try_nothing(void)
{
	return PROBE_UNTRIED;
}

static _Noreturn int hang(void)
{
	for (;;)
		pause();
}

static const struct probe probes[] = {
	{ "acct", try_acct, .allowed = { EFAULT } },
	{ "swapon", try_swapon, .allowed = { EFAULT } },
	{ "getppid", try_getppid, .everyday = true, .alters = true },
	{ "nothing", try_nothing, .needs = "needs luck" },
	{ "hang", hang },
	{ "getppid", try_getppid },
};

enum { ACCT, SWAPON, GETPPID, NOTHING, HANG, LAST, N_PROBES };

static const struct {
	const char *outcome;
	enum verdict verdict;
} expected[N_PROBES] = {
	[ACCT] = { "killed", CONFINED },  [SWAPON] = { "refused", CONFINED },
	[GETPPID] = { "allowed", PLAIN }, [NOTHING] = { "not tried", PLAIN },
	[HANG] = { "no answer", PLAIN },  [LAST] = { "allowed", OPEN },
};

static bool load_filter(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	bool loaded = filter &&
		      seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, SCMP_SYS(acct), 0) == 0 &&
		      seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(swapon), 0) == 0 &&
		      seccomp_load(filter) == 0;

	seccomp_release(filter);
	return loaded;
}

/* What can't be undone is done in a child: its exit status is 0, or says what went wrong. */
static int in_child(int (*part)(void))
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0)
		_exit(part());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int probe_under_a_filter(void)
{
	int answers[N_PROBES];

	if (!load_filter() || probe_run(probes, N_PROBES, answers) < 0)
		return 100;
	for (int i = 0; i < N_PROBES; i++) {
		struct probe_outcome o = probe_judge(&probes[i], answers[i]);

		if (strcmp(o.outcome, expected[i].outcome) != 0 || o.verdict != expected[i].verdict)
			return 1 + i;
	}
	return 0;
}

static void filters_are_found_out_and_survived(void **state)
{
	(void)state;
	assert_int_equal(in_child(probe_under_a_filter), 0);
}

static void answers_are_judged(void **state)
{
	static const struct probe probe = { "x", NULL, .allowed = { EINVAL }, .refused = { ENOSPC },
					    .needs = "luck" };
	static const struct {
		int answer;
		enum verdict verdict;
		const char *outcome, *name, *note;
	} cases[] = {
		{ 0, OPEN, "allowed", NULL, NULL },
		{ -EINVAL, OPEN, "allowed", "EINVAL", NULL },
		{ -EPERM, CONFINED, "refused", "EPERM", NULL },
		{ -EACCES, CONFINED, "refused", "EACCES", NULL },
		{ -ENOSYS, CONFINED, "refused", "ENOSYS", NULL },
		{ -ENOSPC, CONFINED, "refused", "ENOSPC", NULL },
		{ -EFAULT, PLAIN, "unclear", "EFAULT", NULL },
		{ PROBE_KILLED + SIGSYS, CONFINED, "killed", "SYS", NULL },
		{ PROBE_KILLED + SIGALRM, PLAIN, "no answer", NULL, NULL },
		{ PROBE_FORK + EAGAIN, PLAIN, "not tried", "EAGAIN", "no child process" },
		{ PROBE_UNTRIED, PLAIN, "not tried", NULL, "luck" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct probe_outcome o = probe_judge(&probe, cases[i].answer);

		assert_int_equal(o.verdict, cases[i].verdict);
		assert_string_equal(o.outcome, cases[i].outcome);
		assert_string_equal(o.answer ?: "-", cases[i].name ?: "-");
		assert_string_equal(o.note ?: "-", cases[i].note ?: "-");
	}
}

static int add_two_rulesets(void)
{
	struct landlock_ruleset_attr attr = { .handled_access_fs = LANDLOCK_ACCESS_FS_MAKE_FIFO };
	int before = landlock_probe_layers();
	long ruleset = syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);

	if (before < 0 || ruleset < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return 100;
	for (int i = 1; i <= 2; i++) {
		if (syscall(SYS_landlock_restrict_self, ruleset, 0) < 0)
			return 101;
		if (landlock_probe_layers() != before + i)
			return i;
	}
	return 0;
}

static void rulesets_are_counted(void **state)
{
	(void)state;
	if (landlock_probe_version() <= 0)
		skip();
	assert_int_equal(in_child(add_two_rulesets), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(filters_are_found_out_and_survived),
		cmocka_unit_test(answers_are_judged),
		cmocka_unit_test(rulesets_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
