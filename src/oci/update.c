/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/update.h"

#include "oci/devices.h"
#include "oci/groups.h"

/* Limits that the kernel or systemd only take together. */
static void complete(struct resources *r, const struct resources *now)
{
	int cpu = r->cpu_quota_usec || r->cpu_period_usec;
	int memory = r->memory_bytes || r->memory_swap_bytes;

	if (cpu && !r->cpu_period_usec)
		r->cpu_period_usec = now->cpu_period_usec;
	if (cpu && !r->cpu_quota_usec)
		r->cpu_quota_usec = now->cpu_quota_usec;
	if (memory && !r->memory_bytes)
		r->memory_bytes = now->memory_bytes;
	if (memory && !r->memory_swap_bytes && r->memory_bytes > 0)
		r->memory_swap_bytes = now->memory_swap_bytes;
	/* Without a memory limit there can be none of both together. */
	if (r->memory_bytes < 0 && !r->memory_swap_bytes)
		r->memory_swap_bytes = RESOURCE_UNLIMITED;
}

/*
 * containerd sends all that its container was made with, so those rules are no question. Others would
 * have to be in force without a moment between, which v1 has not.
 */
static int check_devices(const struct oci_container *c, const struct resources *r, struct err *e)
{
	if (!r->n_devices || oci_device_rules_are(r, &c->config.spec.resources))
		return 0;
	err_set(e, ERR_UNENFORCED, "devices: a running container keeps the rules of its document");
	return err_hint(e, "leave the devices out, and make the container anew for other ones");
}

int oci_update(struct oci_container *c, const struct resources *r, struct err *e)
{
	cleanup_fd int lock_fd = oci_store_lock(c->dir_fd, e);
	cleanup_cgroup struct cgroup *groups = NULL;
	struct resources wanted = *r;

	if (lock_fd < 0 || check_devices(c, r, e) < 0)
		return -1;
	if (oci_container_status(c) == OCI_STOPPED)
		return err_set(e, ERR_CONFLICT, "container not running: %s", c->id);
	if (oci_container_groups(c, &groups, e) < 0)
		return -1;
	if (!groups)
		return err_set(e, ERR_UNENFORCED, "container %s has no cgroup to be limited by",
			       c->id);
	complete(&wanted, &c->record.limits);
	if (oci_groups_update(&c->record, groups, &wanted, e) < 0)
		return -1;
	if (wanted.cpu_period_usec)
		c->record.limits.cpu_period_usec = wanted.cpu_period_usec;
	if (wanted.cpu_quota_usec)
		c->record.limits.cpu_quota_usec = wanted.cpu_quota_usec;
	if (wanted.memory_bytes)
		c->record.limits.memory_bytes = wanted.memory_bytes;
	if (wanted.memory_swap_bytes)
		c->record.limits.memory_swap_bytes = wanted.memory_swap_bytes;
	return oci_record_write(c->dir_fd, &c->record, e);
}
