/* SPDX-License-Identifier: Apache-2.0 */
/* From the container's own process, or process.json, and options to the process to run. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/fd.h"
#include "base/parse.h"
#include "confine/capability.h"
#include "oci/environment.h"
#include "oci/exec.h"
#include "oci/process.h"

/* "1000" or "1000:100", nothing else: a name or "0x0" isn't guessed at (CVE-2026-30892). */
static int set_user(struct spec_user *u, const char *text, struct arena *a, struct err *e)
{
	char *uid = arena_strdup(a, text), *gid = strchr(uid, ':');
	uint64_t number;

	if (gid)
		*gid++ = '\0';
	if (gid && parse_uint(gid, INT32_MAX, &number, e) < 0)
		return err_wrap(e, "bad gid");
	if (gid)
		u->gid = (uint32_t)number;
	if (parse_uint(uid, INT32_MAX, &number, e) < 0)
		return err_wrap(e, "bad uid");
	u->uid = (uint32_t)number;
	return 0;
}

static int add_groups(struct spec_user *u, const struct oci_exec *r, struct arena *a, struct err *e)
{
	uint32_t *groups = arena_alloc(a, (u->n_groups + r->n_groups + 1) * sizeof *groups);

	for (size_t i = 0; i < u->n_groups; i++)
		groups[i] = u->groups[i];
	for (size_t i = 0; i < r->n_groups; i++) {
		uint64_t number;

		if (parse_uint(r->groups[i], INT32_MAX, &number, e) < 0)
			return err_wrap(e, "additional-gids");
		groups[u->n_groups + i] = (uint32_t)number;
	}
	u->groups = groups;
	u->n_groups += r->n_groups;
	return 0;
}

/*
 * Never inheritable: exec would hand that on to programs that the container's user starts
 * (CVE-2022-29162, CVE-2025-27612). Ambient only where the container's own process has some.
 */
static int add_capabilities(struct spec_process *p, const struct oci_exec *r, struct err *e)
{
	for (size_t i = 0; i < r->n_capabilities; i++) {
		int number = capability_number(r->capabilities[i], e);

		if (number < 0)
			return err_wrap(e, "--cap");
		p->cap_bounding |= 1ULL << number;
		p->cap_effective |= 1ULL << number;
		p->cap_permitted |= 1ULL << number;
		if (p->cap_inheritable)
			p->cap_ambient |= (1ULL << number) & p->cap_inheritable;
	}
	return 0;
}

/* The filter, the domain and the memory's place are the container's, whatever the file says. */
static int read_process(const struct oci_container *c, const char *path, struct spec_process *ret,
			struct err *e)
{
	cleanup_free char *text = fd_read_file(AT_FDCWD, path, OCI_CONFIG_BYTES_MAX, e);
	const struct spec_process *own = &c->config.spec.process;

	if (!text)
		return -1;
	if (oci_process_parse(text, strlen(text), c->arena, ret, e) < 0)
		return err_wrap(e, "%s", path);
	ret->landlock = own->landlock;
	ret->user.keeps_groups = own->user.keeps_groups && !ret->user.n_groups;
	ret->memory_policy = own->memory_policy;
	ret->has_personality = own->has_personality;
	ret->personality = own->personality;
	return 0;
}

int oci_exec_plan(const struct oci_container *c, const struct oci_exec *r, struct spec_process *ret,
		  struct err *e)
{
	struct spec_process *p = ret;

	*p = c->config.spec.process;
	if (r->process_file)
		return read_process(c, r->process_file, p, e);
	if (!r->args || !r->args[0])
		return err_set(e, ERR_USAGE, "exec args cannot be empty");
	p->args = r->args;
	p->env = oci_environment_with(p->env, r->env, r->n_env, c->arena);
	p->terminal = r->tty;
	if (r->cwd)
		p->cwd = r->cwd;
	if (r->apparmor)
		p->apparmor_profile = r->apparmor;
	if (r->selinux_label)
		p->selinux_label = r->selinux_label;
	if (r->has_no_new_privileges)
		p->no_new_privileges = r->no_new_privileges;
	if (add_capabilities(p, r, e) < 0)
		return -1;
	if (r->user && set_user(&p->user, r->user, c->arena, e) < 0)
		return -1;
	return add_groups(&p->user, r, c->arena, e);
}
