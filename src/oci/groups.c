/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/groups.h"

int oci_groups_make(const struct oci_config *c, const char *id, struct arena *a,
		    struct oci_record *record, struct cgroup **ret, struct err *e)
{
	record->cgroup = arena_printf(a, "cale-oci/%s", id);
	*ret = cgroup_create(record->cgroup, &c->spec.resources, e);
	return *ret ? 0 : -1;
}

int oci_groups_open(const struct oci_record *record, struct cgroup **ret, struct err *e)
{
	*ret = record->cgroup ? cgroup_open(record->cgroup, e) : NULL;
	return *ret || !record->cgroup || e->code == ERR_NOT_FOUND ? 0 : -1;
}

int oci_groups_remove(const struct oci_record *record, struct err *e)
{
	cleanup_cgroup struct cgroup *c = NULL;

	if (oci_groups_open(record, &c, e) < 0 || !c)
		return 0;
	if (cgroup_kill(c, e) < 0)
		return -1;
	return cgroup_remove(c, e);
}

int oci_groups_are_frozen(const struct cgroup *c)
{
	(void)c;
	return 0;
}

int oci_groups_freeze(const struct cgroup *c, int frozen, struct err *e)
{
	(void)c;
	(void)frozen;
	return err_set(e, ERR_SYSTEM, "not yet");
}
