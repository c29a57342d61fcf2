/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What systemd is asked for when a container gets a unit of its own, as a list of properties:
 * systemd.resource-control(5), systemd.scope(5). Pure.
 *
 * systemd must know the limits, although they are also written into the group's files: it writes
 * its own idea of them again when it is reloaded. It can't be told of all of them, so a list of
 * properties never replaces writing the files. For a user's manager the device rules are left
 * out: it hasn't the right to enforce them.
 */
#pragma once

#include <sys/types.h>

#include "base/err.h"
#include "runtime/resources.h"
#include "runtime/systemd_annotation.h"
#include "runtime/systemd_name.h"
#include "runtime/systemd_property.h"

/* Whose manager: the system's, or the one of a user as the host knows them. */
struct systemd_owner {
	int is_user;
	uid_t uid;
};

struct systemd_request {
	struct systemd_owner owner;
	const struct systemd_name *name;
	const char *description;
	pid_t pid;			   /* who goes into the scope; a slice takes nobody */
	int cgroup_version;		   /* the properties differ */
	const struct resources *resources; /* or NULL */
	const struct systemd_annotation *annotations;
	size_t n_annotations;
};

/*
 * Fills `ret` from its arena. ERR_INVALID for limits that contradict, ERR_DENIED for annotations,
 * ERR_UNENFORCED for a user on v1.
 */
int systemd_plan_unit(const struct systemd_request *r, struct systemd_properties *ret,
		      struct err *e);
/* Only the limits, which is what an update sets. What isn't asked for stays as it is. */
int systemd_plan_limits(const struct systemd_request *r, struct systemd_properties *ret,
			struct err *e);

/* ---- parts of it ---- */
void systemd_plan_devices(const struct resources *r, int cgroup_version,
			  struct systemd_properties *ret);
int systemd_plan_unified(const struct resources *r, struct systemd_properties *ret, struct err *e);
void systemd_plan_cpu_max(int64_t quota_usec, uint64_t period_usec, struct systemd_properties *ret);
/* "0-2,5" as AllowedCPUs= or AllowedMemoryNodes=. */
int systemd_plan_set(const char *property, const char *list, struct systemd_properties *ret,
		     struct err *e);
