/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/monitor_runtime.h"

#include "base/mem.h"
#include "runtime/cgroup_control.h"

static int create(void *data, const struct runtime_io *io, struct runtime_process *ret,
		  struct err *e)
{
	struct monitor_runtime_data *d = data;

	if (d->spec->cgroup) {
		d->cgroup = cgroup_create(d->spec->cgroup, &d->spec->resources, e);
		if (!d->cgroup)
			return -1;
	}
	return runtime_create(&(struct runtime_request){ d->spec, d->cgroup, io, -1, 0, NULL }, ret,
			      e);
}

static int start(void *data, struct runtime_process *process, struct err *e)
{
	(void)data;
	return runtime_start(process, NULL, e);
}

static void abort_process(void *data, struct runtime_process *process)
{
	(void)data;
	runtime_abort(process);
}

static int was_oom_killed(void *data)
{
	struct monitor_runtime_data *d = data;
	struct err ignored;
	uint64_t n = 0;

	return d->cgroup && cgroup_oom_kills(d->cgroup, &n, &ignored) == 0 && n > 0;
}

/* What can't be removed now is left for the sweep of the next command. */
static void finish(void *data)
{
	struct monitor_runtime_data *d = data;
	struct err ignored;

	if (!d->cgroup)
		return;
	cgroup_kill(d->cgroup, &ignored);
	cgroup_remove(d->cgroup, &ignored);
	cgroup_close(take_ptr(d->cgroup));
}

const struct monitor_runtime *monitor_runtime_get(void)
{
	static const struct monitor_runtime real = {
		.create = create,
		.start = start,
		.abort = abort_process,
		.was_oom_killed = was_oom_killed,
		.finish = finish,
	};

	return &real;
}
