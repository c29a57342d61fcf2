/* SPDX-License-Identifier: Apache-2.0 */
/* image/change.h: instructions and the config that they make. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "image/change.h"

static void instructions_change_the_config(void **state)
{
	static const struct {
		const char *first, *second, *config;
	} rows[] = {
		{ "CMD [\"a\", \"b c\"]", NULL, "{\"Cmd\":[\"a\",\"b c\"]}" },
		{ "cmd echo  $X", NULL, "{\"Cmd\":[\"/bin/sh\",\"-c\",\"echo  $X\"]}" },
		{ "ENTRYPOINT [\"a\"]", "ENTRYPOINT [\"b\"]", "{\"Entrypoint\":[\"b\"]}" },
		{ "ENV A=1 B=\"x y\" C='z' D=q\\ r", NULL,
		  "{\"Env\":[\"A=1\",\"B=x y\",\"C=z\",\"D=q r\"]}" },
		{ "ENV A=1", "ENV A=2", "{\"Env\":[\"A=2\"]}" },
		{ "ENV A one two", NULL, "{\"Env\":[\"A=one two\"]}" },
		{ "EXPOSE 80 53/udp", NULL, "{\"ExposedPorts\":{\"80/tcp\":{},\"53/udp\":{}}}" },
		{ "EXPOSE 80-81", NULL, "{\"ExposedPorts\":{\"80/tcp\":{},\"81/tcp\":{}}}" },
		{ "LABEL a=b", "LABEL c=d=e", "{\"Labels\":{\"a\":\"b\",\"c\":\"d=e\"}}" },
		{ "USER 1:2", NULL, "{\"User\":\"1:2\"}" },
		{ "VOLUME /a /b", NULL, "{\"Volumes\":{\"/a\":{},\"/b\":{}}}" },
		{ "VOLUME [\"/a b\"]", NULL, "{\"Volumes\":{\"/a b\":{}}}" },
		{ "WORKDIR /a", "WORKDIR b", "{\"WorkingDir\":\"/a/b\"}" },
		{ "STOPSIGNAL SIGINT", NULL, "{\"StopSignal\":\"SIGINT\"}" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cleanup_json json_t *config = json_object();
		cleanup_free char *text = NULL;
		struct err e;

		assert_int_equal(image_change_apply(config, rows[i].first, &e), 0);
		if (rows[i].second)
			assert_int_equal(image_change_apply(config, rows[i].second, &e), 0);
		text = json_dump(config, 0);
		assert_string_equal(text, rows[i].config);
	}
}

static void what_changes_no_config_is_refused(void **state)
{
	static const char *const rows[] = {
		"",	    "CMD",	    "RUN true",	  "COPY a b",	    "FROM x",
		"ENV",	    "ENV A",	    "ENV =b",	  "ENV A='x",	    "EXPOSE http",
		"EXPOSE 0", "EXPOSE 70000", "EXPOSE 9-8", "EXPOSE 80/icmp", "LABEL a",
		"USER a b", "WORKDIR",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cleanup_json json_t *config = json_object();
		struct err e = {};

		if (image_change_apply(config, rows[i], &e) == 0)
			fail_msg("taken: %s", rows[i]);
		assert_int_equal(e.code, ERR_USAGE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(instructions_change_the_config),
		cmocka_unit_test(what_changes_no_config_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
