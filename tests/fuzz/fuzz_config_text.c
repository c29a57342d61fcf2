/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine/config_text.h: every notation of flags. What is accepted must survive being written as JSON
 * and read back, and targets must be absolute, clean and not "/".
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/config_json.h"
#include "engine/config_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_mount(const struct config_mount *m)
{
	if (*m->target != '/' || !m->target[1] || strstr(m->target, "//") ||
	    strstr(m->target, "/../"))
		abort();
}

static void check_round_trip(const struct config *c, struct arena *a)
{
	cleanup_json json_t *first = config_to_json(c), *second = NULL;
	struct config back;
	struct err e;

	if (config_from_json(first, a, &back, &e) < 0)
		abort();
	second = config_to_json(&back);
	if (!json_equal(first, second))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int (*const mounts[])(const struct config_reader *, const char *, struct config_mount *,
			      struct err *) = { config_parse_volume, config_parse_mount,
						config_parse_tmpfs };
	cleanup_arena struct arena *a = arena_new();
	const struct config_reader r = { a, "/cwd" };
	char *text = arena_strndup(a, (const char *)data, size);
	struct config_ulimit ulimit;
	struct config_mount m;
	struct config c;
	struct err e = {};

	config_init(&c);
	for (size_t i = 0; i < ARRAY_SIZE(mounts); i++) {
		if (mounts[i](&r, text, &m, &e) < 0)
			continue;
		check_mount(&m);
		c.mounts = &m;
		c.n_mounts = 1;
		if (config_check(&c, &e) == 0)
			check_round_trip(&c, a);
	}
	c.mounts = NULL;
	c.n_mounts = 0;
	if (config_parse_ulimit(a, text, &ulimit, &e) == 0) {
		c.ulimits = &ulimit;
		c.n_ulimits = 1;
	}
	(void)config_parse_restart(text, &c.restart, &e);
	(void)config_parse_security(a, text, &c, &e);
	if (config_check(&c, &e) == 0)
		check_round_trip(&c, a);
	return 0;
}
