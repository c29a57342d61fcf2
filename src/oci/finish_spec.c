/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/finish_spec.h"

#include <sys/stat.h>

#include "confine/seccomp.h"

static int compile_seccomp(const struct oci_config *config, struct spec_process *p, struct arena *a,
			   struct err *e)
{
	const struct seccomp_target target = { .caps = p->cap_bounding };
	struct seccomp_program program;

	if (!config->has_seccomp)
		return 0;
	if (seccomp_compile(&config->seccomp, &target, a, &program, e) < 0)
		return err_wrap(e, "linux.seccomp");
	p->seccomp.code = program.code;
	p->seccomp.n = program.n;
	p->seccomp.flags = program.flags;
	return 0;
}

int oci_finish_spec(struct oci_container *c, struct err *e)
{
	struct spec *s = &c->config.spec;
	struct stat st;

	if (stat(s->rootfs.path, &st) < 0)
		return err_sys(e, "root.path: %s", s->rootfs.path);
	if (!S_ISDIR(st.st_mode))
		return err_set(e, ERR_INVALID, "root.path: %s is no folder", s->rootfs.path);
	return compile_seccomp(&c->config, &s->process, c->arena, e);
}

int oci_finish_process(const struct oci_container *c, struct spec_process *p, struct err *e)
{
	p->landlock.scopes = 0;
	return compile_seccomp(&c->config, p, c->arena, e);
}
