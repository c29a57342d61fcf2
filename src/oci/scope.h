/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A container's unit where systemd is the manager of groups: which one it is, and its life, from
 * runc's reading of linux.cgroupsPath ("slice:prefix:name") and of annotations (org.systemd.property.*,
 * those on a list: runtime/systemd_annotation.h). The groups themselves are groups.h's.
 */
#pragma once

#include "oci/config.h"
#include "oci/store.h"
#include "runtime/cgroup_systemd.h"

/*
 * While this process still is who called it: notes in the record whose manager it will be. Refuses
 * what no manager could do. ERR_UNENFORCED without systemd, ERR_INVALID.
 */
int scope_check(const struct oci_config *c, struct oci_record *record, struct err *e);
/* Makes the unit with `pid` in it: its name, and where the kernel says that it is. */
struct scope {
	struct systemd_name name;
	struct systemd_place place;
};
int scope_start(const struct oci_config *c, const struct oci_record *record, pid_t pid,
		struct scope *ret, struct err *e);
/* What follows is about the unit that is noted in the record. */
/* Only what is asked for. systemd applies it soon, and again whenever it is reloaded. */
int scope_update(const struct oci_record *record, const struct resources *r, struct err *e);
/* Is there one, of a user? Then only their manager may move others into it (cgroup_systemd_move()). */
int scope_is_users(const struct oci_record *record);
/* Moves a process into the group `below` the unit's, "" for that itself. */
int scope_move(const struct oci_record *record, const char *below, pid_t pid, struct err *e);
/* Stops the unit, with all that still runs in it; one that is gone, manager and all, is success. */
int scope_stop(const struct oci_record *record, struct err *e);
