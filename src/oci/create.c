/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/create.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/file.h"
#include "oci/annotations.h"
#include "oci/delete.h"
#include "oci/environment.h"
#include "oci/finish_spec.h"
#include "oci/groups.h"
#include "oci/handover.h"
#include "oci/hook_run.h"
#include "oci/notify.h"
#include "oci/restore.h"
#include "oci/rootless.h"
#include "runtime/cgroup_control.h"
#include "runtime/status.h"

/*
 * The program finds them by two variables. The second one is a pid, and only a pid namespace of its own
 * makes that known before the process is.
 */
static void tell_of_sockets(const struct oci_create *r, struct oci_container *c)
{
	struct spec *s = &c->config.spec;
	char *variables[] = { arena_printf(c->arena, "LISTEN_FDS=%d", r->listening),
			      arena_strdup(c->arena, "LISTEN_PID=1") };

	if (r->listening && s->namespaces[NS_PID].mode == NS_MODE_NEW)
		s->process.env = oci_environment_with(s->process.env, variables, 2, c->arena);
}

/* What is done in the caller while the container's process waits or has work of its own. */
struct preparation {
	struct oci_container *container;
	struct cgroup *groups;
	const char *document;
	const char *noted; /* groups that the record names already */
	int hooks_began;
	/* Nobody sees it "created": by hooks, or since its start is another command. */
	int starts_at_once;
};

int oci_create_load(struct oci_create *r, const char *path, struct arena *a, struct err *e)
{
	cleanup_free char *text = NULL;

	if (!path)
		path = arena_printf(a, "%s/%s", r->bundle, OCI_CONFIG_FILE);
	text = fd_read_file(AT_FDCWD, path, OCI_CONFIG_BYTES_MAX, e);
	if (!text)
		return -1;
	r->document = arena_strdup(a, text);
	r->document_path = path;
	return 0;
}

int oci_create_parse(struct oci_create *r, struct arena *a, struct err *e)
{
	struct oci_config *c = arena_alloc(a, sizeof *c);

	if (oci_config_parse(r->document, strlen(r->document), a, c, e) < 0)
		return err_wrap(e, "%s", r->document_path);
	oci_config_resolve(c, r->bundle, a);
	c->spec.id = r->id;
	c->spec.rootfs.no_pivot = r->no_pivot;
	c->spec.process.new_keyring = !r->no_new_keyring;
	r->config = c;
	return 0;
}

