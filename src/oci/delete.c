/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/delete.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "oci/groups.h"
#include "oci/handover.h"
#include "oci/hook_run.h"
#include "oci/kill.h"
#include "runtime/cgroup_control.h"

#define END_TIMEOUT_MSEC 10000

static int dispose(struct oci_container *c, int hooks, void (*warn)(const struct err *),
		   struct err *e)
{
	if (oci_groups_remove(&c->record, e) < 0)
		return -1;
	handover_undo(c);
	if (hooks && oci_hooks_open_output(c, e) < 0 && warn)
		warn(e);
	if (hooks)
		oci_hooks_poststop(c, warn);
	return oci_store_remove(c->store, c->id, e);
}

int oci_container_dispose(struct oci_container *c, int hooks, struct err *e)
{
	return dispose(c, hooks, NULL, e);
}

/* Kills everything that belongs to it, and waits for the first process's end. */
static int end(const struct oci_container *c, struct err *e)
{
	cleanup_fd int pid_fd = oci_container_pidfd(c, e);
	cleanup_cgroup struct cgroup *groups = NULL;
	struct cgroup_patience patience = { .init = c->record.init.pid };

	if (pid_fd < 0)
		return e->code == ERR_CONFLICT ? 0 : -1;
	if (oci_container_groups(c, &groups, e) < 0 || oci_kill_all(c, pid_fd, e) < 0)
		return -1;
	patience.cgroup = groups;
	patience.since_usec = clock_monotonic_usec();
	for (int left = END_TIMEOUT_MSEC; left > 0; left -= 100) {
		if (poll(&(struct pollfd){ .fd = pid_fd, .events = POLLIN }, 1, 100) == 1)
			return 0;
		if (cgroup_patience(&patience, e) < 0)
			return err_wrap(e, "container %s", c->id);
	}
	return err_set(e, ERR_SYSTEM, "container %s: its process doesn't end", c->id);
}

int oci_delete(struct oci_container *c, int force, void (*warn)(const struct err *), struct err *e)
{
	cleanup_fd int lock_fd = oci_store_lock(c->dir_fd, e);
	enum oci_status status;

	if (lock_fd < 0)
		return -1;
	status = oci_container_status(c);
	if (!force && status != OCI_STOPPED && status != OCI_CREATED && status != OCI_CREATING)
		return err_set(e, ERR_CONFLICT,
			       "cannot delete container %s that is not stopped: %s", c->id,
			       oci_status_name(status));
	if (status != OCI_STOPPED && end(c, e) < 0)
		return -1;
	return dispose(c, 1, warn, e);
}

int oci_delete_leftover(const struct oci_store *s, const char *id)
{
	struct err ignored;
	cleanup_fd int dir_fd = oci_store_find(s, id, &ignored);
	cleanup_fd int lock_fd = dir_fd < 0 ? -1 : oci_store_try_lock(dir_fd, &ignored);
	cleanup_arena struct arena *a = arena_new();
	struct oci_record record;

	if (lock_fd < 0)
		return dir_fd >= 0;
	if (oci_record_read(dir_fd, a, &record, &ignored) == 0)
		oci_groups_remove(&record, &ignored);
	oci_store_remove(s, id, &ignored);
	return 0;
}
