/* SPDX-License-Identifier: Apache-2.0 */
/* cale oci restore: a container from a bundle, and its processes from files that checkpoint made. */
#include "cli/door.h"
#include "cli/oci_criu_options.h"
#include "cli/oci_foreground.h"
#include "oci/delete.h"

#define STORE(field) OPTION_STORE(struct oci_criu_command, field)

static const struct option_row rows[] = {
	{ "detach", 'd', OPTION_SWITCH, NULL, "Leave it in the background", STORE(bundle.detach) },
	{ "lsm-mount-context", 0, OPTION_VALUE, "context", "SELinux context of its mounts",
	  STORE(criu.lsm_mount_context) },
	{ "lsm-profile", 0, OPTION_VALUE, "type:name",
	  "apparmor:PROFILE or selinux:LABEL instead of the saved one", STORE(criu.lsm_profile) },
	{ "no-subreaper", 0, OPTION_SWITCH, NULL, "Don't reap the container's orphans",
	  STORE(bundle.no_subreaper) },
	{},
};
static const struct option_row *const tables[] = { oci_bundle_rows, oci_criu_rows, rows, NULL };

static void warn(const struct err *e)
{
	door_warn("%s", e->text);
}

/* What the saved process has, or what would have been there when it was started. */
static int check(const struct oci_create *r, struct err *e)
{
	if (r->preserved || r->no_new_keyring)
		return err_set(e, ERR_USAGE,
			       "--preserve-fds and --no-new-keyring are for a program that starts, "
			       "and this one goes on");
	return 0;
}

static int restore(struct command_call *call, struct err *e)
{
	const struct oci_criu_command *o = call->options;
	cleanup_oci_store struct oci_store store = { .fd = -1 };
	cleanup_oci_container struct oci_container c = { .dir_fd = -1 };
	struct runtime_process process;
	struct criu_options criu;
	struct oci_create request;
	int code = 0, failed;

	if (oci_bundle_request(call, &store, &request, e) < 0 ||
	    oci_criu_request(call, &o->criu, &criu, e) < 0 || check(&request, e) < 0)
		return -1;
	request.detached = o->bundle.detach;
	request.restore = &criu;
	/* What was saved has none. */
	request.notifies = 0;
	if (!o->bundle.detach && oci_foreground_prepare(!o->bundle.no_subreaper, e) < 0)
		return -1;
	if (oci_create(&request, call->arena, &c, &process, e) < 0)
		return -1;
	failed = !o->bundle.detach && oci_foreground_wait(&process, &code, e) < 0;
	runtime_close(&process);
	if (!o->bundle.detach && oci_delete(&c, 1, warn, e) < 0)
		failed = 1;
	return failed ? -1 : code;
}

const struct command command_oci_restore = {
	.name = "oci restore",
	.section = SECTION_HIDDEN,
	.usage = "[OPTIONS] ID",
	.summary = "Make a container go on from files that checkpoint saved",
	.options = tables,
	.options_bytes = sizeof(struct oci_criu_command),
	.arguments_min = 1,
	.arguments_max = 1,
	.run = restore,
};
