/* SPDX-License-Identifier: Apache-2.0 */
/*
 * runtime/cgroup_device_bpf.h on this machine's kernel: its verifier takes what we write, and a
 * process in the group can neither open nor make a device that no rule allows; without
 * the rules it can. Skipped where no v2 group can be made.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <linux/bpf.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/mem.h"
#include "runtime/cgroup_device_bpf.h"
#include "runtime/cgroup_device_code.h"

#define R RESOURCE_ACCESS_READ
#define W RESOURCE_ACCESS_WRITE
#define M RESOURCE_ACCESS_MKNOD

#define ANYTHING                                                                                   \
	{                                                                                          \
		.allow = 1, .type = 'a', .major = -1, .minor = -1, .access = R | W | M             \
	}

static char group[128], folder[64];
static int group_fd = -1;

static int set_up(void **state)
{
	static const char *const points[] = { "/sys/fs/cgroup/unified", "/sys/fs/cgroup" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(points) && group_fd < 0; i++) {
		struct statfs s;

		snprintf(group, sizeof(group), "%s/cale-device-test-%d", points[i], (int)getpid());
		if (statfs(points[i], &s) < 0 || s.f_type != CGROUP2_SUPER_MAGIC ||
		    mkdir(group, 0755) < 0)
			continue;
		group_fd = open(group, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	snprintf(folder, sizeof(folder), "/tmp/cale-device-test-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	if (group_fd >= 0)
		close(group_fd);
	group_fd = -1;
	rmdir(group);
	return rmdir(folder);
}

static pid_t fork_into_group(void)
{
	struct clone_args args = { .exit_signal = SIGCHLD,
				   .flags = CLONE_INTO_CGROUP,
				   .cgroup = (uint64_t)group_fd };

	return (pid_t)syscall(SYS_clone3, &args, sizeof(args));
}

/* In the group: makes a node of the device and opens it; two bits of what worked, 4: odd error. */
static int try_device(unsigned minor, int flags)
{
	int can = 0, status = 0, fd;
	char node[128];
	pid_t pid;

	snprintf(node, sizeof(node), "%s/node", folder);
	pid = fork_into_group();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (mknod(node, S_IFCHR | 0600, makedev(1, minor)) == 0)
			can |= 1;
		else if (errno != EPERM)
			can |= 4;
		/* The host's node: opening mustn't depend on being able to make one. */
		fd = open(minor == 3 ? "/dev/null" : "/dev/full", flags);
		if (fd >= 0)
			can |= 2;
		else if (errno != EPERM)
			can |= 4;
		_exit(can);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	unlink(node);
	return WEXITSTATUS(status);
}

static void attach(const struct resource_device_rule *rules, size_t n)
{
	struct err e = {};

	if (cgroup_device_bpf_attach(group_fd, rules, n, &e) == 0)
		return;
	print_message("# %s\n", e.text);
	fail();
}

static unsigned programs(void)
{
	uint32_t ids[64];
	union bpf_attr a = { .query = { .target_fd = (unsigned)group_fd,
					.attach_type = BPF_CGROUP_DEVICE,
					.prog_ids = (uint64_t)(uintptr_t)ids,
					.prog_cnt = 64 } };

	assert_int_equal(syscall(SYS_bpf, BPF_PROG_QUERY, &a, sizeof(a)), 0);
	return a.query.prog_cnt;
}

static void need_group(void)
{
	if (group_fd < 0)
		skip();
}

static void a_forbidden_device_cannot_be_made_or_opened(void **state)
{
	static const struct resource_device_rule only_null[] = {
		{ .allow = 1, .type = 'c', .major = 1, .minor = 3, .access = R | M },
		{ .allow = 1, .type = 'c', .major = 1, .minor = 3, .access = W },
	};

	(void)state;
	need_group();
	/* The attack without the protection. */
	assert_int_equal(try_device(7, O_RDWR), 1 | 2);
	attach(only_null, ARRAY_SIZE(only_null));
	assert_int_equal(try_device(7, O_RDWR), 0);
	assert_int_equal(try_device(3, O_RDWR), 1 | 2);
}

