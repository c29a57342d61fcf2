/* SPDX-License-Identifier: Apache-2.0 */
/*
 * confine/seccomp.h: what the default filter decides, what profiles mean, and that the generated
 * programs decide as libseccomp's do. Filters run in bpf_sim.h, so no kernel is asked.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <sched.h>
#include <seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/fd.h"
#include "base/path.h"
#include "base/process.h"
#include "bpf_sim.h"
#include "confine/capability.h"
#include "confine/defaults.h"
#include "confine/seccomp.h"
#include "confine/seccomp_names.h"

#define ALLOW	  SECCOMP_RET_ALLOW
#define EPERM_	  (SECCOMP_RET_ERRNO | EPERM)
#define ENOSYS_	  (SECCOMP_RET_ERRNO | ENOSYS)
#define CAP(name) (1ULL << CAP_##name)
#define X86_64	  "SCMP_ARCH_X86_64"
#define X86	  "SCMP_ARCH_X86"
#define X32	  "SCMP_ARCH_X32"
#define ARM64	  "SCMP_ARCH_AARCH64"

/* The action for one call; `arch` is the caller's, the filter is for `p`. */
static uint32_t decide(const struct seccomp_program *p, const char *arch, int number,
		       const uint64_t args[6])
{
	struct seccomp_data d = { .nr = number, .arch = seccomp_arch_find(arch)->audit };

	memcpy(d.args, args, sizeof(d.args));
	return bpf_sim_run(p->code, p->n, &d, NULL);
}

static uint32_t decide_name(const struct seccomp_program *p, const char *arch, const char *name,
			    const uint64_t args[6])
{
	int number = seccomp_number(seccomp_arch_find(arch), name);

	if (number < 0)
		fail_msg("%s has no call %s", arch, name);
	return decide(p, arch, number, args);
}

static struct seccomp_program compile(const struct seccomp_profile *profile, const char *host,
				      uint64_t caps, struct arena *a)
{
	struct seccomp_target t = { .caps = caps, .arch = host, .kernel = SECCOMP_KERNEL(6, 1) };
	struct seccomp_program p = {};
	struct err e = {};

	if (seccomp_compile(profile, &t, a, &p, &e) < 0)
		fail_msg("%s", e.text);
	return p;
}

/* ---- the default profile ---- */

