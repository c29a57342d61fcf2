/* SPDX-License-Identifier: Apache-2.0 */
/* Mount options in the forms that fsconfig(2) and mount(2) take. Pure. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>

#include "base/mem.h"
#include "base/parse.h"
#include "runtime/tree.h"

int tree_add_option(struct tree_options *options, const char *option, struct err *e)
{
	if (options->n == TREE_OPTIONS_MAX)
		return err_set(e, ERR_LIMIT, "more than %d mount options", TREE_OPTIONS_MAX);
	options->list[options->n++] = option;
	options->list[options->n] = NULL;
	return 0;
}

/* Owners in options are the container's ids; the kernel reads them as the caller's. */
static int map_owner(const struct child *c, const char **option, struct tree_options *ret,
		     struct err *e)
{
	int is_gid = !strncmp(*option, "gid=", 4);
	uint64_t id;
	int64_t outside;

	if (!c->holder || (!is_gid && strncmp(*option, "uid=", 4)))
		return 0;
	if (parse_uint(*option + 4, UINT32_MAX, &id, e) < 0)
		return -1;
	outside = holder_outside(c->holder, is_gid ? ID_MAP_GROUPS : ID_MAP_USERS, (uint32_t)id);
	if (outside < 0 || ret->n_ids == ARRAY_SIZE(ret->ids))
		return err_set(e, ERR_USAGE, "mount option %s: no such id in the container",
			       *option);
	snprintf(ret->ids[ret->n_ids], sizeof ret->ids[0], "%cid=%" PRId64, is_gid ? 'g' : 'u',
		 outside);
	*option = ret->ids[ret->n_ids++];
	return 0;
}

int tree_map_options(const struct child *c, const struct spec_mount *m, struct tree_options *ret,
		     struct err *e)
{
	ret->n = ret->n_ids = 0;
	ret->list[0] = NULL;
	for (size_t i = 0; m->options && m->options[i]; i++) {
		const char *option = m->options[i];

		if (map_owner(c, &option, ret, e) < 0 || tree_add_option(ret, option, e) < 0)
			return -1;
	}
	return 0;
}

int tree_has_option(const struct tree_options *options, const char *key)
{
	size_t n = strlen(key);

	for (size_t i = 0; i < options->n; i++) {
		if (!strncmp(options->list[i], key, n) && options->list[i][n] == '=')
			return 1;
	}
	return 0;
}

int tree_join_options(const struct tree_options *options, char data[TREE_DATA_MAX], struct err *e)
{
	size_t used = 0;

	data[0] = '\0';
	for (size_t i = 0; i < options->n; i++) {
		used += (size_t)snprintf(data + used, TREE_DATA_MAX - used, "%s%s", i ? "," : "",
					 options->list[i]);
		if (used >= TREE_DATA_MAX)
			return err_set(e, ERR_LIMIT, "mount options longer than %d bytes",
				       TREE_DATA_MAX - 1);
	}
	return 0;
}

unsigned long tree_mount_flags(uint64_t attributes)
{
	static const struct {
		uint64_t attribute;
		unsigned long flag;
	} rows[] = {
		{ MOUNT_ATTR_RDONLY, MS_RDONLY },
		{ MOUNT_ATTR_NOSUID, MS_NOSUID },
		{ MOUNT_ATTR_NODEV, MS_NODEV },
		{ MOUNT_ATTR_NOEXEC, MS_NOEXEC },
		{ MOUNT_ATTR_NOATIME, MS_NOATIME },
		{ MOUNT_ATTR_STRICTATIME, MS_STRICTATIME },
		{ MOUNT_ATTR_NODIRATIME, MS_NODIRATIME },
		{ MOUNT_ATTR_NOSYMFOLLOW, MS_NOSYMFOLLOW },
	};
	unsigned long flags = 0;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (attributes & rows[i].attribute)
			flags |= rows[i].flag;
	}
	return flags;
}
