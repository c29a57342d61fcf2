/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/groups.h"

#include <string.h>
#include <unistd.h>

#include "oci/privilege.h"
#include "oci/scope.h"
#include "runtime/cgroup_control.h"
#include "runtime/cgroup_quota.h"
#include "runtime/id_map.h"

static int is_disabled(const struct oci_record *record)
{
	return !strcmp(record->manager, "disabled");
}

/*
 * Device nodes are made, and mean something, only where no user namespace is in between; elsewhere the
 * container has just those that it was given.
 */
static void require_devices(const struct oci_groups_making *m, struct resources *r)
{
	const struct oci_config *c = m->config;

	/* Who wants no groups and has no rules gets none. */
	if (is_disabled(m->record) && !c->has_device_rules)
		return;
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

static int is_systemd(const struct oci_record *record)
{
	return !strcmp(record->manager, "systemd");
}

int oci_groups_check(const struct oci_config *c, struct oci_record *record, struct err *e)
{
	return is_systemd(record) ? scope_check(c, record, e) : 0;
}

/* Groups with all limits, noted in the record. */
static int make(const struct oci_groups_making *m, const struct cgroup_request *q,
		struct cgroup **ret, struct err *e)
{
	cleanup_cgroup struct cgroup *groups = cgroup_create_oci(q, e);
	cleanup_free char *text = NULL;
	struct err ignored;

	if (!groups)
		return -1;
	text = cgroup_record(groups);
	if (delegate(m->config, groups, e) < 0) {
		cgroup_remove(groups, &ignored);
		return -1;
	}
	m->record->cgroup = arena_strdup(m->arena, text);
	*ret = take_ptr(groups);
	return 0;
}

/* Who is killed from now on leaves groups that the record names. */
static int intend(void *data, const char *record, struct err *e)
{
	const struct oci_groups_making *m = data;

	*m->noted = m->record->cgroup = arena_strdup(m->arena, record);
	return oci_record_write(m->dir_fd, m->record, e);
}

int oci_groups_make(const struct oci_groups_making *m, struct cgroup **ret, struct err *e)
{
	struct resources r = m->config->spec.resources;
	const struct cgroup_request request = {
		.manager =
			is_disabled(m->record) ? CGROUP_MANAGER_DISABLED : CGROUP_MANAGER_CGROUPFS,
		.path = m->config->cgroups_path,
		.id = m->config->spec.id,
		.strict = !m->record->may_lack_groups,
		.resources = &r,
		.intend = intend,
		.data = (void *)(uintptr_t)m,
	};

	*ret = NULL;
	if (is_systemd(m->record))
		return 0;
	if (is_disabled(m->record))
		require_devices(m, &r);
	else
		r.devices_limited = 0;
	return make(m, &request, ret, e);
}

int oci_groups_finish(const struct oci_groups_making *m, const struct cgroup *groups, struct err *e)
{
	const struct resources *asked = &m->config->spec.resources;
	struct resources r = {
		.devices_limited = asked->devices_limited,
		.devices = asked->devices,
		.n_devices = asked->n_devices,
	};

	/* Those of systemd are finished already. */
	if (!groups || is_systemd(m->record) || is_disabled(m->record))
		return 0;
	require_devices(m, &r);
	return cgroup_limit_further(groups, &r, e);
}

int oci_groups_need_process(const struct oci_record *record)
{
	return is_systemd(record);
}

int oci_groups_place(const struct oci_groups_making *m, pid_t pid, struct cgroup **ret,
		     struct err *e)
{
	struct resources r = m->config->spec.resources;
	struct scope scope;
	const struct cgroup_request request = {
		.manager = CGROUP_MANAGER_ADOPT,
		.path = scope.place.path,
		.id = m->config->spec.id,
		.strict = 1,
		.resources = &r,
	};

	if (scope_start(m->config, m->record, pid, &scope, e) < 0)
		return -1;
	/* Not earlier: until then a unit of that name may be another container's. */
	m->record->unit = arena_strdup(m->arena, scope.name.unit);
	require_devices(m, &r);
	r.cpu_quota_usec = cgroup_quota_in_percent(r.cpu_quota_usec, r.cpu_period_usec);
	if (make(m, &request, ret, e) < 0)
		return -1;
	/* Version 1: systemd manages some hierarchies, and the process is in its groups there. */
	return cgroup_join_process(*ret, pid, e);
}

int oci_groups_open(const struct oci_record *record, struct cgroup **ret, struct err *e)
{
	*ret = NULL;
	if (!record->cgroup || !*record->cgroup)
		return 0;
	*ret = cgroup_open_record(record->cgroup, e);
	return *ret || e->code == ERR_NOT_FOUND ? 0 : -1;
}

int oci_groups_update(const struct oci_record *record, const struct cgroup *groups,
		      const struct resources *r, struct err *e)
{
	cleanup_cgroup_undo struct cgroup_undo *undo = cgroup_undo_new();
	struct resources rounded = *r;

	if (!record->unit)
		return cgroup_update(groups, r, e);
	rounded.cpu_quota_usec = cgroup_quota_in_percent(r->cpu_quota_usec, r->cpu_period_usec);
	/*
	 * The files can be put back, and systemd takes all or nothing: in this order a failure leaves
	 * neither of them with half of it.
	 */
	if (cgroup_update_noted(groups, &rounded, undo, e) < 0)
		return -1;
	if (scope_update(record, r, e) == 0)
		return 0;
	cgroup_undo(undo, e);
	return -1;
}

int oci_groups_remove(const struct oci_record *record, struct err *e)
{
	cleanup_cgroup struct cgroup *c = NULL;

	if (oci_groups_open(record, &c, e) < 0 || (c && cgroup_kill(c, e) < 0))
		return -1;
	if (scope_stop(record, e) < 0)
		return -1;
	return c ? cgroup_remove(c, e) : 0;
}