static const struct row {
	const char *host, *arch, *name;
	uint64_t args[6], caps;
	uint32_t action;
} rows[] = {
	{ X86_64, X86_64, "read", {}, 0, ALLOW },
	{ X86_64, X86_64, "writev", {}, 0, ALLOW },
	{ X86_64, X86_64, "openat2", {}, 0, ALLOW },
	{ X86_64, X86_64, "exit_group", {}, 0, ALLOW },
	{ X86_64, X86_64, "ptrace", {}, 0, ALLOW },
	{ X86_64, X86_64, "arch_prctl", {}, 0, ALLOW },
	/* newer than Debian 12's libseccomp */
	{ X86_64, X86_64, "cachestat", {}, 0, ALLOW },
	{ X86_64, X86_64, "fchmodat2", {}, 0, ALLOW },
	{ X86_64, X86_64, "futex_requeue", {}, 0, ALLOW },
	{ X86_64, X86_64, "map_shadow_stack", {}, 0, ALLOW },
	{ X86_64, X86_64, "mseal", {}, 0, ALLOW },
	{ X86_64, X86_64, "statmount", {}, 0, ALLOW },
	{ X86_64, X86_64, "removexattrat", {}, 0, ALLOW },
	{ X86_64, X86_64, "file_getattr", {}, 0, ALLOW },
	{ X86_64, X86_64, "uretprobe", {}, 0, ALLOW },
	{ ARM64, ARM64, "statmount", {}, 0, ALLOW },
	/* the kernel's keys, io_uring, other kernels, other name spaces of memory */
	{ X86_64, X86_64, "keyctl", {}, CAPABILITY_ALL, EPERM_ },
	{ X86_64, X86_64, "add_key", {}, 0, EPERM_ },
	{ X86_64, X86_64, "request_key", {}, 0, EPERM_ },
	{ X86_64, X86_64, "io_uring_setup", {}, CAPABILITY_ALL, EPERM_ },
	{ X86_64, X86_64, "kexec_load", {}, CAPABILITY_ALL, EPERM_ },
	{ X86_64, X86_64, "userfaultfd", {}, 0, EPERM_ },
	{ X86_64, X86_64, "swapon", {}, 0, EPERM_ },
	/* with the right capability only */
	{ X86_64, X86_64, "mount", {}, 0, EPERM_ },
	{ X86_64, X86_64, "mount", {}, CAP(SYS_ADMIN), ALLOW },
	{ X86_64, X86_64, "open_tree_attr", {}, 0, EPERM_ },
	{ X86_64, X86_64, "unshare", { CLONE_NEWUSER }, 0, EPERM_ },
	{ X86_64, X86_64, "setns", {}, 0, EPERM_ },
	{ X86_64, X86_64, "bpf", {}, 0, EPERM_ },
	{ X86_64, X86_64, "bpf", {}, CAP(BPF), ALLOW },
	{ X86_64, X86_64, "perf_event_open", {}, CAP(PERFMON), ALLOW },
	{ X86_64, X86_64, "init_module", {}, 0, EPERM_ },
	{ X86_64, X86_64, "init_module", {}, CAP(SYS_MODULE), ALLOW },
	{ X86_64, X86_64, "open_by_handle_at", {}, 0, EPERM_ },
	{ X86_64, X86_64, "chroot", {}, CAP(SYS_CHROOT), ALLOW },
	{ X86_64, X86_64, "reboot", {}, 0, EPERM_ },
	/* namespaces by clone */
	{ X86_64, X86_64, "clone", { CLONE_VM | CLONE_FS | CLONE_THREAD }, 0, ALLOW },
	{ X86_64, X86_64, "clone", { CLONE_NEWUSER }, 0, EPERM_ },
	{ X86_64, X86_64, "clone", { CLONE_NEWNET | CLONE_VM }, 0, EPERM_ },
	{ X86_64, X86_64, "clone", { CLONE_NEWUSER }, CAP(SYS_ADMIN), ALLOW },
	{ X86_64, X86_64, "clone3", {}, 0, ENOSYS_ },
	{ X86_64, X86_64, "clone3", {}, CAP(SYS_ADMIN), ALLOW },
	{ "SCMP_ARCH_S390X", "SCMP_ARCH_S390X", "clone", { 0, CLONE_NEWUSER }, 0, EPERM_ },
	{ "SCMP_ARCH_S390X", "SCMP_ARCH_S390X", "clone", { CLONE_NEWUSER, 0 }, 0, ALLOW },
	/* address families, also with bits set that the kernel drops */
	{ X86_64, X86_64, "socket", { AF_INET, SOCK_STREAM }, 0, ALLOW },
	{ X86_64, X86_64, "socket", { AF_UNIX }, 0, ALLOW },
	{ X86_64, X86_64, "socket", { AF_NFC }, 0, ALLOW },
	{ X86_64, X86_64, "socket", { AF_XDP }, 0, ALLOW },
	{ X86_64, X86_64, "socket", { AF_ALG }, 0, EPERM_ },
	{ X86_64, X86_64, "socket", { AF_VSOCK }, 0, EPERM_ },
	{ X86_64, X86_64, "socket", { 1ULL << 32 | AF_ALG }, 0, EPERM_ },
	{ X86_64, X86_64, "socket", { ~0ULL << 32 | AF_VSOCK }, 0, EPERM_ },
	{ X86_64, X86, "socket", { AF_ALG }, 0, EPERM_ },
	{ X86_64, X86, "socket", { AF_INET }, 0, ALLOW },
	{ X86_64, X86, "socketcall", { 1 }, 0, EPERM_ },
	{ X86_64, X86, "socketcall", { 3 }, 0, ALLOW },
	{ X86_64, X86_64, "personality", { 0 }, 0, ALLOW },
	{ X86_64, X86_64, "personality", { 0xffffffff }, 0, ALLOW },
	{ X86_64, X86_64, "personality", { ~0ULL }, 0, ALLOW },
	{ X86_64, X86_64, "personality", { 0x20008 }, 0, ALLOW },
	{ X86_64, X86_64, "personality", { 0x0040000 }, 0, EPERM_ }, /* ADDR_NO_RANDOMIZE */
	/* 32-bit programs */
	{ X86_64, X86, "read", {}, 0, ALLOW },
	{ X86_64, X86, "waitpid", {}, 0, ALLOW },
	{ X86_64, X86, "mount", {}, 0, EPERM_ },
	{ X86_64, X86, "keyctl", {}, 0, EPERM_ },
	{ X86_64, X32, "read", {}, 0, ENOSYS_ },
	/* an architecture that the host hasn't */
	{ X86_64, ARM64, "read", {}, 0, SECCOMP_RET_KILL_PROCESS },
	{ ARM64, ARM64, "openat", {}, 0, ALLOW },
	{ ARM64, "SCMP_ARCH_ARM", "read", {}, 0, ALLOW },
	{ ARM64, "SCMP_ARCH_ARM", "mount", {}, 0, EPERM_ },
};

