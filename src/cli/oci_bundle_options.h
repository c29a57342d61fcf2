/* SPDX-License-Identifier: Apache-2.0 */
/* The options that `oci create`, `oci run` and `oci restore` share. */
#pragma once

#include "cli/oci.h"
#include "oci/create.h"

struct oci_bundle_options {
	struct options_head head;
	const char *bundle, *config, *pid_file, *console_socket, *pidfd_socket, *preserve_fds;
	int no_pivot, no_new_keyring;
	int detach, keep, no_subreaper; /* run's */
};
extern const struct option_row oci_bundle_rows[];

/* Everything but what the command itself decides (detached, by_start). */
int oci_bundle_request(const struct command_call *call, struct oci_store *store,
		       struct oci_create *ret, struct err *e);
