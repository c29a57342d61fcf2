/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/finish_spec.h"

#include <sys/stat.h>

#include "base/capability_name.h"
#include "confine/seccomp.h"
#include "oci/environment.h"
#include "oci/mount_label.h"
#include "runtime/capset.h"

static int get_seccomp(const struct oci_container *c, struct spec_process *p, struct err *e)
{
	cleanup_fd int cache_fd = oci_store_cache(c->store);
	const struct seccomp_request request = {
		.cache_fd = cache_fd,
		.profile = &c->config.seccomp,
		.name = "linux.seccomp",
		.caps = p->cap_bounding,
	};
	struct seccomp_program program;

	if (!c->config.has_seccomp)
		return 0;
	if (seccomp_get(&request, c->arena, &program, e) < 0)
		return -1;
	p->seccomp.code = program.code;
	p->seccomp.n = program.n;
	p->seccomp.flags = program.flags;
	p->seccomp.notifies = program.notifies;
	return 0;
}

/*
 * Without a user namespace of its own a container can have no capability that we don't have. config.md:
 * asking for one that can't be granted should not fail.
 */
static void keep_what_can_be_had(const struct oci_container *c, struct spec_process *p)
{
	struct capset held;
	struct err ignored;

	if (c->config.spec.namespaces[NS_USER].mode != NS_MODE_HOST ||
	    capset_get(&held, &ignored) < 0)
		return;
	p->cap_permitted &= held.permitted;
	p->cap_effective &= held.permitted;
	p->cap_inheritable &= held.permitted;
}

int oci_finish_process(const struct oci_container *c, struct spec_process *p, struct err *e)
{
	keep_what_can_be_had(c, p);
	p->env = oci_environment_unique(p->env, c->arena);
	return get_seccomp(c, p, e);
}

/* config.md "Linux Process": what can't be granted is no error, but must be told. */
static void warn_of_capabilities(struct oci_container *c, const struct spec_process *asked)
{
	const struct spec_process *p = &c->config.spec.process;
	uint64_t lost = (asked->cap_permitted | asked->cap_inheritable) &
			~(p->cap_permitted | p->cap_inheritable);
	uint64_t low = asked->cap_ambient &
		       ~capset_ambient(p->cap_ambient, p->cap_permitted, p->cap_inheritable);
	char names[1024];

	if (lost) {
		capability_names_join(lost, names, sizeof names);
		ARENA_PUSH(c->arena, c->warnings, c->n_warnings) = arena_printf(
			c->arena, "can't grant capabilities that the runtime hasn't: %s", names);
	}
	for (; low; low &= low - 1) {
		capability_names_join(low & -low, names, sizeof names);
		ARENA_PUSH(c->arena, c->warnings, c->n_warnings) =
			arena_printf(c->arena,
				     "can't raise ambient capability %s: it must be permitted and "
				     "inheritable, too",
				     names);
	}
}

int oci_finish_spec(struct oci_container *c, struct err *e)
{
	const struct spec_process asked = c->config.spec.process;
	const char *root = c->config.spec.rootfs.path;
	struct stat st;

	if (stat(root, &st) < 0)
		return err_sys(e, "root.path: %s", root);
	if (!S_ISDIR(st.st_mode))
		return err_set(e, ERR_INVALID, "root.path: %s is no folder", root);
	if (oci_mount_label_apply(&c->config, c->arena, e) < 0 ||
	    oci_finish_process(c, &c->config.spec.process, e) < 0)
		return -1;
	warn_of_capabilities(c, &asked);
	return 0;
}
