/* SPDX-License-Identifier: Apache-2.0 */
/*
 * confine/seccomp.h: what the OCI's profiles have beyond Docker's: listeners, tracers, values of 64
 * bits, every architecture; and that no two profiles share a place in the cache.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/fd.h"
#include "base/path.h"
#include "bpf_sim.h"
#include "confine/seccomp.h"
#include "confine/seccomp_names.h"
#include "confine/seccomp_plan.h"

#define ALLOW	SECCOMP_RET_ALLOW
#define ENOSYS_ (SECCOMP_RET_ERRNO | ENOSYS)
#define NOTIFY	SECCOMP_RET_USER_NOTIF

static int parse(const char *text, struct arena *a, struct seccomp_profile *ret, struct err *e)
{
	cleanup_json json_t *o = json_parse_wide(text, strlen(text), SIZE_MAX, e);

	return o ? seccomp_from_json(o, a, ret, e) : -1;
}

static struct seccomp_program compile(const char *text, const char *host, struct arena *a)
{
	const struct seccomp_target t = { .arch = host, .kernel = SECCOMP_KERNEL(6, 1) };
	struct seccomp_program program = {};
	struct seccomp_profile profile;
	struct err e = {};

	if (parse(text, a, &profile, &e) < 0 || seccomp_compile(&profile, &t, a, &program, &e) < 0)
		fail_msg("%s: %s", text, e.text);
	return program;
}

#define RULES(action, rules) "{\"defaultAction\":\"SCMP_ACT_" action "\",\"syscalls\":[" rules "]}"
#define RULE(name, action)   "{\"names\":[\"" name "\"],\"action\":\"SCMP_ACT_" action "\"}"
#define ARG(value)                                                                                 \
	"{\"names\":[\"pread64\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":[{\"index\":2,"           \
	"\"value\":" value ",\"op\":\"SCMP_CMP_EQ\"}]}"
#define X86_64 "SCMP_ARCH_X86_64"
#define S390X  "SCMP_ARCH_S390X"

/* pread64 is 17 and read 0 on x86_64; read is 3 on s390x, where nobody calls 0. */
static const struct row {
	const char *profile, *host;
	int number;
	uint64_t argument;
	uint32_t action;
} rows[] = {
	{ RULES("ALLOW", RULE("read", "NOTIFY")), X86_64, 0, 0, NOTIFY },
	{ RULES("ALLOW", RULE("read", "NOTIFY")), X86_64, 1, 0, ALLOW },
	{ RULES("ALLOW", RULE("read", "NOTIFY")), X86_64, 10000, 0, ALLOW },
	{ RULES("ALLOW", RULE("read", "LOG")), X86_64, 0, 0, SECCOMP_RET_LOG },
	{ RULES("ALLOW", RULE("read", "TRAP")), X86_64, 0, 0, SECCOMP_RET_TRAP },
	{ RULES("ALLOW", RULE("read", "KILL")), X86_64, 0, 0, SECCOMP_RET_KILL_THREAD },
	{ RULES("ALLOW", RULE("read", "KILL_PROCESS")), X86_64, 0, 0, SECCOMP_RET_KILL_PROCESS },
	{ RULES("ALLOW", RULE("read", "TRACE")), X86_64, 0, 0, SECCOMP_RET_TRACE | EPERM },
	/* newer than all that the profile names */
	{ RULES("ERRNO", RULE("read", "ALLOW")), X86_64, 1, 0, ENOSYS_ },
	{ RULES("ERRNO", RULE("pread64", "ALLOW")), X86_64, 1, 0, SECCOMP_RET_ERRNO | EPERM },
	{ RULES("TRAP", RULE("read", "ALLOW")), X86_64, 10000, 0, ENOSYS_ },
	{ RULES("KILL", RULE("read", "ALLOW")), X86_64, 10000, 0, ENOSYS_ },
	{ RULES("TRACE", RULE("read", "ALLOW")), X86_64, 10000, 0, SECCOMP_RET_TRACE | EPERM },
	{ RULES("LOG", RULE("read", "ALLOW")), X86_64, 10000, 0, SECCOMP_RET_LOG },
	{ RULES("ERRNO", RULE("read", "ALLOW")), S390X, 3, 0, ALLOW },
	{ RULES("ERRNO", RULE("read", "ALLOW")), S390X, 1, 0, SECCOMP_RET_ERRNO | EPERM },
	{ RULES("ERRNO", RULE("read", "ALLOW")), S390X, 0, 0, ENOSYS_ },
	/* values of 64 bits */
	{ RULES("ERRNO", ARG("18446744073709551615")), X86_64, 17, UINT64_MAX, ALLOW },
	{ RULES("ERRNO", ARG("9223372036854775808")), X86_64, 17, 1ULL << 63, ALLOW },
	{ RULES("ERRNO", ARG("9223372036854775808")), X86_64, 17, 0, SECCOMP_RET_ERRNO | EPERM },
};

static void actions_are_taken(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cleanup_arena struct arena *a = arena_new();
		struct seccomp_program p = compile(rows[i].profile, rows[i].host, a);
		struct seccomp_data d = { .nr = rows[i].number,
					  .arch = seccomp_arch_find(rows[i].host)->audit,
					  .args = { 0, 0, rows[i].argument } };
		uint32_t got = bpf_sim_run(p.code, p.n, &d, NULL);

		assert_true(bpf_sim_valid(p.code, p.n));
		if (got != rows[i].action)
			fail_msg("%s %d: %#x, not %#x", rows[i].profile, rows[i].number, got,
				 rows[i].action);
		assert_int_equal(p.notifies, strstr(rows[i].profile, "NOTIFY") != NULL);
	}
}