static void the_default_profile_decides(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cleanup_arena struct arena *a = arena_new();
		struct seccomp_program p =
			compile(&seccomp_default_profile, rows[i].host, rows[i].caps, a);
		uint32_t got = decide_name(&p, rows[i].arch, rows[i].name, rows[i].args);

		if (got != rows[i].action)
			fail_msg("%s %s(%#llx, %#llx) caps %#llx: %#x, not %#x", rows[i].arch,
				 rows[i].name, (unsigned long long)rows[i].args[0],
				 (unsigned long long)rows[i].args[1],
				 (unsigned long long)rows[i].caps, got, rows[i].action);
	}
}

static void unknown_numbers_do_not_exist(void **state)
{
	static const int numbers[] = { 470, 511, 1000, 0x3fffffff, 0x40000000, 0x40000200, -1 };
	cleanup_arena struct arena *a = arena_new();
	struct seccomp_program p = compile(&seccomp_default_profile, X86_64, 0, a);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		assert_int_equal(decide(&p, X86_64, numbers[i], (uint64_t[6]){}), ENOSYS_);
	assert_int_equal(decide(&p, X86, 5000, (uint64_t[6]){}), ENOSYS_);
}

/* Every call must be either allowed by name or refused: a name that is in neither list is a slip. */
static void every_known_call_was_thought_of(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	struct seccomp_program p = compile(&seccomp_default_profile, X86_64, 0, a);

	(void)state;
	for (int n = 0; n < 470; n++) {
		char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_X86_64, n);
		uint32_t got = decide(&p, X86_64, n, (uint64_t[6]){});

		if (name && got == ENOSYS_ && strcmp(name, "clone3") != 0)
			fail_msg("%s (%d) is in no list", name, n);
		free(name);
	}
}

static void the_filter_is_short_and_shallow(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	struct seccomp_program p = compile(&seccomp_default_profile, X86_64, 0, a);
	struct seccomp_data d = { .arch = AUDIT_ARCH_X86_64 };
	unsigned steps, most = 0;

	(void)state;
	for (d.nr = 0; d.nr < 480; d.nr++) {
		bpf_sim_run(p.code, p.n, &d, &steps);
		most = steps > most ? steps : most;
	}
	print_message("# %zu instructions, at most %u a call\n", p.n, most);
	assert_in_range(p.n, 1, 1000);
	assert_in_range(most, 1, 30);
}

/* ---- the meaning of a profile ---- */

static struct seccomp_profile parse(const char *json, struct arena *a)
{
	struct seccomp_profile p;
	struct err e = {};

	if (seccomp_parse(json, strlen(json), a, &p, &e) < 0)
		fail_msg("%s", e.text);
	return p;
}

