/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/oci_criu_options.h"

#include <fcntl.h>

#include "base/parse.h"

#define DEFAULT_PATH "checkpoint"
#define STORE(field) OPTION_STORE(struct oci_criu_command, criu.field)

const struct option_row oci_criu_rows[] = {
	{ "auto-dedup", 0, OPTION_SWITCH, NULL, "Drop saved memory that a later image repeats",
	  STORE(auto_dedup) },
	{ "empty-ns", 0, OPTION_LIST, "namespace", "Only network, which is always made anew",
	  STORE(empty_ns) },
	{ "ext-unix-sk", 0, OPTION_SWITCH, NULL, "Allow Unix sockets that lead outside",
	  STORE(ext_unix_sk) },
	{ "file-locks", 0, OPTION_SWITCH, NULL, "Allow locks on files", STORE(file_locks) },
	{ "image-path", 0, OPTION_VALUE, "dir", "Folder of the images (default ./checkpoint)",
	  STORE(image_path) },
	{ "lazy-pages", 0, OPTION_SWITCH, NULL, "Memory is fetched when it is used",
	  STORE(lazy_pages) },
	{ "manage-cgroups-mode", 0, OPTION_VALUE, "mode", "soft, full, strict or ignore",
	  STORE(cgroups_mode) },
	{ "shell-job", 0, OPTION_SWITCH, NULL, "Allow a terminal of the caller", STORE(shell_job) },
	{ "tcp-established", 0, OPTION_SWITCH, NULL, "Allow open TCP connections",
	  STORE(tcp_established) },
	{ "work-path", 0, OPTION_VALUE, "dir", "Folder of criu's log (default: the images')",
	  STORE(work_path) },
	{},
};

static int read_status_fd(const char *text, int *ret, struct err *e)
{
	uint64_t fd;
	int flags;

	*ret = -1;
	if (!text)
		return 0;
	if (parse_uint(text, INT32_MAX, &fd, e) < 0)
		return err_wrap(e, "--status-fd");
	flags = fcntl((int)fd, F_GETFL);
	if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY)
		return err_set(e, ERR_USAGE, "--status-fd: %s isn't open for writing", text);
	*ret = (int)fd;
	return 0;
}

int oci_criu_request(const struct command_call *call, const struct oci_criu_options *o,
		     struct criu_options *ret, struct err *e)
{
	*ret = (struct criu_options){
		.image_path = oci_absolute(call, o->image_path ?: DEFAULT_PATH),
		.work_path = oci_absolute(call, o->work_path),
		.parent_path = o->parent_path,
		.page_server = o->page_server,
		.cgroups_mode = o->cgroups_mode,
		.lsm_profile = o->lsm_profile,
		.lsm_mount_context = o->lsm_mount_context,
		.empty_ns = o->empty_ns.items,
		.n_empty_ns = o->empty_ns.n,
		.leave_running = o->leave_running,
		.tcp_established = o->tcp_established,
		.tcp_skip_in_flight = o->tcp_skip_in_flight,
		.ext_unix_sk = o->ext_unix_sk,
		.shell_job = o->shell_job,
		.lazy_pages = o->lazy_pages,
		.file_locks = o->file_locks,
		.pre_dump = o->pre_dump,
		.auto_dedup = o->auto_dedup,
		.link_remap = o->link_remap,
	};
	return read_status_fd(o->status_fd, &ret->status_fd, e);
}
