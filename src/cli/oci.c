/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/oci.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/parse.h"
#include "base/self.h"
#include "cli/door.h"
#include "oci/own_file.h"
#include "oci/privilege.h"

#define PRESERVED_MAX 4096

static const struct option_row rows[] = {
	{ "cgroup-manager", 0, OPTION_VALUE, "string",
	  "Who makes cgroups: cgroupfs (default), systemd or disabled",
	  OPTION_STORE(struct oci_globals, cgroup_manager) },
	{ "debug", 0, OPTION_SWITCH, NULL, "Say more about what is done, in the log",
	  OPTION_STORE(struct oci_globals, debug) },
	{ "log", 0, OPTION_VALUE, "file", "Write errors and warnings into this file, too",
	  OPTION_STORE(struct oci_globals, log) },
	{ "log-format", 0, OPTION_VALUE, "string", "Format of the log: text (default) or json",
	  OPTION_STORE(struct oci_globals, log_format) },
	{ "root", 0, OPTION_VALUE, "dir",
	  "Folder of the containers' state (default /run/cale-oci or $XDG_RUNTIME_DIR/cale-oci)",
	  OPTION_STORE(struct oci_globals, root) },
	{ "rootless", 0, OPTION_VALUE, "string",
	  "Run without cgroups where none can be made: true, false or auto (default)",
	  OPTION_STORE(struct oci_globals, rootless) },
	{ "systemd-cgroup", 0, OPTION_SWITCH, NULL,
	  "Let systemd make cgroups; cgroupsPath is slice:prefix:name then",
	  OPTION_STORE(struct oci_globals, systemd_cgroup) },
	{ "version", 'v', OPTION_SWITCH, NULL, "Show versions and features",
	  OPTION_STORE(struct oci_globals, version) },
	{},
};
const struct option_row *const oci_global_options[] = { rows, NULL };

int oci_manager(const struct oci_globals *g, const char **ret, struct err *e)
{
	static const char *const managers[] = { "cgroupfs", "systemd", "disabled" };
	const char *asked = g->cgroup_manager;

	*ret = g->systemd_cgroup ? "systemd" : "cgroupfs";
	for (size_t i = 0; asked && i < ARRAY_SIZE(managers); i++) {
		if (!strcmp(asked, managers[i])) {
			*ret = managers[i];
			return 0;
		}
	}
	if (asked)
		return err_set(e, ERR_USAGE,
			       "--cgroup-manager: \"%s\": cgroupfs, systemd or disabled", asked);
	return 0;
}

int oci_may_lack_groups(const struct command_call *call, int *ret, struct err *e)
{
	const char *asked = call->oci->rootless;

	*ret = geteuid() != 0 || !oci_is_initial_user_namespace();
	if (!asked || !strcmp(asked, "auto"))
		return 0;
	return parse_bool(asked, ret, e) < 0 ? err_wrap(e, "--rootless") : 0;
}

int oci_open_store(const struct command_call *call, int make, struct oci_store *ret, struct err *e)
{
	return oci_store_open(call->oci->root, make, call->arena, ret, e);
}

int oci_open_container(const struct command_call *call, struct oci_store *store,
		       struct oci_container *ret, struct err *e)
{
	if (oci_open_store(call, 0, store, e) < 0)
		return -1;
	return oci_container_open(store, call->arguments[0], call->arena, ret, e);
}

const char *oci_absolute(const struct command_call *call, const char *path)
{
	char cwd[PATH_MAX];

	if (!path || *path == '/' || !getcwd(cwd, sizeof cwd))
		return path;
	return *path ? arena_printf(call->arena, "%s/%s", cwd, path)
		     : arena_strdup(call->arena, cwd);
}

/* Goes on from a file that no container can write to. */
static int seal(const struct command_call *call, struct err *e)
{
	cleanup_oci_store struct oci_store store = { .fd = -1 };

	return oci_open_store(call, 1, &store, e) < 0 ? -1 : self_seal_overlay(store.fd, e);
}

int oci_protect_from_document(const struct command_call *call, const char *document, struct err *e)
{
	return oci_own_file_may_be_apart(document) || !self_is_exposed() ? 0 : seal(call, e);
}

int oci_protect_from(const struct command_call *call, const struct oci_config *c, struct err *e)
{
	return oci_own_file_is_apart(c) || !self_is_exposed() ? 0 : seal(call, e);
}

int oci_open_joined(const struct command_call *call, const char *id, struct oci_store *store,
		    struct oci_container *ret, struct err *e)
{
	cleanup_free char *document = NULL;

	if (oci_open_store(call, 0, store, e) < 0)
		return -1;
	document = oci_container_document(store, id, e);
	if (!document || oci_protect_from_document(call, document, e) < 0 ||
	    oci_container_open(store, id, call->arena, ret, e) < 0)
		return -1;
	return oci_protect_from(call, &ret->config, e);
}

char *oci_read_document(const char *path, size_t *ret_bytes, struct err *e)
{
	cleanup_fd int file_fd = -1;

	if (!strcmp(path, "-"))
		return fd_read_text(STDIN_FILENO, OCI_CONFIG_BYTES_MAX, ret_bytes, e);
	file_fd = fd_open(AT_FDCWD, path, O_RDONLY, e);
	return file_fd < 0 ? NULL : fd_read_text(file_fd, OCI_CONFIG_BYTES_MAX, ret_bytes, e);
}

void oci_warn(const struct command_call *call, const char *message)
{
	door_warn("%s", message);
	oci_log_write(call->oci->log_file, OCI_LOG_WARNING, message);
}

void oci_warn_of(const struct command_call *call, const struct oci_container *c)
{
	for (size_t i = 0; i < c->n_warnings; i++)
		oci_warn(call, c->warnings[i]);
}

int oci_listening(int *ret, struct err *e)
{
	const char *listen = getenv("LISTEN_FDS");
	uint64_t n = 0;

	if (listen && *listen && parse_uint(listen, PRESERVED_MAX, &n, e) < 0)
		return err_wrap(e, "LISTEN_FDS");
	*ret = (int)n;
	return 0;
}

int oci_preserved(const char *option, int *ret, struct err *e)
{
	uint64_t asked = 0;
	int listening;

	if (option && parse_uint(option, PRESERVED_MAX, &asked, e) < 0)
		return err_wrap(e, "--preserve-fds");
	if (oci_listening(&listening, e) < 0)
		return -1;
	*ret = (int)asked + listening;
	for (int fd = 3 + listening; fd < 3 + *ret; fd++) {
		if (fcntl(fd, F_GETFD) < 0)
			return err_set(e, ERR_USAGE, "--preserve-fds: descriptor %d isn't open",
				       fd);
	}
	return 0;
}