static const struct arg_row {
	const char *args; /* of a rule that allows pread64 */
	uint64_t values[6];
	int matches;
} arg_rows[] = {
#define V5 0x500000005ULL
#define ONE(op, v)                                                                                 \
	"[{\"index\":1,\"value\":21474836485,\"op\":\"SCMP_CMP_" op "\"}]",                        \
	{                                                                                          \
		0, v                                                                               \
	}
	{ ONE("EQ", V5), 1 },
	{ ONE("EQ", V5 + 1), 0 },
	{ ONE("EQ", 5), 0 },
	{ ONE("EQ", 0x600000005), 0 },
	{ ONE("NE", V5), 0 },
	{ ONE("NE", 5), 1 },
	{ ONE("NE", V5 + 1), 1 },
	{ ONE("GT", V5), 0 },
	{ ONE("GT", V5 + 1), 1 },
	{ ONE("GT", 0x600000000), 1 },
	{ ONE("GT", 0x4ffffffff), 0 },
	{ ONE("GE", V5), 1 },
	{ ONE("GE", V5 - 1), 0 },
	{ ONE("GE", 0x600000000), 1 },
	{ ONE("GE", 0xffffffff), 0 },
	{ ONE("LT", V5), 0 },
	{ ONE("LT", V5 - 1), 1 },
	{ ONE("LT", 0x4ffffffff), 1 },
	{ ONE("LT", 0x600000000), 0 },
	{ ONE("LE", V5), 1 },
	{ ONE("LE", V5 + 1), 0 },
	{ ONE("LE", 0x4ffffffff), 1 },
	{ ONE("LE", 0x600000000), 0 },
	{ "[{\"index\":0,\"value\":240,\"valueTwo\":16,\"op\":\"SCMP_CMP_MASKED_EQ\"}]",
	  { 0x11f },
	  1 },
	{ "[{\"index\":0,\"value\":240,\"valueTwo\":16,\"op\":\"SCMP_CMP_MASKED_EQ\"}]",
	  { 0x12f },
	  0 },
	/* different arguments: all must match */
	{ "[{\"index\":0,\"value\":1,\"op\":\"SCMP_CMP_EQ\"},"
	  "{\"index\":5,\"value\":2,\"op\":\"SCMP_CMP_GT\"}]",
	  { 1, 0, 0, 0, 0, 3 },
	  1 },
	{ "[{\"index\":0,\"value\":1,\"op\":\"SCMP_CMP_EQ\"},"
	  "{\"index\":5,\"value\":2,\"op\":\"SCMP_CMP_GT\"}]",
	  { 1, 0, 0, 0, 0, 2 },
	  0 },
	/* the same argument: any */
	{ "[{\"index\":0,\"value\":1,\"op\":\"SCMP_CMP_EQ\"},"
	  "{\"index\":0,\"value\":2,\"op\":\"SCMP_CMP_EQ\"}]",
	  { 2 },
	  1 },
};

static void arguments_are_compared(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(arg_rows); i++) {
		cleanup_arena struct arena *a = arena_new();
		char *json = arena_printf(a,
					  "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":"
					  "[{\"names\":[\"pread64\"],\"action\":\"SCMP_ACT_ALLOW\","
					  "\"args\":%s}]}",
					  arg_rows[i].args);
		struct seccomp_profile profile = parse(json, a);
		struct seccomp_program p = compile(&profile, X86_64, 0, a);
		uint32_t got = decide_name(&p, X86_64, "pread64", arg_rows[i].values);

		if (got != (arg_rows[i].matches ? ALLOW : EPERM_))
			fail_msg("row %zu: %#x", i, got);
	}
}

