/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/oci_bundle_options.h"

#include <stdlib.h>

#define STORE(field) OPTION_STORE(struct oci_bundle_options, field)

const struct option_row oci_bundle_rows[] = {
	{ "bundle", 'b', OPTION_VALUE, "dir", "Folder of the bundle (default: where we are)",
	  STORE(bundle) },
	{ "config", 'f', OPTION_VALUE, "file", "Another file than the bundle's config.json",
	  STORE(config) },
	{ "console-socket", 0, OPTION_VALUE, "path",
	  "Unix socket that gets the terminal's other end", STORE(console_socket) },
	{ "no-new-keyring", 0, OPTION_SWITCH, NULL,
	  "Let the program have the caller's session keyring", STORE(no_new_keyring) },
	{ "no-pivot", 0, OPTION_SWITCH, NULL,
	  "Don't use pivot_root, for a root file system on a ramfs", STORE(no_pivot) },
	{ "pid-file", 0, OPTION_VALUE, "file", "Write the process id into this file",
	  STORE(pid_file) },
	{ "pidfd-socket", 0, OPTION_VALUE, "path",
	  "Unix socket that gets a descriptor of the process", STORE(pidfd_socket) },
	{ "preserve-fds", 0, OPTION_VALUE, "n",
	  "Pass on so many descriptors after 0, 1, 2 and $LISTEN_FDS", STORE(preserve_fds) },
	{},
};

int oci_bundle_request(const struct command_call *call, struct oci_store *store,
		       struct oci_create *ret, struct err *e)
{
	const struct oci_bundle_options *o = call->options;

	*ret = (struct oci_create){
		.store = store,
		.id = call->arguments[0],
		.bundle = oci_absolute(call, o->bundle ?: ""),
		.pid_file = o->pid_file,
		.console_socket = o->console_socket,
		.pidfd_socket = o->pidfd_socket,
		.notifies = (getenv("NOTIFY_SOCKET") ?: "")[0] != '\0',
		.no_pivot = o->no_pivot,
		.no_new_keyring = o->no_new_keyring,
	};
	if (oci_listening(&ret->listening, e) < 0 ||
	    oci_preserved(o->preserve_fds, &ret->preserved, e) < 0 ||
	    oci_manager(call->oci, &ret->manager, e) < 0 ||
	    oci_may_lack_groups(call, &ret->may_lack_groups, e) < 0 || oci_id_check(ret->id, e) < 0)
		return -1;
	if (oci_create_load(ret, o->config, call->arena, e) < 0 ||
	    oci_protect_from_document(call, ret->document, e) < 0 ||
	    oci_create_parse(ret, call->arena, e) < 0 || oci_protect_from(call, ret->config, e) < 0)
		return -1;
	return oci_open_store(call, 1, store, e);
}
