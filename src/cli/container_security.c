/* SPDX-License-Identifier: Apache-2.0 */
/* Flags of run and create: what the container may do. */
#include <fcntl.h>
#include <string.h>

#include "base/fd.h"
#include "cli/container_options.h"
#include "confine/capability.h"
#include "engine/config_text.h"

#define STORE(field)	  OPTION_STORE(struct container_options, field)
#define PROFILE_BYTES_MAX (1 << 20)

static int push_capability(struct arena *a, char ***list, size_t *n, const char *canonical)
{
	if (!canonical)
		return -1;
	for (size_t i = 0; i < *n; i++) {
		if (!strcmp((*list)[i], canonical))
			return 0;
	}
	config_push(a, list, n, canonical);
	return 0;
}

static int add_capability(void *options, const char *value, struct err *e)
{
	struct container_options *o = options;

	return push_capability(o->head.arena, &o->config.cap_add, &o->config.n_cap_add,
			       capability_canonical(value, e));
}

static int drop_capability(void *options, const char *value, struct err *e)
{
	struct container_options *o = options;

	return push_capability(o->head.arena, &o->config.cap_drop, &o->config.n_cap_drop,
			       capability_canonical(value, e));
}

/* A profile's file is read now: later, it may have changed or be out of reach. */
static int read_profile(struct container_options *o, const char *path, struct err *e)
{
	cleanup_fd int fd = fd_open(AT_FDCWD, path, O_RDONLY, e);
	cleanup_free char *text = NULL;
	const char *begin;
	size_t n;

	if (fd < 0)
		return -1;
	text = fd_read_text(fd, PROFILE_BYTES_MAX, &n, e);
	if (!text)
		return -1;
	begin = text + strspn(text, " \t\r\n");
	if (*begin != '{' || strlen(text) != n)
		return err_set(e, ERR_USAGE, "is not a seccomp profile in JSON");
	o->config.security.seccomp = arena_strdup(o->head.arena, begin);
	o->config.security.seccomp_name = path;
	return 0;
}

static int add_security(void *options, const char *value, struct err *e)
{
	struct container_options *o = options;

	if (!strncmp(value, "seccomp", 7) && (value[7] == '=' || value[7] == ':') && value[8] &&
	    strcmp(value + 8, "unconfined") != 0 && strcmp(value + 8, "builtin") != 0)
		return read_profile(o, value + 8, e);
	return config_parse_security(o->head.arena, value, &o->config, e);
}

static int set_userns(void *options, const char *value, struct err *e)
{
	struct container_options *o = options;

	o->config.userns = *value ? value : NULL;
	return config_check_userns(value, e);
}

const struct option_row container_security_rows[] = {
	{ "cap-add", 0, OPTION_LIST, "list", "Capability to grant, or ALL", add_capability },
	{ "cap-drop", 0, OPTION_LIST, "list", "Capability to take away, or ALL", drop_capability },
	{ "privileged", 0, OPTION_SWITCH, NULL,
	  "Give away the protection of the host: all capabilities and devices, no user namespace",
	  STORE(config.privileged) },
	{ "read-only", 0, OPTION_SWITCH, NULL, "No writing to the root file system",
	  STORE(config.readonly_rootfs) },
	{ "security-opt", 0, OPTION_LIST, "list",
	  "seccomp=FILE|unconfined, no-new-privileges[=false], apparmor=NAME, label=…, "
	  "systempaths=unconfined",
	  add_security },
	{ "userns", 0, OPTION_VALUE, "string", "\"host\": no user namespace of its own",
	  set_userns },
	{},
};
