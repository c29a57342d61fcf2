/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cgroups of a container by the manager that the caller chose: made by ourselves ("cgroupfs"), by
 * systemd ("systemd"), or none ("disabled").
 */
#pragma once

#include "oci/config.h"
#include "oci/store.h"
#include "runtime/cgroup.h"

/* Makes them and notes in the record how to find them again. */
int oci_groups_make(const struct oci_config *c, struct arena *a, struct oci_record *record,
		    struct cgroup **ret, struct err *e);
/* *ret is NULL where the container has none. */
int oci_groups_open(const struct oci_record *record, struct cgroup **ret, struct err *e);
int oci_groups_remove(const struct oci_record *record, struct err *e);
