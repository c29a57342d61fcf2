/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/live_mounts.h"

#include <string.h>

#include "oci/mounts.h"
#include "runtime/live_mounts.h"

typedef int change_function(const struct live_mounts *l, struct err *e);

/* *ret: the container's own document, but for the mounts. */
static int read_mounts(const struct oci_container *c, const struct oci_mounts_request *r,
		       struct oci_config *ret, struct err *e)
{
	*ret = c->config;
	if (oci_mounts_parse(r, &ret->spec, e) < 0)
		return err_wrap(e, "mounts");
	oci_config_resolve(ret, c->record.bundle, c->arena);
	return 0;
}

static int change(const struct oci_container *c, const struct spec *spec, change_function *how,
		  struct err *e)
{
	cleanup_fd int lock_fd = oci_store_lock(c->dir_fd, e);
	cleanup_fd int pid_fd = lock_fd < 0 ? -1 : oci_container_pidfd(c, e);
	const struct live_mounts l = {
		.spec = spec,
		.pid = c->record.init.pid,
		.pid_fd = pid_fd,
	};

	return pid_fd < 0 ? -1 : how(&l, e);
}

int oci_live_mounts_add(const struct oci_container *c, const char *text, size_t n, struct err *e)
{
	const struct oci_mounts_request request = {
		.text = text,
		.n = n,
		.container = &c->config.spec,
		.arena = c->arena,
	};
	struct oci_config wanted;

	if (read_mounts(c, &request, &wanted, e) < 0)
		return -1;
	return change(c, &wanted.spec, live_mounts_add, e);
}

/* Of proc only what can be laid over its harmless files; nothing that masks or makes read-only. */
static int check_removal(const struct spec *container, const char *target, struct err *e)
{
	if (!strcmp(target, "/proc") || !strcmp(target, "/sys"))
		return err_set(e, ERR_DENIED, "%s can't be removed", target);
	for (size_t i = 0; i < container->n_mounts; i++) {
		const struct spec_mount *m = &container->mounts[i];

		if ((m->kind == MOUNT_MASK || m->kind == MOUNT_READONLY) &&
		    !strcmp(m->target, target))
			return err_set(e, ERR_DENIED, "%s is masked or read-only by config.json",
				       target);
	}
	return 0;
}

int oci_live_mounts_remove(const struct oci_container *c, const char *text, size_t n, struct err *e)
{
	const struct oci_mounts_request request = {
		.text = text,
		.n = n,
		.container = &c->config.spec,
		.arena = c->arena,
		.targets_only = 1,
	};
	struct oci_config wanted;

	if (read_mounts(c, &request, &wanted, e) < 0)
		return -1;
	for (size_t i = 0; i < wanted.spec.n_mounts; i++) {
		if (check_removal(&c->config.spec, wanted.spec.mounts[i].target, e) < 0)
			return -1;
	}
	return change(c, &wanted.spec, live_mounts_remove, e);
}
