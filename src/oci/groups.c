/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/groups.h"

#include <string.h>
#include <unistd.h>

#include "oci/privilege.h"
#include "runtime/cgroup_control.h"
#include "runtime/id_map.h"

/*
 * Device nodes are made, and mean something, only where no user namespace is in between; elsewhere the
 * container has just those that it was given.
 */
static void require_devices(struct resources *r, const struct oci_config *c)
{
	if (c->spec.namespaces[NS_USER].mode == NS_MODE_HOST && geteuid() == 0 &&
	    oci_is_initial_user_namespace())
		r->required |= 1U << RESOURCE_DEVICES;
}

/* A writable view of its own tree belongs to the container's root: config-linux.md "Cgroup ownership". */
static int delegate(const struct oci_config *c, const struct cgroup *groups, struct err *e)
{
	const struct spec *s = &c->spec;
	int64_t uid, gid;

	if (!c->cgroup_delegated || s->namespaces[NS_USER].mode != NS_MODE_NEW)
		return 0;
	uid = id_map_outside(s->uid_map, s->n_uid_map, 0);
	gid = id_map_outside(s->gid_map, s->n_gid_map, 0);
	return uid < 0 || gid < 0 ? 0 : cgroup_delegate(groups, (uid_t)uid, (gid_t)gid, e);
}

int oci_groups_make(const struct oci_config *c, struct arena *a, struct oci_record *record,
		    struct cgroup **ret, struct err *e)
{
	cleanup_cgroup struct cgroup *groups = NULL;
	cleanup_free char *text = NULL;
	struct resources r = c->spec.resources;
	const struct cgroup_request request = {
		.manager = !strcmp(record->manager, "disabled") ? CGROUP_MANAGER_DISABLED
								: CGROUP_MANAGER_CGROUPFS,
		.path = c->cgroups_path,
		.id = c->spec.id,
		.strict = !record->may_lack_groups,
		.resources = &r,
	};

	require_devices(&r, c);
	groups = cgroup_create_oci(&request, e);
	if (!groups)
		return -1;
	text = cgroup_record(groups);
	record->cgroup = arena_strdup(a, text);
	if (delegate(c, groups, e) < 0) {
		struct err ignored;

		cgroup_remove(groups, &ignored);
		return -1;
	}
	*ret = take_ptr(groups);
	return 0;
}

int oci_groups_open(const struct oci_record *record, struct cgroup **ret, struct err *e)
{
	*ret = NULL;
	if (!record->cgroup || !*record->cgroup)
		return 0;
	*ret = cgroup_open_record(record->cgroup, e);
	return *ret || e->code == ERR_NOT_FOUND ? 0 : -1;
}

int oci_groups_remove(const struct oci_record *record, struct err *e)
{
	cleanup_cgroup struct cgroup *c = NULL;

	if (oci_groups_open(record, &c, e) < 0)
		return -1;
	if (!c)
		return 0;
	return cgroup_kill(c, e) < 0 ? -1 : cgroup_remove(c, e);
}