static const char precedence[] =
	"{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":["
	"{\"names\":[\"ioctl\"],\"action\":\"SCMP_ACT_ALLOW\"},"
	"{\"names\":[\"ioctl\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":22,"
	"  \"args\":[{\"index\":1,\"value\":21522,\"op\":\"SCMP_CMP_EQ\"}]},"
	"{\"names\":[\"mkdir\"],\"action\":\"SCMP_ACT_LOG\"},"
	"{\"names\":[\"mkdir\"],\"action\":\"SCMP_ACT_KILL_PROCESS\"},"
	"{\"names\":[\"mkdir\"],\"action\":\"SCMP_ACT_TRAP\"},"
	"{\"names\":[\"socket\",\"shmget\"],\"action\":\"SCMP_ACT_ERRNO\"},"
	"{\"name\":\"uname\",\"action\":\"SCMP_ACT_TRACE\",\"errno\":\"ENOSYS\"},"
	"{\"names\":[\"no_such_call\"],\"action\":\"SCMP_ACT_KILL\"}],"
	"\"architectures\":[\"SCMP_ARCH_X86\"]}";

static void a_refusal_of_arguments_survives_a_general_allow(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	struct seccomp_profile profile = parse(precedence, a);
	struct seccomp_program p = compile(&profile, X86_64, 0, a);

	(void)state;
	assert_int_equal(decide_name(&p, X86_64, "ioctl", (uint64_t[6]){ 0, 0x5401 }), ALLOW);
	assert_int_equal(decide_name(&p, X86_64, "ioctl", (uint64_t[6]){ 0, 0x5412 }),
			 SECCOMP_RET_ERRNO | EINVAL);
	/* CVE-2019-10063: TIOCSTI with a high bit set is TIOCSTI for the kernel */
	assert_int_equal(decide_name(&p, X86_64, "ioctl", (uint64_t[6]){ 0, 1ULL << 32 | 0x5412 }),
			 SECCOMP_RET_ERRNO | EINVAL);
}

static void the_strictest_of_several_rules_holds(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	struct seccomp_profile profile = parse(precedence, a);
	struct seccomp_program p = compile(&profile, X86_64, 0, a);

	(void)state;
	assert_int_equal(decide_name(&p, X86_64, "mkdir", (uint64_t[6]){}),
			 SECCOMP_RET_KILL_PROCESS);
	assert_int_equal(decide_name(&p, X86_64, "uname", (uint64_t[6]){}),
			 SECCOMP_RET_TRACE | ENOSYS);
	assert_int_equal(decide_name(&p, X86_64, "read", (uint64_t[6]){}), ALLOW);
	/* The default allows, so new calls are allowed as well. */
	assert_int_equal(decide(&p, X86_64, 3000, (uint64_t[6]){}), ALLOW);
	/* But not by another door than the profile knows. */
	assert_int_equal(decide(&p, X86_64, 0x40000000 | 39, (uint64_t[6]){}), ENOSYS_);
}

static void a_refusal_holds_for_the_multiplexer_too(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	struct seccomp_profile profile = parse(precedence, a);
	struct seccomp_program p = compile(&profile, X86_64, 0, a);

	(void)state;
	assert_int_equal(decide_name(&p, X86, "socket", (uint64_t[6]){}), EPERM_);
	assert_int_equal(decide_name(&p, X86, "socketcall", (uint64_t[6]){ 1 }), EPERM_);
	assert_int_equal(decide_name(&p, X86, "socketcall", (uint64_t[6]){ 2 }), ALLOW);
	assert_int_equal(decide_name(&p, X86, "ipc", (uint64_t[6]){ 0x10017 }), EPERM_);
	assert_int_equal(decide_name(&p, X86, "ipc", (uint64_t[6]){ 0x15 }), ALLOW);
}

static void conditions_choose_rules(void **state)
{
	static const char json[] =
		"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":1,"
		"\"archMap\":[{\"architecture\":\"SCMP_ARCH_X86_64\","
		"  \"subArchitectures\":[\"SCMP_ARCH_X86\",\"SCMP_ARCH_X32\"]},"
		"  "
		"{\"architecture\":\"SCMP_ARCH_AARCH64\",\"subArchitectures\":null}],\"syscalls\":["
		"{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\",\"includes\":{\"minKernel\":"
		"\"6.1\"}},"
		"{\"names\":[\"write\"],\"action\":\"SCMP_ACT_ALLOW\",\"includes\":{\"minKernel\":"
		"\"6.2\"}},"
		"{\"names\":[\"mount\"],\"action\":\"SCMP_ACT_ALLOW\",\"includes\":{\"caps\":["
		"\"CAP_SYS_ADMIN\",\"CAP_KILL\"]}},"
		"{\"names\":[\"open\"],\"action\":\"SCMP_ACT_ALLOW\",\"excludes\":{\"caps\":[\"CAP_"
		"SYS_ADMIN\",\"CAP_KILL\"]}},"
		"{\"names\":[\"dup\"],\"action\":\"SCMP_ACT_ALLOW\",\"includes\":{\"arches\":["
		"\"arm64\"]}},"
		"{\"names\":[\"pipe\"],\"action\":\"SCMP_ACT_ALLOW\",\"excludes\":{\"arches\":["
		"\"arm64\"]}}]}";
	static const struct {
		const char *name;
		uint64_t caps;
		uint32_t action;
	} cases[] = {
		{ "read", 0, ALLOW },
		{ "write", 0, EPERM_ },
		{ "mount", CAP(SYS_ADMIN), EPERM_ },
		{ "mount", CAP(SYS_ADMIN) | CAP(KILL), ALLOW },
		{ "open", 0, ALLOW },
		{ "open", CAP(KILL), EPERM_ },
		{ "dup", 0, EPERM_ },
		{ "pipe", 0, ALLOW },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_arena struct arena *a = arena_new();
		struct seccomp_profile profile = parse(json, a);
		struct seccomp_program p = compile(&profile, X86_64, cases[i].caps, a);

		print_message("# %s\n", cases[i].name);
		assert_int_equal(decide_name(&p, X86_64, cases[i].name, (uint64_t[6]){}),
				 cases[i].action);
		assert_int_equal(decide_name(&p, X32, cases[i].name, (uint64_t[6]){}),
				 cases[i].action);
		assert_int_equal(decide(&p, X86_64, 450, (uint64_t[6]){}), ENOSYS_);
	}
}

/* ---- against libseccomp ---- */

static size_t libseccomp_program(scmp_filter_ctx ctx, struct sock_filter *code, size_t room)
{
	cleanup_fd int fd = memfd_create("bpf", MFD_CLOEXEC);
	struct err e;
	ssize_t n;

	assert_int_equal(seccomp_export_bpf(ctx, fd), 0);
	lseek(fd, 0, SEEK_SET);
	n = fd_read_full(fd, code, room * sizeof(*code), &e);
	assert_true(n > 0);
	return (size_t)n / sizeof(*code);
}

static const struct {
	const char *name;
	unsigned n_args;
	struct scmp_arg_cmp args[2];
} common_rules[] = {
	{ "read", 0, {} },
	{ "write", 0, {} },
	{ "futex", 0, {} },
	{ "openat", 0, {} },
	{ "kill", 1, { { 0, SCMP_CMP_GT, 0x100000000, 0 } } },
	{ "lseek", 1, { { 1, SCMP_CMP_LE, 0x2ffffffff, 0 } } },
	{ "mmap", 2, { { 1, SCMP_CMP_GE, 4096, 0 }, { 2, SCMP_CMP_MASKED_EQ, 4, 0 } } },
	{ "pread64", 1, { { 3, SCMP_CMP_NE, 0x300000000, 0 } } },
	{ "clone", 1, { { 0, SCMP_CMP_MASKED_EQ, 0x7e020000, 0 } } },
};

/* The same rules through our generator. */
static struct seccomp_program our_program(struct arena *a)
{
	static const enum seccomp_compare compare[] = {
		[SCMP_CMP_NE] = SECCOMP_NE,
		[SCMP_CMP_LT] = SECCOMP_LT,
		[SCMP_CMP_LE] = SECCOMP_LE,
		[SCMP_CMP_EQ] = SECCOMP_EQ,
		[SCMP_CMP_GE] = SECCOMP_GE,
		[SCMP_CMP_GT] = SECCOMP_GT,
		[SCMP_CMP_MASKED_EQ] = SECCOMP_MASKED_EQ,
	};
	size_t n = ARRAY_SIZE(common_rules);
	struct seccomp_rule *rules = arena_alloc(a, n * sizeof(*rules));
	struct seccomp_profile p = { .default_action = ENOSYS_, .rules = rules, .n_rules = n };

	for (size_t i = 0; i < n; i++) {
		const char **names = arena_alloc(a, 2 * sizeof(*names));
		struct seccomp_arg *args = arena_alloc(a, 2 * sizeof(*args));

		names[0] = common_rules[i].name;
		for (unsigned k = 0; k < common_rules[i].n_args; k++) {
			const struct scmp_arg_cmp *c = &common_rules[i].args[k];

			args[k] = (struct seccomp_arg){ c->arg, compare[c->op], c->datum_a,
							c->datum_b };
		}
		rules[i] = (struct seccomp_rule){ .names = names,
						  .action = ALLOW,
						  .args = args,
						  .n_args = common_rules[i].n_args };
	}
	return compile(&p, X86_64, 0, a);
}

static void the_generator_agrees_with_libseccomp(void **state)
{
	static const uint64_t values[] = { 0,	       1,	    4,		 5,
					   4095,       4096,	    0x10000000,	 0xffffffff,
					   1ULL << 32, 0x100000001, 0x2ffffffff, 0x300000000,
					   ~0ULL };
	cleanup_arena struct arena *a = arena_new();
	struct seccomp_program ours = our_program(a);
	static struct sock_filter theirs[4096];
	scmp_filter_ctx ctx = seccomp_init(ENOSYS_);
	size_t n;

	(void)state;
	seccomp_arch_remove(ctx, SCMP_ARCH_NATIVE);
	seccomp_arch_add(ctx, SCMP_ARCH_X86_64);
	for (size_t i = 0; i < ARRAY_SIZE(common_rules); i++)
		assert_int_equal(seccomp_rule_add_exact_array(
					 ctx, ALLOW,
					 seccomp_syscall_resolve_name(common_rules[i].name),
					 common_rules[i].n_args, common_rules[i].args),
				 0);
	n = libseccomp_program(ctx, theirs, ARRAY_SIZE(theirs));
	seccomp_release(ctx);
	for (int nr = 0; nr < 500; nr++)
		for (size_t i = 0; i < ARRAY_SIZE(values) * ARRAY_SIZE(values); i++) {
			uint64_t x = values[i % ARRAY_SIZE(values)],
				 y = values[i / ARRAY_SIZE(values)];
			struct seccomp_data d = { nr, AUDIT_ARCH_X86_64, 0, { x, y, y, x, 0, 0 } };
			uint32_t left = bpf_sim_run(ours.code, ours.n, &d, NULL);
			uint32_t right = bpf_sim_run(theirs, n, &d, NULL);

			if (left != right)
				fail_msg("%d(%#llx, %#llx): %#x, libseccomp %#x", nr,
					 (unsigned long long)x, (unsigned long long)y, left, right);
		}
}

/* ---- limits and the cache ---- */

static void a_filter_that_is_too_long_is_refused(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	struct seccomp_target t = { .arch = X86_64, .kernel = 1 };
	struct seccomp_program p;
	struct err e = {};
	struct seccomp_arg arg = { .index = 1, .compare = SECCOMP_EQ };
	static const char *const names[] = { "pread64", NULL };
	struct seccomp_rule rules[1024];
	struct seccomp_profile profile = { .default_action = EPERM_,
					   .rules = rules,
					   .n_rules = ARRAY_SIZE(rules) };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++)
		rules[i] = (struct seccomp_rule){
			.names = names, .action = ALLOW, .args = &arg, .n_args = 1
		};
	assert_int_equal(seccomp_compile(&profile, &t, a, &p, &e), -1);
	assert_int_equal(e.code, ERR_LIMIT);
}

