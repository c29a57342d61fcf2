/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/exec.h"

#include <errno.h>
#include <unistd.h>

#include "oci/finish_spec.h"
#include "oci/handover.h"
#include "oci/privilege.h"
#include "oci/scope.h"
#include "runtime/exec.h"
#include "runtime/cgroup_control.h"
#include "runtime/namespaces_pass.h"

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
struct joining {
	const struct oci_container *container;
	struct cgroup *own, *groups; /* or NULL */
};

static void joining_end(struct joining *j)
{
	cgroup_close(j->own);
	cgroup_close(j->groups);
}

static int open_groups(const struct oci_exec *r, struct joining *j, struct err *e)
{
	const struct oci_container *c = j->container;
	const struct cgroup_join join = {
		.paths = (const char *const *)r->cgroups,
		.n = r->n_cgroups,
		.init = c->record.init.pid,
	};

	if (oci_container_groups(c, &j->own, e) < 0)
		return -1;
	if (!j->own && r->n_cgroups)
		return err_set(e, ERR_CONFLICT, "--cgroup: container %s has no cgroup", c->id);
	if (!j->own && (!c->record.cgroup || !*c->record.cgroup))
		return 0;
	/* They are gone when the first process, an init system say, has moved to others. */
	j->groups = j->own ? cgroup_open_join(j->own, &join, e) : cgroup_open_process(join.init, e);
	return j->groups ? 0 : -1;
}

/*
 * A user's session isn't in what their manager was given to divide: the kernel lets them move nobody
 * from there into a container, but the manager does it for them.
 */
static int place(void *data, pid_t pid, const struct cgroup **ret, struct err *e)
{
	const struct joining *j = data;
	cleanup_free char *below = NULL;

	*ret = NULL;
	if (cgroup_join_process(j->groups, pid, e) == 0)
		return 0;
	if (!j->own || (e->sys != EACCES && e->sys != EPERM))
		return -1;
	below = cgroup_path_below(j->own, j->groups, e);
	return below ? scope_move(&j->container->record, below, pid, e) : -1;
}

/* An ordinary user can't look into a process that waits for `start`, but ask it. */
static int ask_namespaces(const struct oci_container *c, struct namespaces *ret,
			  struct runtime_exec *run, struct err *e)
{
	struct runtime_process p;
	int failed;

	if (oci_is_privileged() || oci_container_status(c) != OCI_CREATED)
		return 0;
	if (runtime_connect(c->dir_fd, OCI_START_SOCKET, &p, e) < 0)
		return e->code == ERR_NOT_FOUND ? 0 : -1; /* it was started just now */
	failed = namespaces_ask(p.status_fd, ret, e);
	runtime_close(&p);
	run->namespaces = ret;
	return failed;
}

int oci_exec(const struct oci_container *c, const struct oci_exec *r, struct runtime_process *ret,
	     struct err *e)
{
	const struct runtime_io io = { .stdio = { 0, 1, 2 }, .preserved = r->preserved };
	__attribute__((__cleanup__(joining_end))) struct joining joining = { .container = c };
	const struct runtime_events events = { .data = &joining, .place = place };
	const struct handover_targets targets = { r->console_socket, r->pidfd_socket, r->pid_file };
	cleanup_by(namespaces_close) struct namespaces handed = NAMESPACES_NONE;
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
	if (open_groups(r, &joining, e) < 0 || ask_namespaces(c, &handed, &run, e) < 0)
		return -1;
	if (joining.groups && scope_is_users(&c->record))
		run.events = &events;
	run.target_fd = target_fd = oci_container_pidfd(c, e);
	if (target_fd < 0 ||
	    runtime_exec(&run, run.events ? NULL : joining.groups, &io, ret, e) < 0)
		return -1;
	if (handover_join(c, ret->pid, e) < 0 || handover_announce(&targets, ret, e) < 0 ||
	    handover_start(c, ret, ret->pid, NULL, e) < 0) {
		runtime_abort(ret);
		return -1;
	}
	return 0;
}
