/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `cale oci`, also called as `cale-oci`: an OCI runtime as containerd, CRI-O, Podman, Docker and
 * BuildKit call it, with runc's commands, options, output and exit codes. What its commands have in
 * common.
 */
#pragma once

#include "cli/command.h"
#include "cli/oci_log.h"
#include "oci/container.h"

/* What stands before the command: `cale oci --root DIR create …`. */
struct oci_globals {
	struct options_head head;
	const char *root, *log, *log_format, *cgroup_manager, *rootless;
	int debug, systemd_cgroup, version;
	const struct oci_log *log_file;
};
extern const struct option_row *const oci_global_options[];

/* `oci` and what follows, as words of argv: finds the command and runs it. The exit status. */
int oci_dispatch(const struct command_globals *globals, char **argv);

/* --rootless: are groups that can't be made no error? *ret for auto: for who isn't the host's root. */
int oci_may_lack_groups(const struct command_call *call, int *ret, struct err *e);
/* "cgroupfs", "systemd", "disabled". */
int oci_manager(const struct oci_globals *g, const char **ret, struct err *e);
int oci_open_store(const struct command_call *call, int make, struct oci_store *ret, struct err *e);
#define cleanup_oci_store __attribute__((__cleanup__(oci_store_close)))
/* The container that the first argument names, and its store, which the caller closes. */
int oci_open_container(const struct command_call *call, struct oci_store *store,
		       struct oci_container *ret, struct err *e);
/* The absolute form of a path that is relative to where we are. */
const char *oci_absolute(const struct command_call *call, const char *path);
/*
 * Goes on as a sealed copy where a container of this document could write to our own file (oci/own_file.h).
 * Before anything else is done: first with its text, then with what was parsed from that.
 */
int oci_protect_from_document(const struct command_call *call, const char *document, struct err *e);
int oci_protect_from(const struct command_call *call, const struct oci_config *c, struct err *e);
/* The container `id`, for what puts a process into it, and its store; protected from it. */
int oci_open_joined(const struct command_call *call, const char *id, struct oci_store *store,
		    struct oci_container *ret, struct err *e);
/* A JSON document that an option or argument names, "-" for standard input; the caller frees it. */
char *oci_read_document(const char *path, size_t *ret_bytes, struct err *e);
/* On standard error and in the log. */
void oci_warn(const struct command_call *call, const char *message);
/* What create has passed over. */
void oci_warn_of(const struct command_call *call, const struct oci_container *c);
/* $LISTEN_FDS: how many sockets systemd hands over, sd_listen_fds(3). */
int oci_listening(int *ret, struct err *e);
/* --preserve-fds: how many descriptors after those there are; they must be open. */
int oci_preserved(const char *option, int *ret, struct err *e);
