/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/start.h"

#include <unistd.h>

#include "base/fd.h"
#include "oci/delete.h"
#include "oci/handover.h"
#include "oci/hook_run.h"
#include "oci/kill.h"

static int start_program(struct oci_container *c, struct runtime_process *process, struct err *e)
{
	const struct spec_hooks *hooks = &c->config.spec.hooks;
	pid_t pid = c->record.init.pid;
	const char *state = hooks->kinds[HOOK_START_CONTAINER].n
				    ? oci_container_state(c, OCI_CREATED, pid)
				    : NULL;

	return handover_start(c, process, pid, state, e);
}

/* runtime.md "Lifecycle" 8: one that fails is an error, and the end of the container. */
static int run_poststart(struct oci_container *c, const struct runtime_process *process,
			 struct err *e)
{
	struct err ignored;

	if (oci_hooks_open_output(c, e) == 0 &&
	    oci_hooks_run(c, HOOK_POSTSTART, OCI_RUNNING, c->record.init.pid, e) == 0)
		return 0;
	oci_kill_all(c, process->pid_fd, &ignored);
	return -1;
}

int oci_start_process(struct oci_container *c, struct runtime_process *process, struct err *e)
{
	return start_program(c, process, e) < 0 ? -1 : run_poststart(c, process, e);
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

int oci_start(struct oci_container *c, const char *notify_address, struct oci_notify *notify,
	      struct err *e)
{
	cleanup_fd int lock_fd = oci_store_lock(c->dir_fd, e);
	struct runtime_process process;
	struct err ignored;
	enum oci_status status;
	int failed, unwanted;

	if (lock_fd < 0)
		return -1;
	status = oci_container_status(c);
	if (status != OCI_CREATED)
		return refuse(c, status, e);
	if (runtime_connect(c->dir_fd, OCI_START_SOCKET, &process, e) < 0)
		return -1;
	process.pid_fd = oci_container_pidfd(c, e);
	if (process.pid_fd < 0 || oci_notify_open(c, notify_address, notify, e) < 0) {
		runtime_close(&process);
		return -1;
	}
	failed = start_program(c, &process, e);
	unlinkat(c->dir_fd, OCI_START_SOCKET, 0);
	unwanted = !failed && run_poststart(c, &process, e) < 0;
	runtime_close(&process);
	close(take_fd(&lock_fd));
	if (unwanted)
		oci_delete(c, 1, NULL, &ignored);
	return failed || unwanted ? -1 : 0;
}