static int check(const struct oci_create *r, const struct oci_container *c, struct err *e)
{
	const struct spec_process *p = &c->config.spec.process;

	if (oci_annotations_check(&c->config, e) < 0)
		return -1;
	if (!c->config.has_process)
		return err_set(e, ERR_INVALID,
			       "process: it is missing, and so there is nothing to run");
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

static struct oci_groups_making making(struct preparation *p)
{
	struct oci_container *c = p->container;

	return (struct oci_groups_making){ &c->config, &c->record, c->arena, c->dir_fd, &p->noted };
}

static int place(void *data, pid_t pid, const struct cgroup **ret, struct err *e)
{
	struct preparation *p = data;
	struct oci_container *c = p->container;
	const struct oci_groups_making m = making(p);

	if (oci_groups_place(&m, pid, &p->groups, e) < 0)
		return -1;
	*ret = p->groups;
	return oci_record_write(c->dir_fd, &c->record, e);
}

static int note_process(struct oci_container *c, pid_t pid, struct err *e)
{
	return process_identify(pid, &c->record.init, e) < 0
		       ? -1
		       : oci_record_write(c->dir_fd, &c->record, e);
}

/*
 * The document goes into our folder as it is: what was checked is what later commands read. It is there
 * before any hook and before the record has a process.
 */
static int meanwhile(void *data, pid_t pid, struct err *e)
{
	struct preparation *p = data;
	struct oci_container *c = p->container;
	const struct oci_groups_making m = making(p);

	if (file_replace(c->dir_fd, OCI_CONFIG_FILE, p->document, FILE_VOLATILE, e) < 0 ||
	    oci_groups_finish(&m, p->groups, e) < 0 || handover_join(c, pid, e) < 0)
		return -1;
	return p->starts_at_once ? note_process(c, pid, e) : 0;
}

static int prepared(void *data, pid_t pid, char *state, struct err *e)
{
	struct preparation *p = data;
	struct oci_container *c = p->container;
	const char *text;

	c->record.init.pid = pid;
	text = oci_container_state(c, OCI_CREATING, pid);
	if (state && strlen(text) < STATUS_TEXT_MAX)
		memcpy(state, text, strlen(text) + 1);
	p->hooks_began = 1;
	if (oci_hooks_run(c, HOOK_PRESTART, OCI_CREATING, pid, e) < 0)
		return -1;
	return oci_hooks_run(c, HOOK_CREATE_RUNTIME, OCI_CREATING, pid, e);
}

/* What is to hold for a process that CRIU makes holds for CRIU, and is inherited. */
static int adopt(void *data, pid_t criu, struct err *e)
{
	struct preparation *p = data;
	const struct cgroup *groups;

	if (oci_groups_need_process(&p->container->record)) {
		if (place(data, criu, &groups, e) < 0)
			return -1;
	} else if (p->groups && cgroup_join_process(p->groups, criu, e) < 0) {
		return -1;
	}
	return meanwhile(data, criu, e);
}

static int wants_prepared(const struct spec *s)
{
	return s->hooks.kinds[HOOK_PRESTART].n || s->hooks.kinds[HOOK_CREATE_RUNTIME].n ||
	       s->hooks.kinds[HOOK_CREATE_CONTAINER].n;
}

static int make_process(const struct oci_create *r, struct preparation *p,
			struct runtime_process *process, struct err *e)
{
	struct oci_container *c = p->container;
	const struct runtime_io io = { .stdio = { 0, 1, 2 }, .preserved = r->preserved };
	const struct runtime_events events = {
		.data = p,
		.place = oci_groups_need_process(&c->record) ? place : NULL,
		.prepared = wants_prepared(&c->config.spec) ? prepared : NULL,
		.meanwhile = meanwhile,
	};
	cleanup_fd int start_fd = r->by_start ? runtime_listen(c->dir_fd, OCI_START_SOCKET, e) : -1;
	const struct runtime_request request = {
		.spec = &c->config.spec,
		.cgroup = p->groups,
		.io = &io,
		.start_fd = start_fd,
		.outlives_caller = 1,
		.events = &events,
	};

	const struct oci_restoring restoring = {
		.options = r->restore,
		.container = c,
		.groups = &p->groups,
		.hooks_began = &p->hooks_began,
		.data = p,
		.adopt = adopt,
	};

	if ((r->by_start && start_fd < 0) || oci_hooks_open_output(c, e) < 0)
		return -1;
	return r->restore ? oci_restore_process(&restoring, process, e)
			  : runtime_create(&request, process, e);
}

/* What others are told: the record, then pid file and sockets. */
static int announce(const struct oci_create *r, struct preparation *p,
		    struct runtime_process *process, struct err *e)
{
	struct oci_container *c = p->container;
	const char *receiver = oci_annotation(&c->config, OCI_PIDFD_RECEIVER_ANNOTATION);
	const struct handover_targets targets = { r->console_socket, r->pidfd_socket ?: receiver,
						  r->pid_file };

	if (!p->starts_at_once && note_process(c, process->pid, e) < 0)
		return -1;
	return handover_announce(&targets, process, e);
}

/* What update begins with. */
static void note_limits(struct oci_container *c)
{
	const struct resources *r = &c->config.spec.resources;

	c->record.limits = (struct resources){
		.memory_bytes = r->memory_bytes,
		.memory_swap_bytes = r->memory_swap_bytes,
		.cpu_quota_usec = r->cpu_quota_usec,
		.cpu_period_usec = r->cpu_period_usec,
	};
}

/* Were exactly the groups made that were to be, and nothing else? */
static int is_noted(const struct preparation *p)
{
	const struct oci_record *record = &p->container->record;

	return p->noted && record->cgroup && !strcmp(p->noted, record->cgroup) &&
	       !record->rdt_group_made && !record->rdt_monitor_made;
}

static int make(const struct oci_create *r, struct preparation *p, struct runtime_process *process,
		struct err *e)
{
	struct oci_container *c = p->container;
	const struct oci_groups_making m = making(p);

	if (check(r, c, e) < 0 || oci_groups_check(&c->config, &c->record, e) < 0 ||
	    oci_rootless_enter(c, e) < 0 || oci_finish_spec(c, e) < 0)
		return -1;
	note_limits(c);
	p->starts_at_once = !r->by_start && !r->restore && !wants_prepared(&c->config.spec);
	/* From here on a killed create can be cleaned up by delete. */
	if (oci_groups_make(&m, &p->groups, e) < 0 || handover_begin(c, e) < 0)
		return -1;
	if (!is_noted(p) && oci_record_write(c->dir_fd, &c->record, e) < 0)
		return -1;
	if (make_process(r, p, process, e) < 0)
		return -1;
	return announce(r, p, process, e);
}

/* The same steps as a delete takes; the first error is the one to tell. */
static void undo(struct preparation *p, struct runtime_process *process)
{
	struct err ignored;

	if (process->pid > 0)
		runtime_abort(process);
	oci_container_dispose(p->container, p->hooks_began, &ignored);
}

int oci_create(const struct oci_create *r, struct arena *a, struct oci_container *ret,
	       struct runtime_process *process, struct err *e)
{
	cleanup_fd int lock_fd = -1;
	struct preparation p = { .container = ret, .document = r->document };
	int failed;

	*process = (struct runtime_process){ .pid_fd = -1, .status_fd = -1, .pty_fd = -1 };
	*ret = (struct oci_container){
		.store = r->store, .id = arena_strdup(a, r->id), .config = *r->config, .arena = a
	};
	tell_of_sockets(r, ret);
	ret->record = (struct oci_record){
		.bundle = r->bundle,
		.created_nsec = clock_now_nsec(),
		.manager = r->manager,
		.may_lack_groups = r->may_lack_groups,
		.owner = geteuid(),
	};
	ret->dir_fd = oci_store_claim(r->store, r->id, &lock_fd, e);
	if (ret->dir_fd < 0)
		return -1;
	failed = (r->notifies && oci_notify_prepare(ret, e) < 0) || make(r, &p, process, e) < 0;
	cgroup_close(p.groups);
	if (!failed)
		return 0;
	undo(&p, process);
	oci_container_close(ret);
	return -1;
}
