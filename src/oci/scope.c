/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/scope.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "oci/privilege.h"
#include "runtime/cgroup_base.h"
#include "runtime/cgroup_host.h"

#define SYSTEM_SOCKET "/run/systemd/private"

/*
 * The system's manager takes orders from root alone. Root of a user namespace has it only where that
 * has a systemd of its own, as a system container does.
 */
static uid_t find_manager(void)
{
	if (geteuid() != 0)
		return cgroup_host_uid();
	if (oci_is_initial_user_namespace() || access(SYSTEM_SOCKET, W_OK) == 0)
		return 0;
	return cgroup_host_uid();
}

static struct systemd_owner owner_of(const struct oci_record *record)
{
	return (struct systemd_owner){ .is_user = record->unit_uid != 0, .uid = record->unit_uid };
}

static int find_name(const struct oci_config *c, const struct oci_record *record,
		     struct systemd_name *ret, struct err *e)
{
	if (systemd_name_parse(c->cgroups_path, c->spec.id, record->unit_uid != 0, ret, e) < 0)
		return err_wrap(e, "linux");
	if (!ret->is_slice)
		return 0;
	err_set(e, ERR_INVALID, "linux.cgroupsPath: %s is a slice, and those have no processes",
		ret->unit);
	return err_hint(e, "\"slice:prefix:name\" names a scope in a slice");
}

int scope_check(const struct oci_config *c, struct oci_record *record, struct err *e)
{
	struct systemd_name name;

	record->unit_uid = find_manager();
	if (record->unit_uid == 0 && !cgroup_systemd_is_there(&(struct systemd_owner){})) {
		err_set(e, ERR_UNENFORCED,
			"the manager of cgroups is to be systemd, and this "
			"system doesn't run with it");
		return err_hint(e, "--cgroup-manager cgroupfs needs none");
	}
	return find_name(c, record, &name, e);
}

/* systemd has other properties as soon as one hierarchy is of version 1. */
static int find_version(struct err *e)
{
	cleanup_arena struct arena *a = arena_new();
	struct cgroup_host host;

	if (cgroup_host_read(a, &host, e) < 0)
		return -1;
	if (!host.n)
		return err_set(e, ERR_UNENFORCED, "no control groups are mounted here");
	return host.list[0].version;
}

static const struct systemd_annotation *annotations(const struct oci_config *c, struct arena *a)
{
	struct systemd_annotation *list = arena_alloc(a, (c->n_annotations + 1) * sizeof *list);

	for (size_t i = 0; i < c->n_annotations; i++)
		list[i] = (struct systemd_annotation){ c->annotations[i].key,
						       c->annotations[i].value };
	return list;
}

int scope_start(const struct oci_config *c, const struct oci_record *record, pid_t pid,
		struct scope *ret, struct err *e)
{
	cleanup_arena struct arena *a = arena_new();
	const struct systemd_request request = {
		.owner = owner_of(record),
		.name = &ret->name,
		.description = arena_printf(a, "container %s", c->spec.id),
		.pid = pid,
		.cgroup_version = find_version(e),
		.resources = &c->spec.resources,
		.annotations = annotations(c, a),
		.n_annotations = c->n_annotations,
	};

	return request.cgroup_version < 0 || find_name(c, record, &ret->name, e) < 0
		       ? -1
		       : cgroup_systemd_start(&request, &ret->place, e);
}

static void name_again(const struct oci_record *record, struct systemd_name *ret)
{
	*ret = (struct systemd_name){};
	snprintf(ret->unit, sizeof ret->unit, "%s", record->unit);
}

int scope_update(const struct oci_record *record, const struct resources *r, struct err *e)
{
	struct systemd_name name;
	const struct systemd_request request = {
		.owner = owner_of(record),
		.name = &name,
		.cgroup_version = find_version(e),
		.resources = r,
	};

	name_again(record, &name);
	return request.cgroup_version < 0 ? -1 : cgroup_systemd_update(&request, e);
}

int scope_is_users(const struct oci_record *record)
{
	return record->unit && record->unit_uid != 0;
}

int scope_move(const struct oci_record *record, const char *below, pid_t pid, struct err *e)
{
	struct systemd_name name;
	const struct systemd_request request = {
		.owner = owner_of(record),
		.name = &name,
		.pid = pid,
	};

	name_again(record, &name);
	return cgroup_systemd_move(&request, below, e);
}

int scope_stop(const struct oci_record *record, struct err *e)
{
	const struct systemd_owner owner = owner_of(record);

	if (!record->unit || cgroup_systemd_stop(record->unit, &owner, e) == 0)
		return 0;
	return e->code == ERR_NOT_FOUND ? 0 : -1;
}
