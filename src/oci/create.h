/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a bundle to a container whose process waits to be started: OCI runtime specification 1.3,
 * runtime.md "Create" and "Lifecycle" steps 2 to 5. On failure nothing is left, and the poststop
 * hooks have run if others had.
 */
#pragma once

#include "oci/container.h"
#include "runtime/runtime.h"

struct criu_options;

struct oci_create {
	const struct oci_store *store;
	const char *id;
	const char *bundle;   /* absolute */
	const char *document; /* config.json's text, of oci_create_load() */
	const char *document_path;
	const struct oci_config *config; /* the same, parsed */
	const char *manager;		 /* of cgroups, see groups.h */
	const char *pid_file;		 /* or NULL, as the two sockets */
	const char *console_socket;	 /* gets the terminal */
	const char *pidfd_socket;	 /* gets a pidfd of the process */
	int preserved;			 /* descriptors from 3 on that the program keeps */
	int listening;			 /* how many of them are systemd's, sd_listen_fds(3) */
	int notifies;			 /* the caller has a NOTIFY_SOCKET: see notify.h */
	int no_pivot, no_new_keyring;
	int may_lack_groups; /* as in struct oci_record */
	int detached; /* nobody stays to hold the terminal: a console socket is needed for one */
	const struct criu_options
		*restore; /* the process comes from there and runs at once; or NULL */
	int by_start;	  /* create: a later `start` starts it; run: the caller does */
};

/* Reads the document: `path`, or the bundle's where that is NULL. Needs `bundle`. */
int oci_create_load(struct oci_create *r, const char *path, struct arena *a, struct err *e);
/* Then parses it. */
int oci_create_parse(struct oci_create *r, struct arena *a, struct err *e);
/*
 * `ret` is open and the caller's to close; `process` has the pid, and what runtime_start() needs
 * when the caller starts it. Its pty_fd is -1 when the terminal went to a console socket.
 */
int oci_create(const struct oci_create *request, struct arena *a, struct oci_container *ret,
	       struct runtime_process *process, struct err *e);
