/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/pause.h"

#include "runtime/cgroup_control.h"

static int set_frozen(const struct oci_container *c, int frozen, struct err *e)
{
	cleanup_cgroup struct cgroup *groups = NULL;

	if (oci_container_groups(c, &groups, e) < 0)
		return -1;
	if (!groups)
		return err_set(e, ERR_UNENFORCED, "container %s has no cgroup to be paused in",
			       c->id);
	return frozen ? cgroup_freeze(groups, e) : cgroup_thaw(groups, e);
}

int oci_pause(const struct oci_container *c, struct err *e)
{
	enum oci_status status = oci_container_status(c);

	if (status != OCI_RUNNING && status != OCI_CREATED)
		return err_set(e, ERR_CONFLICT, "container not running or created: %s",
			       oci_status_name(status));
	return set_frozen(c, 1, e);
}

int oci_resume(const struct oci_container *c, struct err *e)
{
	if (oci_container_status(c) != OCI_PAUSED)
		return err_set(e, ERR_CONFLICT, "container not paused: %s", c->id);
	return set_frozen(c, 0, e);
}
