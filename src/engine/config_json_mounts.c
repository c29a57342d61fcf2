/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mounts as JSON. Docker's members where it has them; "Options" is ours and holds noexec, suid and
 * the like, so that every option that was given is there.
 */
#include <string.h>

#include "engine/config_json_parts.h"
#include "engine/config_text.h"

#define OPTIONS_MAX 16

static const char *const types[] = { "bind", "volume", "tmpfs" };

static json_t *put_mount(const struct config_mount *m, struct arena *a)
{
	size_t n;
	char **options = config_mount_flags(m, a, &n);
	json_t *o = json_object();

	json_put_string(o, "Type", types[m->kind]);
	if (m->source)
		json_put_string(o, "Source", m->source);
	json_put_string(o, "Target", m->target);
	json_object_set_new(o, "ReadOnly", json_boolean(m->readonly == YES));
	if (n)
		json_put_strings(o, "Options", options, n);
	if (m->propagation)
		json_put_string(o, "Propagation", m->propagation);
	if (m->non_recursive)
		json_object_set_new(o, "NonRecursive", json_true());
	if (m->create_source)
		json_object_set_new(o, "CreateMountpoint", json_true());
	if (m->volume_nocopy)
		json_object_set_new(o, "NoCopy", json_true());
	if (m->anonymous)
		json_object_set_new(o, "Anonymous", json_true());
	if (m->tmpfs_size_bytes)
		json_object_set_new(o, "SizeBytes", json_integer(m->tmpfs_size_bytes));
	if (m->tmpfs_mode)
		json_object_set_new(o, "Mode", json_integer(m->tmpfs_mode));
	if (m->origin == ORIGIN_IMAGE)
		json_object_set_new(o, "FromImage", json_true());
	return o;
}

void config_json_put_mounts(json_t *o, const char *key, const struct config *c)
{
	cleanup_arena struct arena *a = arena_new();
	json_t *list = json_array();

	for (size_t i = 0; i < c->n_mounts; i++)
		json_array_append_new(list, put_mount(&c->mounts[i], a));
	json_object_set_new(o, key, list);
}

static int get_kind(json_t *o, struct config_mount *m, struct err *e)
{
	const char *type = NULL;

	if (json_get_string(o, "Type", &type, e) < 0)
		return -1;
	for (size_t i = 0; type && i < ARRAY_SIZE(types); i++) {
		if (!strcmp(type, types[i])) {
			m->kind = (enum config_mount_kind)i;
			return 0;
		}
	}
	return err_set(e, ERR_INVALID, "\"%s\" is no type of a mount", type ?: "");
}

static int get_flags(json_t *o, struct arena *a, struct config_mount *m, struct err *e)
{
	const char *propagation = NULL;
	char **options = NULL;
	size_t n = 0;
	int readonly = 0;

	if (json_get_bool(o, "ReadOnly", &readonly, e) < 0 ||
	    json_get_string(o, "Propagation", &propagation, e) < 0 ||
	    json_get_strings(o, "Options", OPTIONS_MAX, a, &options, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		int known = config_mount_flag(m, options[i], e);

		if (known <= 0)
			return known ? -1 : err_set(e, ERR_INVALID, "unknown \"%s\"", options[i]);
	}
	if (propagation && config_mount_flag(m, propagation, e) <= 0)
		return err_set(e, ERR_INVALID, "unknown propagation \"%s\"", propagation);
	if (readonly != (m->readonly == YES))
		return err_set(e, ERR_INVALID, "ReadOnly contradicts Options");
	return 0;
}

/* What was read must be what a flag could have said. */
static int check_mount(struct config_mount *m, struct arena *a, struct err *e)
{
	m->target = config_parse_target(a, m->target ?: "", e);
	if (!m->target)
		return -1;
	if (m->kind == CONFIG_MOUNT_BIND && (!m->source || *m->source != '/'))
		return err_set(e, ERR_INVALID, "Source of a bind is not absolute");
	if (m->kind == CONFIG_MOUNT_VOLUME && !m->source)
		return err_set(e, ERR_INVALID, "Source is missing");
	if (m->anonymous && (m->kind != CONFIG_MOUNT_VOLUME || !*m->source))
		return err_set(e, ERR_INVALID, "Anonymous is for volumes with a name");
	if (m->kind == CONFIG_MOUNT_VOLUME && *m->source)
		return config_check_name(m->source, "volume", e);
	return 0;
}

static int get_mount(json_t *o, struct arena *a, struct config_mount *m, struct err *e)
{
	int64_t mode = 0;
	int from_image = 0;

	if (!json_is_object(o))
		return err_set(e, ERR_INVALID, "is not an object");
	m->origin = ORIGIN_FLAG;
	if (get_kind(o, m, e) < 0 || get_flags(o, a, m, e) < 0 ||
	    json_get_string(o, "Source", &m->source, e) < 0 ||
	    json_get_string(o, "Target", &m->target, e) < 0 ||
	    json_get_bool(o, "NonRecursive", &m->non_recursive, e) < 0 ||
	    json_get_bool(o, "CreateMountpoint", &m->create_source, e) < 0 ||
	    json_get_bool(o, "NoCopy", &m->volume_nocopy, e) < 0 ||
	    json_get_bool(o, "Anonymous", &m->anonymous, e) < 0 ||
	    json_get_bool(o, "FromImage", &from_image, e) < 0 ||
	    json_get_int(o, "SizeBytes", &m->tmpfs_size_bytes, e) < 0 ||
	    json_get_int(o, "Mode", &mode, e) < 0)
		return -1;
	if (mode < 0 || mode > 07777 || m->tmpfs_size_bytes < 0)
		return err_set(e, ERR_INVALID, "Mode or SizeBytes is out of its bounds");
	if (from_image)
		m->origin = ORIGIN_IMAGE;
	m->tmpfs_mode = (uint32_t)mode;
	m->source = arena_strdup(a, m->source);
	return check_mount(m, a, e);
}

int config_json_get_mounts(json_t *list, struct arena *a, struct config *c, struct err *e)
{
	if (!json_is_array(list) || json_array_size(list) > CONFIG_MOUNTS_MAX)
		return err_set(e, ERR_INVALID, "is not an array of at most %d", CONFIG_MOUNTS_MAX);
	for (size_t i = 0; i < json_array_size(list); i++) {
		struct config_mount m = {};

		if (get_mount(json_array_get(list, i), a, &m, e) < 0)
			return -1;
		ARENA_PUSH(a, c->mounts, c->n_mounts) = m;
	}
	return 0;
}