static const char listener[] =
	"{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"listenerPath\":\"/run/x\","
	"\"listenerMetadata\":\"m\",\"flags\":[\"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV\"],"
	"\"syscalls\":[" RULE("mknod", "NOTIFY") "]}";

static void listeners_are_known(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	struct seccomp_profile p;
	struct err e = {};

	(void)state;
	assert_int_equal(parse(listener, a, &p, &e), 0);
	assert_int_equal(p.notifies, 1);
	assert_int_equal(p.flags, SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV);
	assert_string_equal(p.listener_path, "/run/x");
	assert_string_equal(p.listener_metadata, "m");
	/* Where nobody can give one it is refused. */
	assert_int_equal(seccomp_parse(listener, sizeof listener - 1, a, &p, &e), -1);
	assert_int_equal(e.code, ERR_UNENFORCED);
	/* The kernel refuses the flag without a listener. */
	assert_int_equal(parse("{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"flags\":"
			       "[\"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV\"]}",
			       a, &p, &e),
			 0);
	assert_int_equal(p.flags, 0);
}

/* All of them in one profile: those of other machines take no room. */
static void every_architecture_is_taken(void **state)
{
	cleanup_by(text_free) struct text t = {};
	cleanup_arena struct arena *a = arena_new();
	struct seccomp_program all, own;
	const struct seccomp_arch *arch;

	(void)state;
	text_add(&t, "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"architectures\":[");
	for (size_t i = 0; (arch = seccomp_arch_at(i)); i++)
		text_add(&t, "%s\"%s\"", i ? "," : "", arch->name);
	text_add(&t, "],\"syscalls\":[" RULE("read", "ALLOW") "]}");
	all = compile(t.s, X86_64, a);
	own = compile("{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"architectures\":[\"SCMP_ARCH_X86\","
		      "\"SCMP_ARCH_X32\"],\"syscalls\":[" RULE("read", "ALLOW") "]}",
		      X86_64, a);
	assert_int_equal(all.n, own.n);
	for (size_t i = 0; (arch = seccomp_arch_at(i)); i++) {
		struct seccomp_data d = { .nr = 0, .arch = arch->audit };

		if (arch->family != seccomp_arch_find(X86_64)->family)
			assert_int_equal(bpf_sim_run(all.code, all.n, &d, NULL),
					 SECCOMP_RET_KILL_PROCESS);
	}
}

/* Each differs from all others in one thing that a careless key could lose. */
static void profiles_have_keys_of_their_own(void **state)
{
	static const char *const profiles[] = {
		RULES("ALLOW", ""),
		RULES("ERRNO", ""),
		RULES("ERRNO", RULE("read", "ALLOW")),
		RULES("ERRNO", RULE("write", "ALLOW")),
		RULES("ERRNO", RULE("read", "LOG")),
		RULES("ERRNO", RULE("read\",\"write", "ALLOW")),
		RULES("ERRNO", RULE("read", "ALLOW") "," RULE("write", "ALLOW")),
		RULES("ERRNO", ARG("1")),
		RULES("ERRNO", ARG("2")),
		"{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"architectures\":[\"SCMP_ARCH_X86\"]}",
		"{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"flags\":[\"SECCOMP_FILTER_FLAG_LOG\"]}",
		"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":38}",
	};
	cleanup_arena struct arena *a = arena_new();
	struct text keys[ARRAY_SIZE(profiles)] = {};
	struct err e = {};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(profiles); i++) {
		struct seccomp_profile p;

		assert_int_equal(parse(profiles[i], a, &p, &e), 0);
		seccomp_profile_key(&p, &keys[i]);
		for (size_t k = 0; k < i; k++) {
			if (keys[i].n == keys[k].n && !memcmp(keys[i].s, keys[k].s, keys[i].n))
				fail_msg("%s and %s", profiles[i], profiles[k]);
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(profiles); i++)
		text_free(&keys[i]);
}

static void a_parsed_profile_is_kept_with_its_listener(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	char folder[] = "/tmp/cale-test-XXXXXX";
	struct seccomp_program first, second;
	struct seccomp_profile profile;
	struct seccomp_request r = { .profile = &profile };
	struct err e = {};
	cleanup_fd int fd = -1, parent = -1;

	(void)state;
	assert_non_null(mkdtemp(folder));
	fd = fd_open(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY, &e);
	r.cache_fd = fd;
	assert_int_equal(parse(listener, a, &profile, &e), 0);
	assert_int_equal(seccomp_get(&r, a, &first, &e), 0);
	assert_int_equal(seccomp_get(&r, a, &second, &e), 0);
	assert_int_equal(first.n, second.n);
	assert_memory_equal(first.code, second.code, first.n * sizeof(*first.code));
	assert_int_equal(first.notifies, 1);
	assert_int_equal(second.notifies, 1);
	assert_int_equal(second.flags, SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV);
	parent = fd_open(AT_FDCWD, "/tmp", O_RDONLY | O_DIRECTORY, &e);
	assert_int_equal(path_remove_tree(parent, strrchr(folder, '/') + 1, &e), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(actions_are_taken),
		cmocka_unit_test(listeners_are_known),
		cmocka_unit_test(every_architecture_is_taken),
		cmocka_unit_test(profiles_have_keys_of_their_own),
		cmocka_unit_test(a_parsed_profile_is_kept_with_its_listener),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
