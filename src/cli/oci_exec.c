/* SPDX-License-Identifier: Apache-2.0 */
/* cale oci exec: a further program in a container. */
#include "base/parse.h"
#include "cli/oci.h"
#include "cli/oci_foreground.h"
#include "oci/exec.h"

#define FAILURE_STATUS 255 /* runc's: what the program itself can't be told from otherwise */

struct exec_options {
	struct options_head head;
	const char *console_socket, *pidfd_socket, *pid_file, *cwd, *user, *process, *apparmor,
		*process_label, *preserve_fds, *no_new_privs;
	struct option_list env, caps, groups, cgroups;
	int tty, detach, ignore_paused;
};
#define STORE(field) OPTION_STORE(struct exec_options, field)

static const struct option_row rows[] = {
	{ "additional-gids", 'g', OPTION_LIST, "gid", "Additional group id", STORE(groups) },
	{ "apparmor", 0, OPTION_VALUE, "profile", "AppArmor profile of the program",
	  STORE(apparmor) },
	{ "cap", 'c', OPTION_LIST, "capability", "Capability that it has besides the container's",
	  STORE(caps) },
	{ "cgroup", 0, OPTION_LIST, "[ctrl:]path",
	  "Group below the container's own to run in; it exists already", STORE(cgroups) },
	{ "console-socket", 0, OPTION_VALUE, "path",
	  "Unix socket that gets the terminal's other end", STORE(console_socket) },
	{ "cwd", 0, OPTION_VALUE, "dir", "Folder in the container to start in", STORE(cwd) },
	{ "detach", 'd', OPTION_SWITCH, NULL, "Leave it in the background", STORE(detach) },
	{ "env", 'e', OPTION_LIST, "name=value", "Environment variable", STORE(env) },
	{ "ignore-paused", 0, OPTION_SWITCH, NULL, "Also in a paused container",
	  STORE(ignore_paused) },
	{ "no-new-privs", 0, OPTION_OPTIONAL, "bool", "Set no_new_privs, or with =false don't",
	  STORE(no_new_privs) },
	{ "pid-file", 0, OPTION_VALUE, "file", "Write the process id into this file",
	  STORE(pid_file) },
	{ "pidfd-socket", 0, OPTION_VALUE, "path",
	  "Unix socket that gets a descriptor of the process", STORE(pidfd_socket) },
	{ "preserve-fds", 0, OPTION_VALUE, "n",
	  "Pass on so many descriptors after 0, 1, 2 and $LISTEN_FDS", STORE(preserve_fds) },
	{ "process", 'p', OPTION_VALUE, "file", "process.json: what to run and how",
	  STORE(process) },
	{ "process-label", 0, OPTION_VALUE, "label", "SELinux label of the program",
	  STORE(process_label) },
	{ "tty", 't', OPTION_SWITCH, NULL, "Give the program a terminal", STORE(tty) },
	{ "user", 'u', OPTION_VALUE, "uid[:gid]", "Who runs it, in numbers", STORE(user) },
	{},
};
static const struct option_row *const tables[] = { rows, NULL };

static int make_request(const struct command_call *call, struct oci_exec *ret, struct err *e)
{
	const struct exec_options *o = call->options;

	*ret = (struct oci_exec){
		.process_file = o->process,
		.args = call->arguments + 1,
		.cwd = o->cwd,
		.user = o->user,
		.env = o->env.items,
		.n_env = o->env.n,
		.capabilities = o->caps.items,
		.n_capabilities = o->caps.n,
		.groups = o->groups.items,
		.n_groups = o->groups.n,
		.apparmor = o->apparmor,
		.selinux_label = o->process_label,
		.tty = o->tty,
		.cgroups = o->cgroups.items,
		.n_cgroups = o->cgroups.n,
		.ignore_paused = o->ignore_paused,
		.detached = o->detach,
		.console_socket = o->console_socket,
		.pid_file = o->pid_file,
		.pidfd_socket = o->pidfd_socket,
	};
	if (o->no_new_privs) {
		ret->has_no_new_privileges = ret->no_new_privileges = 1;
		if (*o->no_new_privs && parse_bool(o->no_new_privs, &ret->no_new_privileges, e) < 0)
			return err_wrap(e, "--no-new-privs");
	}
	return oci_preserved(o->preserve_fds, &ret->preserved, e);
}

static int exec(struct command_call *call, struct err *e)
{
	const struct exec_options *o = call->options;
	cleanup_oci_store struct oci_store store = { .fd = -1 };
	cleanup_oci_container struct oci_container c = { .dir_fd = -1 };
	struct runtime_process process;
	struct oci_exec request;
	int code = 0, failed;

	if (make_request(call, &request, e) < 0 ||
	    oci_open_joined(call, call->arguments[0], &store, &c, e) < 0)
		return -1;
	if (!o->detach && oci_foreground_prepare(0, e) < 0)
		return -1;
	if (oci_exec(&c, &request, &process, e) < 0)
		return err_wrap(e, "exec failed");
	failed = !o->detach && oci_foreground_wait(&process, &code, e) < 0;
	runtime_close(&process);
	return failed ? -1 : code;
}

const struct command command_oci_exec = {
	.name = "oci exec",
	.section = SECTION_HIDDEN,
	.usage = "[OPTIONS] ID COMMAND [ARG...]",
	.summary = "Run a further program in a container",
	.options = tables,
	.options_bytes = sizeof(struct exec_options),
	.arguments_min = 1,
	.arguments_max = ARGUMENTS_ANY,
	.stop_at_positional = 1,
	.failure_status = FAILURE_STATUS,
	.run = exec,
};
