/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oci/process.h, oci/resources.h, oci/landlock.h: process.json, the limits of `update` and policies in
 * annotations, all from the same bytes.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "oci/landlock.h"
#include "oci/process.h"
#include "oci/resources.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_process(const char *text, size_t n, struct arena *a)
{
	struct spec_process p;
	struct err e;

	if (oci_process_parse(text, n, a, &p, &e) < 0)
		return;
	if (!p.args[0] || *p.cwd != '/' || !p.env || (p.cap_effective & ~p.cap_permitted))
		abort();
	for (size_t i = 0; i < p.n_limits; i++) {
		if (p.limits[i].soft > p.limits[i].hard)
			abort();
	}
}

static void read_policy(const char *text, size_t n, struct arena *a)
{
	struct spec_landlock l;
	struct err e;

	if (oci_landlock_parse(text, n, a, &l, &e) < 0)
		return;
	if (!l.handled_fs && !l.handled_net && !l.scopes)
		abort();
	for (size_t i = 0; i < l.n_paths; i++) {
		if (*l.paths[i].path != '/' || (l.paths[i].access & ~l.handled_fs))
			abort();
	}
	for (size_t i = 0; i < l.n_ports; i++) {
		if (l.ports[i].port > UINT16_MAX || (l.ports[i].access & ~l.handled_net))
			abort();
	}
}

static void read_limits(const char *text, size_t n, struct arena *a)
{
	struct resources r;
	struct err e;

	if (oci_resources_parse(text, n, a, &r, &e) < 0)
		return;
	for (size_t i = 0; i < r.n_unified; i++) {
		if (strchr(r.unified[i].name, '/'))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_arena struct arena *a = arena_new();

	read_process((const char *)data, size, a);
	read_policy((const char *)data, size, a);
	read_limits((const char *)data, size, a);
	return 0;
}
