/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/start.h"

#include <unistd.h>

#include "oci/handover.h"
#include "oci/hook_run.h"
#include "oci/kill.h"

int oci_start_process(struct oci_container *c, struct runtime_process *process, struct err *e)
{
	const struct spec_hooks *hooks = &c->config.spec.hooks;
	pid_t pid = c->record.init.pid;
	const char *state = hooks->kinds[HOOK_START_CONTAINER].n
				    ? oci_container_state(c, OCI_CREATED, pid)
				    : NULL;
	struct err ignored;

	if (handover_start(c, process, pid, state, e) < 0)
		return -1;
	if (oci_hooks_run(c, HOOK_POSTSTART, OCI_RUNNING, pid, e) == 0)
		return 0;
	oci_kill_all(c, process->pid_fd, &ignored);
	return -1;
}

static int refuse(const struct oci_container *c, enum oci_status status, struct err *e)
{
	if (status == OCI_STOPPED)
		return err_set(e, ERR_CONFLICT, "cannot start a container that has stopped: %s",
			       c->id);
	if (status == OCI_RUNNING)
		return err_set(e, ERR_CONFLICT, "cannot start an already running container: %s",
			       c->id);
	return err_set(e, ERR_CONFLICT, "cannot start a container in the %s state: %s",
		       oci_status_name(status), c->id);
}

int oci_start(struct oci_container *c, struct err *e)
{
	cleanup_fd int lock_fd = oci_store_lock(c->dir_fd, e);
	struct runtime_process process;
	enum oci_status status;
	int failed;

	if (lock_fd < 0)
		return -1;
	status = oci_container_status(c);
	if (status != OCI_CREATED)
		return refuse(c, status, e);
	if (runtime_connect(c->dir_fd, OCI_START_SOCKET, &process, e) < 0)
		return -1;
	process.pid_fd = oci_container_pidfd(c, e);
	if (process.pid_fd < 0) {
		runtime_close(&process);
		return -1;
	}
	failed = oci_start_process(c, &process, e);
	unlinkat(c->dir_fd, OCI_START_SOCKET, 0);
	runtime_close(&process);
	return failed;
}