static void remove_folder(int fd, const char *path)
{
	cleanup_fd int tmp = open("/tmp", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct err e;

	close(fd);
	assert_int_equal(path_remove_tree(tmp, strrchr(path, '/') + 1, &e), 0);
}

static int count_files(int fd)
{
	int n = 0;
	char path[64], command[128];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	snprintf(command, sizeof(command), "ls -A %s/ | wc -l", path);
	f = popen(command, "r");
	assert_int_equal(fscanf(f, "%d", &n), 1);
	pclose(f);
	return n;
}

static void compiled_filters_are_kept(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	char folder[] = "/tmp/cale-test-XXXXXX";
	struct seccomp_program first, second, other;
	struct seccomp_request r = { .caps = defaults.capabilities };
	struct err e = {};

	(void)state;
	assert_non_null(mkdtemp(folder));
	r.cache_fd = open(folder, O_RDONLY | O_DIRECTORY);
	assert_int_equal(seccomp_get(&r, a, &first, &e), 0);
	assert_int_equal(count_files(r.cache_fd), 1);
	assert_int_equal(seccomp_get(&r, a, &second, &e), 0);
	assert_int_equal(count_files(r.cache_fd), 1);
	assert_int_equal(first.n, second.n);
	assert_memory_equal(first.code, second.code, first.n * sizeof(*first.code));
	/* Other capabilities and another profile are other programs. */
	r.caps |= CAP(SYS_ADMIN);
	assert_int_equal(seccomp_get(&r, a, &other, &e), 0);
	r.text = "{\"defaultAction\":\"SCMP_ACT_ALLOW\"}";
	assert_int_equal(seccomp_get(&r, a, &other, &e), 0);
	assert_int_equal(count_files(r.cache_fd), 3);
	remove_folder(r.cache_fd, folder);
}

static void a_damaged_cache_is_passed_over(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	char folder[] = "/tmp/cale-test-XXXXXX", command[128];
	struct seccomp_program first, second;
	struct seccomp_request r = { .caps = 0 };
	struct err e = {};

	(void)state;
	assert_non_null(mkdtemp(folder));
	r.cache_fd = open(folder, O_RDONLY | O_DIRECTORY);
	assert_int_equal(seccomp_get(&r, a, &first, &e), 0);
	/* One byte of the key at the end, then all but a few bytes. */
	snprintf(command, sizeof(command), "cd %s && for f in *; do printf X >>$f; done", folder);
	assert_int_equal(system(command), 0);
	assert_int_equal(seccomp_get(&r, a, &second, &e), 0);
	assert_memory_equal(first.code, second.code, first.n * sizeof(*first.code));
	snprintf(command, sizeof(command), "cd %s && truncate -s 9 *", folder);
	assert_int_equal(system(command), 0);
	assert_int_equal(seccomp_get(&r, a, &second, &e), 0);
	assert_memory_equal(first.code, second.code, first.n * sizeof(*first.code));
	remove_folder(r.cache_fd, folder);
}

/* ---- on this machine's kernel ---- */

static int fails_with(long result, int error)
{
	return result == -1 && errno == error;
}

static int confined_child(const struct seccomp_program *p)
{
	struct sock_fprog prog = { .len = (unsigned short)p->n, .filter = p->code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog) < 0)
		return 1;
	if (getppid() < 1 || !fails_with(unshare(CLONE_NEWUSER), EPERM))
		return 2;
	if (!fails_with(syscall(SYS_socket, 1UL << 32 | AF_ALG, SOCK_SEQPACKET, 0), EPERM))
		return 3;
	if (!fails_with(syscall(SYS_clone3, NULL, 0), ENOSYS) || !fails_with(syscall(600), ENOSYS))
		return 4;
	return 0;
}

