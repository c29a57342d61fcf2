/* SPDX-License-Identifier: Apache-2.0 */
/* confine/seccomp.h: profiles that are no profiles. What they mean is test_seccomp.c's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "confine/seccomp.h"

#define RULE(body) "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{" body "}]}"
#define ARG(body)  RULE("\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":[{" body "}]")

static const struct row {
	const char *json, *text;
	enum err_code code;
} rows[] = {
	{ "", NULL, ERR_INVALID },
	{ "[]", "not a JSON object", ERR_INVALID },
	{ "{}", "no defaultAction", ERR_INVALID },
	{ "{\"defaultAction\":7}", NULL, ERR_INVALID },
	{ "{\"defaultAction\":\"SCMP_ACT_MAYBE\"}",
	  "defaultAction: unknown action \"SCMP_ACT_MAYBE\"", ERR_INVALID },
	{ "{\"defaultAction\":\"SCMP_ACT_NOTIFY\"}", NULL, ERR_UNENFORCED },
	{ "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"listenerPath\":\"/x\"}", NULL, ERR_UNENFORCED },
	{ "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"flags\":[\"SECCOMP_FILTER_FLAG_WHAT\"]}", NULL,
	  ERR_UNENFORCED },
	{ "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":5000}", NULL, ERR_INVALID },
	{ "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrno\":\"ENOWAY\"}", NULL, ERR_INVALID },
	{ "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"architectures\":[\"SCMP_ARCH_X86\"],"
	  "\"archMap\":[{\"architecture\":\"SCMP_ARCH_X86_64\"}]}",
	  "both architectures and archMap", ERR_INVALID },
	{ "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"archMap\":[{}]}", "archMap[0]: no architecture",
	  ERR_INVALID },
	{ "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[3]}", "syscalls[0]: not an object",
	  ERR_INVALID },
	{ RULE("\"action\":\"SCMP_ACT_ALLOW\""), "syscalls[0]: a rule without names", ERR_INVALID },
	{ RULE("\"names\":[\"read\"]"), "syscalls[0]: unknown action \"\"", ERR_INVALID },
	{ RULE("\"names\":[\"read\"],\"name\":\"write\",\"action\":\"SCMP_ACT_ALLOW\""),
	  "syscalls[0]: both name and names", ERR_INVALID },
	{ RULE("\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\",\"errnoRet\":1"),
	  "syscalls[0]: SCMP_ACT_ALLOW has no error number", ERR_INVALID },
	{ RULE("\"names\":[\"read\",\"\"],\"action\":\"SCMP_ACT_ALLOW\""),
	  "syscalls[0]: an empty name", ERR_INVALID },
	{ RULE("\"names\":[5],\"action\":\"SCMP_ACT_ALLOW\""), NULL, ERR_INVALID },
	{ ARG("\"index\":6,\"value\":0,\"op\":\"SCMP_CMP_EQ\""), NULL, ERR_INVALID },
	{ ARG("\"value\":0,\"op\":\"SCMP_CMP_EQ\""), NULL, ERR_INVALID },
	{ ARG("\"index\":0,\"value\":0,\"op\":\"SCMP_CMP_LIKE\""),
	  "syscalls[0]: args: unknown op \"SCMP_CMP_LIKE\"", ERR_INVALID },
	{ ARG("\"index\":0,\"value\":\"0\",\"op\":\"SCMP_CMP_EQ\""), NULL, ERR_INVALID },
	{ RULE("\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\","
	       "\"includes\":{\"caps\":[\"CAP_FLY\"]}"),
	  NULL, ERR_USAGE },
	{ RULE("\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\","
	       "\"includes\":{\"minKernel\":\"six\"}"),
	  NULL, ERR_INVALID },
};

static void bad_profiles_are_refused_by_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cleanup_arena struct arena *a = arena_new();
		struct seccomp_profile p;
		struct err e = {};

		if (seccomp_parse(rows[i].json, strlen(rows[i].json), a, &p, &e) == 0)
			fail_msg("taken: %s", rows[i].json);
		print_message("# %s\n", e.text);
		assert_int_equal(e.code, rows[i].code);
		if (rows[i].text)
			assert_string_equal(e.text, rows[i].text);
	}
}

static void an_unknown_architecture_is_refused(void **state)
{
	static const char json[] =
		"{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"architectures\":[\"SCMP_ARCH_Z80\"]}";
	cleanup_arena struct arena *a = arena_new();
	struct seccomp_target t = { .caps = 0 };
	struct seccomp_program program;
	struct seccomp_profile p;
	struct err e = {};

	(void)state;
	assert_int_equal(seccomp_parse(json, sizeof(json) - 1, a, &p, &e), 0);
	assert_int_equal(seccomp_compile(&p, &t, a, &program, &e), -1);
	assert_string_equal(e.text, "seccomp profile: unknown architecture \"SCMP_ARCH_Z80\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_profiles_are_refused_by_name),
		cmocka_unit_test(an_unknown_architecture_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
