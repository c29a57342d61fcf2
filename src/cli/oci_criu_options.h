/* SPDX-License-Identifier: Apache-2.0 */
/* The options that `oci checkpoint` and `oci restore` share. */
#pragma once

#include "cli/oci_bundle_options.h"
#include "oci/criu.h"

struct oci_criu_options {
	const char *image_path, *work_path, *parent_path, *page_server, *cgroups_mode, *status_fd,
		*lsm_profile, *lsm_mount_context;
	struct option_list empty_ns;
	int leave_running, tcp_established, tcp_skip_in_flight, ext_unix_sk, shell_job, lazy_pages,
		file_locks, pre_dump, auto_dedup, link_remap;
};

/* What both commands fill in: for oci_criu_rows to be a table of both. */
struct oci_criu_command {
	struct oci_bundle_options bundle; /* restore's, but for the head, which every command has */
	struct oci_criu_options criu;
};
extern const struct option_row oci_criu_rows[];

int oci_criu_request(const struct command_call *call, const struct oci_criu_options *o,
		     struct criu_options *ret, struct err *e);