static void the_kernel_takes_it(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	struct seccomp_request r = { .cache_fd = -1 };
	struct seccomp_program p;
	struct err e = {};
	pid_t pid;

	(void)state;
	assert_int_equal(seccomp_get(&r, a, &p, &e), 0);
	pid = fork();
	if (pid == 0)
		_exit(confined_child(&p));
	assert_int_equal(process_wait(pid, &e), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_default_profile_decides),
		cmocka_unit_test(unknown_numbers_do_not_exist),
		cmocka_unit_test(every_known_call_was_thought_of),
		cmocka_unit_test(the_filter_is_short_and_shallow),
		cmocka_unit_test(arguments_are_compared),
		cmocka_unit_test(a_refusal_of_arguments_survives_a_general_allow),
		cmocka_unit_test(the_strictest_of_several_rules_holds),
		cmocka_unit_test(a_refusal_holds_for_the_multiplexer_too),
		cmocka_unit_test(conditions_choose_rules),
		cmocka_unit_test(the_generator_agrees_with_libseccomp),
		cmocka_unit_test(a_filter_that_is_too_long_is_refused),
		cmocka_unit_test(compiled_filters_are_kept),
		cmocka_unit_test(a_damaged_cache_is_passed_over),
		cmocka_unit_test(the_kernel_takes_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
