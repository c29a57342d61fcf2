/* SPDX-License-Identifier: Apache-2.0 */
/* Flags of run and create: what is mounted into the container. */
#include <stdlib.h>
#include <unistd.h>

#include "cli/container_options.h"
#include "engine/config_text.h"

typedef int mount_parser(const struct config_reader *r, const char *text, struct config_mount *ret,
			 struct err *e);

static int add_mount(struct container_options *o, mount_parser *parse, const char *value,
		     struct err *e)
{
	struct config_reader r = { o->head.arena, o->cwd };
	struct config_mount m;

	if (!r.cwd) {
		cleanup_free char *cwd = getcwd(NULL, 0);

		if (!cwd)
			return err_sys(e, "current folder");
		r.cwd = o->cwd = arena_strdup(o->head.arena, cwd);
	}
	if (o->config.n_mounts >= CONFIG_MOUNTS_MAX)
		return err_set(e, ERR_LIMIT, "more than %d mounts", CONFIG_MOUNTS_MAX);
	if (parse(&r, value, &m, e) < 0)
		return -1;
	ARENA_PUSH(o->head.arena, o->config.mounts, o->config.n_mounts) = m;
	return 0;
}

static int add_volume(void *options, const char *value, struct err *e)
{
	return add_mount(options, config_parse_volume, value, e);
}

static int add_any(void *options, const char *value, struct err *e)
{
	return add_mount(options, config_parse_mount, value, e);
}

static int add_tmpfs(void *options, const char *value, struct err *e)
{
	return add_mount(options, config_parse_tmpfs, value, e);
}

const struct option_row container_mount_rows[] = {
	{ "mount", 0, OPTION_LIST, "mount",
	  "Mount: type=bind|volume|tmpfs,source=…,target=…[,readonly…]", add_any },
	{ "tmpfs", 0, OPTION_LIST, "list", "Empty folder in memory: /run or /run:size=64m",
	  add_tmpfs },
	{ "volume", 'v', OPTION_LIST, "list",
	  "Volume or folder of the host: name:/data, ./src:/src:ro,noexec", add_volume },
	{},
};
