/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/exec.h"

#include <unistd.h>

#include "oci/finish_spec.h"
#include "oci/handover.h"
#include "runtime/cgroup_control.h"


static int check_status(const struct oci_container *c, const struct oci_exec *r, struct err *e)
{
	enum oci_status status = oci_container_status(c);

	if (status == OCI_STOPPED || status == OCI_CREATING)
		return err_set(e, ERR_CONFLICT, "cannot exec in a %s container",
			       oci_status_name(status));
	if (status == OCI_PAUSED && !r->ignore_paused)
		return err_set(
			e, ERR_CONFLICT,
			"cannot exec in a paused container (use --ignore-paused to override)");
	return 0;
}

static int check_terminal(const struct spec_process *p, const struct oci_exec *r, struct err *e)
{
	if (p->terminal && r->detached && !r->console_socket)
		return err_set(e, ERR_USAGE,
			       "cannot allocate tty if the caller will detach without setting "
			       "--console-socket");
	if (r->console_socket && !(p->terminal && r->detached))
		return err_set(e, ERR_USAGE,
			       "cannot use --console-socket if the caller will not detach or "
			       "allocate a tty");
	return 0;
}

/* Those to join: the container's, or below them what --cgroup names. */
static int open_groups(const struct oci_container *c, const struct oci_exec *r, struct cgroup **ret,
		       struct err *e)
{
	const struct cgroup_join join = {
		.paths = (const char *const *)r->cgroups,
		.n = r->n_cgroups,
		.init = c->record.init.pid,
	};
	cleanup_cgroup struct cgroup *own = NULL;

	*ret = NULL;
	if (oci_container_groups(c, &own, e) < 0)
		return -1;
	if (!own && r->n_cgroups)
		return err_set(e, ERR_CONFLICT, "--cgroup: container %s has no cgroup", c->id);
	if (!own && (!c->record.cgroup || !*c->record.cgroup))
		return 0;
	/* They are gone when the first process, an init system say, has moved to others. */
	*ret = own ? cgroup_open_join(own, &join, e) : cgroup_open_process(join.init, e);
	return *ret ? 0 : -1;
}

int oci_exec(const struct oci_container *c, const struct oci_exec *r, struct runtime_process *ret,
	     struct err *e)
{
	const struct runtime_io io = { .stdio = { 0, 1, 2 }, .preserved = r->preserved };
	cleanup_cgroup struct cgroup *groups = NULL;
	const struct handover_targets targets = { r->console_socket, r->pidfd_socket, r->pid_file };
	cleanup_fd int target_fd = -1;
	struct spec spec = c->config.spec;
	struct runtime_exec run = {
		.spec = &spec,
		.outlives_caller = 1,
	};

	*ret = (struct runtime_process){ .pid_fd = -1, .status_fd = -1, .pty_fd = -1 };
	if (check_status(c, r, e) < 0 || oci_exec_plan(c, r, &spec.process, e) < 0 ||
	    check_terminal(&spec.process, r, e) < 0 || oci_finish_process(c, &spec.process, e) < 0)
		return -1;
	if (open_groups(c, r, &groups, e) < 0)
		return -1;
	run.target_fd = target_fd = oci_container_pidfd(c, e);
	if (target_fd < 0 || runtime_exec(&run, groups, &io, ret, e) < 0)
		return -1;
	if (handover_join(c, ret->pid, e) < 0 || handover_announce(&targets, ret, e) < 0 ||
	    handover_start(c, ret, ret->pid, NULL, e) < 0) {
		runtime_abort(ret);
		return -1;
	}
	return 0;
}
