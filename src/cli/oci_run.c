/* SPDX-License-Identifier: Apache-2.0 */
/* cale oci run: create and start in one; stays until the program ends unless it is detached. */
#include <stdlib.h>

#include "cli/door.h"
#include "cli/oci_bundle_options.h"
#include "cli/oci_foreground.h"
#include "oci/delete.h"
#include "oci/notify.h"
#include "oci/start.h"

#define STORE(field) OPTION_STORE(struct oci_bundle_options, field)

static const struct option_row rows[] = {
	{ "detach", 'd', OPTION_SWITCH, NULL, "Leave it in the background", STORE(detach) },
	{ "keep", 0, OPTION_SWITCH, NULL, "Don't delete the container when it has ended",
	  STORE(keep) },
	{ "no-subreaper", 0, OPTION_SWITCH, NULL, "Don't reap the container's orphans",
	  STORE(no_subreaper) },
	{},
};
static const struct option_row *const tables[] = { oci_bundle_rows, rows, NULL };

static void warn(const struct err *e)
{
	door_warn("%s", e->text);
}

static int run_created(const struct oci_bundle_options *o, struct oci_container *c,
		       struct runtime_process *process, int *ret_exit_code, struct err *e)
{
	cleanup_oci_notify struct oci_notify notify = OCI_NOTIFY_NONE;

	*ret_exit_code = 0;
	if (oci_notify_open(c, getenv("NOTIFY_SOCKET"), &notify, e) < 0 ||
	    oci_start_process(c, process, e) < 0)
		return -1;
	if (o->detach)
		return oci_notify_await(&notify, e);
	return oci_notify_begin(&notify, e) < 0 ? -1
						: oci_foreground_wait(process, ret_exit_code, e);
}

static int run(struct command_call *call, struct err *e)
{
	const struct oci_bundle_options *o = call->options;
	cleanup_oci_store struct oci_store store = { .fd = -1 };
	cleanup_oci_container struct oci_container c = { .dir_fd = -1 };
	struct runtime_process process;
	struct oci_create request;
	struct err ignored;
	int code, failed;

	if (oci_bundle_request(call, &store, &request, e) < 0)
		return -1;
	request.detached = o->detach;
	if (!o->detach && oci_foreground_prepare(!o->no_subreaper, e) < 0)
		return -1;
	if (oci_create(&request, call->arena, &c, &process, e) < 0)
		return -1;
	oci_warn_of(call, &c);
	failed = run_created(o, &c, &process, &code, e) < 0;
	runtime_close(&process);
	if ((failed || !o->detach) && !o->keep &&
	    oci_delete(&c, 1, warn, failed ? &ignored : e) < 0)
		failed = 1;
	return failed ? -1 : code;
}

const struct command command_oci_run = {
	.name = "oci run",
	.section = SECTION_HIDDEN,
	.usage = "[OPTIONS] ID",
	.summary = "Create and start a container from a bundle",
	.options = tables,
	.options_bytes = sizeof(struct oci_bundle_options),
	.arguments_min = 1,
	.arguments_max = 1,
	.run = run,
};