static void an_update_replaces_and_does_not_add(void **state)
{
	static const struct resource_device_rule anything = ANYTHING;
	static const struct resource_device_rule read_only[] = {
		ANYTHING,
		{ .allow = 0, .type = 'c', .major = 1, .minor = 7, .access = W | M },
	};

	(void)state;
	need_group();
	attach(NULL, 0);
	assert_int_equal(try_device(3, O_RDONLY), 0);
	attach(read_only, ARRAY_SIZE(read_only));
	assert_int_equal(try_device(7, O_RDWR), 0);
	assert_int_equal(try_device(7, O_RDONLY), 2);
	attach(&anything, 1);
	assert_int_equal(try_device(7, O_RDWR), 1 | 2);
	assert_int_equal(programs(), 1);
}

/* systemd's, for one: only who made it may take it away. */
static void somebody_elses_program_stays(void **state)
{
	static const struct resource_device_rule anything = ANYTHING;
	struct bpf_insn code[CGROUP_DEVICE_CODE_ROOM(0)];
	union bpf_attr a = { .prog_type = BPF_PROG_TYPE_CGROUP_DEVICE,
			     .insns = (uint64_t)(uintptr_t)code,
			     .license = (uint64_t)(uintptr_t) "GPL",
			     .prog_name = "other" };
	struct err e = {};
	size_t n;
	int fd;

	(void)state;
	need_group();
	assert_int_equal(cgroup_device_code(NULL, 0, code, &n, &e), 0);
	a.insn_cnt = (unsigned)n;
	fd = (int)syscall(SYS_bpf, BPF_PROG_LOAD, &a, sizeof(a));
	assert_true(fd >= 0);
	a = (union bpf_attr){ .target_fd = (unsigned)group_fd,
			      .attach_bpf_fd = (unsigned)fd,
			      .attach_type = BPF_CGROUP_DEVICE,
			      .attach_flags = BPF_F_ALLOW_MULTI };
	assert_int_equal(syscall(SYS_bpf, BPF_PROG_ATTACH, &a, sizeof(a)), 0);
	attach(&anything, 1);
	attach(&anything, 1);
	assert_int_equal(programs(), 2);
	assert_int_equal(try_device(3, O_RDONLY), 0);
	close(fd);
}

/* Every kind of rule, and as many as are taken: the verifier must get through them. */
static void the_verifier_takes_the_longest_list(void **state)
{
	struct resource_device_rule *rules = xcalloc(CGROUP_DEVICE_RULES_MAX, sizeof(*rules));

	(void)state;
	need_group();
	for (int i = 0; i < CGROUP_DEVICE_RULES_MAX; i++)
		rules[i] = (struct resource_device_rule){ .allow = i % 3 != 0,
							  .type = "abc"[i % 3],
							  .major = i % 5 ? i % 256 : -1,
							  .minor = i % 7 ? i : -1,
							  .access = 1 + (unsigned)i % 6 };
	attach(rules, CGROUP_DEVICE_RULES_MAX);
	for (int i = 0; i < CGROUP_DEVICE_RULES_MAX; i++)
		rules[i] = (struct resource_device_rule){
			.allow = 1, .type = 'c', .major = i, .minor = i, .access = 7
		};
	attach(rules, CGROUP_DEVICE_RULES_MAX);
	free(rules);
}

static void what_is_no_group_is_an_error(void **state)
{
	static const struct resource_device_rule anything = ANYTHING;
	struct err e = {};
	int fd = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	(void)state;
	need_group();
	assert_int_equal(cgroup_device_bpf_attach(fd, &anything, 1, &e), -1);
	assert_int_equal(e.code, ERR_UNENFORCED);
	close(fd);
}

#define IN_GROUP(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_GROUP(a_forbidden_device_cannot_be_made_or_opened),
		IN_GROUP(an_update_replaces_and_does_not_add),
		IN_GROUP(somebody_elses_program_stays),
		IN_GROUP(the_verifier_takes_the_longest_list),
		IN_GROUP(what_is_no_group_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
