/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cgroups of a container by the manager that the caller chose: made by ourselves ("cgroupfs"), by
 * systemd ("systemd"), or none ("disabled").
 *
 *	oci_groups_check()	before this process changes its ids
 *	oci_groups_make()	before the container's process exists: ours
 *	oci_groups_place()	when it exists and waits: systemd's, which are made for a process
 *	oci_groups_finish()	while it assembles its file tree: what only its program must find
 */
#pragma once

#include "oci/config.h"
#include "oci/store.h"
#include "runtime/cgroup.h"

int oci_groups_check(const struct oci_config *c, struct oci_record *record, struct err *e);

/* The record gets what is needed to find them again; its strings live in the arena. */
struct oci_groups_making {
	const struct oci_config *config;
	struct oci_record *record;
	struct arena *arena;
	int dir_fd;	    /* the container's folder, where the record is kept */
	const char **noted; /* what of `cgroup` was written there before they were made, or NULL */
};
/* *ret is NULL where they can only be made for a process: then oci_groups_place(). */
int oci_groups_make(const struct oci_groups_making *m, struct cgroup **ret, struct err *e);
int oci_groups_need_process(const struct oci_record *record);
/* Makes them and puts the process there, which is to have one thread and no children. */
int oci_groups_place(const struct oci_groups_making *m, pid_t pid, struct cgroup **ret,
		     struct err *e);

/* The device rules, which take v2 long: a program is compiled and verified. */
int oci_groups_finish(const struct oci_groups_making *m, const struct cgroup *groups,
		      struct err *e);

/* *ret is NULL where the container has none. */
int oci_groups_open(const struct oci_record *record, struct cgroup **ret, struct err *e);
/* Of `groups`, which are the container's; what their manager knows of limits comes along. */
int oci_groups_update(const struct oci_record *record, const struct cgroup *groups,
		      const struct resources *r, struct err *e);
/* Kills what is in them, and removes them and their unit. */
int oci_groups_remove(const struct oci_record *record, struct err *e);
