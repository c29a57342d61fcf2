/* SPDX-License-Identifier: Apache-2.0 */
/* oci/annotations.h: what other runtimes' annotations are taken, and which are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "oci/annotations.h"

static const struct {
	const char *key, *value, *error; /* NULL: it is taken */
} rows[] = {
	{ "org.example.mine", "anything", NULL },
	{ "run.ocix.y", "1", NULL },
	{ "run.oci.keep_original_groups", "1", NULL },
	{ "run.oci.hooks.stdout", "/var/log/hooks", NULL },
	{ "run.oci.hooks.stdout", "log", "is not absolute" },
	{ "run.oci.hooks.stderr", "", "is not absolute" },
	{ "run.oci.pidfd_receiver", "/run/x", NULL },
	{ "run.oci.pidfd_receiver", "x", "is not absolute" },
	{ "run.oci.systemd.subgroup", "", NULL },
	{ "run.oci.systemd.subgroup", "container", "is not carried out" },
	{ "run.oci.delegate-cgroup", "a", "is not carried out" },
	{ "run.oci.mount_context_type", "context", NULL },
	{ "run.oci.mount_context_type", "rootcontext", "is not carried out" },
	{ "run.oci.seccomp_fail_unknown_syscall", "0", NULL },
	{ "run.oci.seccomp_fail_unknown_syscall", "1", "is not carried out" },
	{ "run.oci.seccomp.receiver", "/run/x", "is not carried out" },
	{ "run.oci.seccomp.plugins", "x.so", "is not carried out" },
	{ "run.oci.seccomp_bpf_data", "AAAA", "is not carried out" },
	{ "run.oci.systemd.force_cgroup_v1", "/sys/fs/cgroup/systemd", "is not carried out" },
	{ "run.oci.handler", "krun", "is not carried out" },
	{ "run.oci.handlers", "", "is not carried out" },
	{ "run.oci.tomorrow", "1", "is not carried out" },
	{ "run.oci.", "1", "is not carried out" },
};

static void what_is_not_carried_out_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct oci_annotation one = { rows[i].key, rows[i].value };
		const struct oci_config c = { .annotations = &one, .n_annotations = 1 };
		struct err e = {};
		int refused = oci_annotations_check(&c, &e) < 0;

		print_message("# %s=%s: %s (%s)\n", one.key, one.value, e.text, e.hint);
		assert_int_equal(refused, rows[i].error != NULL);
		if (!rows[i].error)
			continue;
		assert_non_null(strstr(e.text, rows[i].error));
		assert_non_null(strstr(e.text, one.key));
		if (e.code == ERR_UNENFORCED)
			assert_string_not_equal(e.hint, "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_carried_out_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
