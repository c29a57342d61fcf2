/* SPDX-License-Identifier: Apache-2.0 */
/* cli/info_text.h: what people see of `cale info`. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "cli/info_text.h"

static const char json[] =
	"{\"Containers\":2,\"ContainersRunning\":1,\"Images\":3,\"MemTotal\":25276510208,"
	"\"Rootless\":true,\"Name\":\"a\\u001bb\",\"Unshown\":1,"
	"\"Features\":["
	"{\"Name\":\"Landlock\",\"State\":\"enforced\",\"Detail\":\"ABI "
	"7\",\"Cause\":\"\",\"Mend\":\"\"},"
	"{\"Name\":\"no_new_privs\",\"State\":\"enforced\",\"Detail\":\"\",\"Cause\":\"\",\"Mend\":"
	"\"\"},"
	"{\"Name\":\"Memory\",\"State\":\"missing\",\"Detail\":\"\",\"Cause\":\"why\",\"Mend\":"
	"\"do\"},"
	"{\"Name\":\"Swap\",\"State\":\"missing\",\"Detail\":\"\",\"Cause\":\"why\",\"Mend\":"
	"\"do\"}],"
	"\"Defaults\":{\"Processes\":2048,\"Core dumps\":\"off\"}}";

static void facts_then_features_then_mends(void **state)
{
	cleanup_by(text_free) struct text t = {};
	cleanup_json json_t *o = NULL;
	struct err e;

	(void)state;
	o = json_parse(json, strlen(json), sizeof(json), &e);
	assert_non_null(o);
	info_add_text(&t, o);
	assert_string_equal(t.s, "Containers: 2\n"
				 " Running: 1\n"
				 "Images: 3\n"
				 "Total Memory: 23.54GiB\n"
				 "Name: a?b\n"
				 "Rootless: true\n"
				 "\nSecurity\n"
				 "FEATURE        STATE      WHAT THERE IS, OR WHY NOT\n"
				 "Landlock       enforced   ABI 7\n"
				 "no_new_privs   enforced   yes\n"
				 "Memory         missing    why\n"
				 "Swap           missing    why\n"
				 "\nHow to get what isn't enforced\n"
				 "Memory:\n    do\n"
				 "\nWhat a container gets by default\n"
				 "Processes: 2048\n"
				 "Core dumps: off\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(facts_then_features_then_mends) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
