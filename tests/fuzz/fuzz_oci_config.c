/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oci/config.h: a hostile config.json through the parser and its filter through the generator. What is
 * taken must keep its promises: absolute targets, ascending annotations, clean parameter names.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/bpf_sim.h"
#include "base/path.h"
#include "oci/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_mounts(const struct spec *s)
{
	for (size_t i = 0; i < s->n_mounts; i++) {
		const struct spec_mount *m = &s->mounts[i];

		if (*m->target != '/' || (m->kind == MOUNT_BIND && *m->source != '/') ||
		    (m->kind == MOUNT_FILESYSTEM && !*m->fstype))
			abort();
		/* The kernel changes access times as a whole. */
		if ((m->attributes & 0x70) && (m->attributes_cleared & 0x70) != 0x70)
			abort();
	}
}

/* As runtime/ makes paths of them. */
static void check_sysctls(const struct spec *s)
{
	for (size_t i = 0; i < s->n_sysctls; i++) {
		cleanup_free char *path = xstrdup(s->sysctls[i].name);

		for (char *p = path; *p; p++)
			*p = *p == '.' ? '/' : *p == '/' ? '.' : *p;
		if (!path_is_plain_relative(path) || strchr(s->sysctls[i].value, '\n'))
			abort();
	}
}

static void check_config(const struct oci_config *c)
{
	for (size_t i = 1; i < c->n_annotations; i++) {
		if (strcmp(c->annotations[i - 1].key, c->annotations[i].key) >= 0)
			abort();
	}
	if (c->has_process && (!c->spec.process.args[0] || *c->spec.process.cwd != '/'))
		abort();
	check_mounts(&c->spec);
	check_sysctls(&c->spec);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seccomp_target target = { .caps = 0x5555555555ULL,
					 .arch = "SCMP_ARCH_X86_64",
					 .kernel = SECCOMP_KERNEL(6, 1) };
	cleanup_arena struct arena *a = arena_new();
	struct seccomp_program program;
	struct oci_config c;
	struct err e;

	if (oci_config_parse((const char *)data, size, a, &c, &e) < 0) {
		if (e.code == ERR_NONE || !e.text[0])
			abort();
		return 0;
	}
	oci_config_resolve(&c, "/bundle", a);
	check_config(&c);
	if (c.has_seccomp && seccomp_compile(&c.seccomp, &target, a, &program, &e) == 0 &&
	    !bpf_sim_valid(program.code, program.n))
		abort();
	return 0;
}
