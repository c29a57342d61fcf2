/* SPDX-License-Identifier: Apache-2.0 */
/* --mount: key=value fields, comma-separated as RFC 4180 has them ("source=/a,b" in quotes). */
#include <limits.h>
#include <string.h>

#include "base/parse.h"
#include "engine/config_text.h"

struct reading {
	const struct config_reader *reader;
	struct config_mount mount;
	const char *type, *source;
	const char *kind_key; /* the last key that belongs to one kind only */
	unsigned kind_of_key;
};

typedef int key_setter(struct reading *r, const char *value, struct err *e);

static int set_type(struct reading *r, const char *value, struct err *e)
{
	static const char *const names[] = { "bind", "volume", "tmpfs" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (!strcmp(value, names[i])) {
			r->mount.kind = (enum config_mount_kind)i;
			r->type = value;
			return 0;
		}
	}
	return err_set(e, ERR_USAGE, "bind, volume and tmpfs are known");
}

static int set_source(struct reading *r, const char *value, struct err *e)
{
	if (strlen(value) >= PATH_MAX)
		return err_set(e, ERR_LIMIT, "longer than %d", PATH_MAX - 1);
	r->source = value;
	return 0;
}

static int set_target(struct reading *r, const char *value, struct err *e)
{
	r->mount.target = config_parse_target(r->reader->arena, value, e);
	return r->mount.target ? 0 : -1;
}

static int set_readonly(struct reading *r, const char *value, struct err *e)
{
	int on;

	if (parse_bool(value, &on, e) < 0)
		return -1;
	return config_mount_flag(&r->mount, on ? "ro" : "rw", e) < 0 ? -1 : 0;
}

static int set_propagation(struct reading *r, const char *value, struct err *e)
{
	struct config_mount bind = { .kind = CONFIG_MOUNT_BIND };
	int known = config_mount_flag(&bind, value, e);

	if (known < 0 || !bind.propagation)
		return err_set(e, ERR_USAGE, "[r]private, [r]slave and [r]shared are known");
	r->mount.propagation = bind.propagation;
	return 0;
}

static int set_recursive(struct reading *r, const char *value, struct err *e)
{
	if (!strcmp(value, "disabled"))
		r->mount.non_recursive = 1;
	else if (!strcmp(value, "writable"))
		return err_set(e, ERR_UNENFORCED, "\"writable\" isn't built yet");
	else if (!strcmp(value, "readonly"))
		r->mount.recursive_readonly = r->mount.readonly = YES;
	else if (strcmp(value, "enabled") != 0)
		return err_set(e, ERR_USAGE, "enabled, disabled, writable and readonly are known");
	return 0;
}

static int set_non_recursive(struct reading *r, const char *value, struct err *e)
{
	return parse_bool(value, &r->mount.non_recursive, e);
}

static int set_nocopy(struct reading *r, const char *value, struct err *e)
{
	return parse_bool(value, &r->mount.volume_nocopy, e);
}

static int set_driver(struct reading *r, const char *value, struct err *e)
{
	(void)r;
	return !*value || !strcmp(value, "local")
		       ? 0
		       : err_set(e, ERR_UNENFORCED, "only \"local\" is built");
}

static int set_size(struct reading *r, const char *value, struct err *e)
{
	return config_parse_tmpfs_size(value, &r->mount.tmpfs_size_bytes, e);
}

static int set_mode(struct reading *r, const char *value, struct err *e)
{
	return config_parse_tmpfs_mode(value, &r->mount.tmpfs_mode, e);
}

static int set_consistency(struct reading *r, const char *value, struct err *e)
{
	(void)r;
	if (!strcmp(value, "default") || !strcmp(value, "consistent") || !strcmp(value, "cached") ||
	    !strcmp(value, "delegated"))
		return 0; /* the same file on both sides satisfies them all */
	return err_set(e, ERR_USAGE, "default, consistent, cached and delegated are known");
}

static int not_built(struct reading *r, const char *value, struct err *e)
{
	(void)r, (void)value;
	return err_set(e, ERR_UNENFORCED, "isn't built yet");
}

#define ANY_KIND CONFIG_MOUNT_KINDS

static const struct key_row {
	const char *name;
	key_setter *set;
	unsigned kind; /* the only one that it is for */
	int is_switch; /* without "=": true */
} keys[] = {
	{ "type", set_type, ANY_KIND, 0 },
	{ "source", set_source, ANY_KIND, 0 },
	{ "src", set_source, ANY_KIND, 0 },
	{ "target", set_target, ANY_KIND, 0 },
	{ "destination", set_target, ANY_KIND, 0 },
	{ "dst", set_target, ANY_KIND, 0 },
	{ "readonly", set_readonly, ANY_KIND, 1 },
	{ "ro", set_readonly, ANY_KIND, 1 },
	{ "consistency", set_consistency, ANY_KIND, 0 },
	{ "bind-propagation", set_propagation, CONFIG_MOUNT_BIND, 0 },
	{ "bind-recursive", set_recursive, CONFIG_MOUNT_BIND, 0 },
	{ "bind-nonrecursive", set_non_recursive, CONFIG_MOUNT_BIND, 1 },
	{ "volume-nocopy", set_nocopy, CONFIG_MOUNT_VOLUME, 1 },
	{ "volume-driver", set_driver, CONFIG_MOUNT_VOLUME, 0 },
	{ "volume-label", not_built, CONFIG_MOUNT_VOLUME, 1 },
	{ "volume-opt", not_built, CONFIG_MOUNT_VOLUME, 1 },
	{ "volume-subpath", not_built, CONFIG_MOUNT_VOLUME, 1 },
	{ "tmpfs-size", set_size, CONFIG_MOUNT_TMPFS, 0 },
	{ "tmpfs-mode", set_mode, CONFIG_MOUNT_TMPFS, 0 },
};

static const struct key_row *key_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		if (!strcmp(name, keys[i].name))
			return &keys[i];
	}
	return NULL;
}

static int read_field(struct reading *r, char *field, struct err *e)
{
	char *value = field, *name = strsep(&value, "=");
	const struct key_row *k = key_find(name);
	int flag = 0;

	if (!k && !value)
		flag = config_mount_flag(&r->mount, name, e);
	if (flag)
		return flag < 0 ? -1 : 0;
	if (!k)
		return err_set(e, ERR_USAGE, "unexpected key \"%s\"", name);
	if (!value && !k->is_switch)
		return err_set(e, ERR_USAGE, "\"%s\" needs a value: %s=…", name, name);
	if (k->kind != ANY_KIND) {
		if (r->kind_key && r->kind_of_key != k->kind)
			return err_set(e, ERR_USAGE, "\"%s\" and \"%s\" exclude each other",
				       r->kind_key, k->name);
		r->kind_key = k->name;
		r->kind_of_key = k->kind;
	}
	if (k->set(r, value ?: "true", e) < 0)
		return err_wrap(e, "%s", name);
	return 0;
}

/* The next field of a comma-separated line, unquoted in place; NULL at the end or on error. */
static char *field_next(char **rest, struct err *e)
{
	char *field = *rest, *out, *p;

	if (!field)
		return NULL;
	if (*field != '"') {
		p = strsep(rest, ",");
		if (!strchr(p, '"'))
			return p;
		goto bad;
	}
	for (out = field, p = field + 1; *p && (*p != '"' || p[1] == '"'); p++) {
		p += *p == '"'; /* "" is one quote */
		*out++ = *p;
	}
	if (*p != '"' || (p[1] && p[1] != ','))
		goto bad;
	*rest = p[1] ? p + 2 : NULL;
	*out = '\0';
	return field;
bad:
	err_set(e, ERR_USAGE, "a quote is out of place");
	*rest = NULL;
	return NULL;
}

static int settle_source(struct reading *r, struct err *e)
{
	struct config_mount *m = &r->mount;
	struct arena *a = r->reader->arena;

	if (m->kind == CONFIG_MOUNT_TMPFS)
		return r->source ? err_set(e, ERR_USAGE, "a tmpfs has no source") : 0;
	if (m->kind == CONFIG_MOUNT_VOLUME) {
		m->source = r->source ?: "";
		return *m->source ? config_check_name(m->source, "volume", e) : 0;
	}
	if (!r->source || !*r->source)
		return err_set(e, ERR_USAGE, "a bind mount needs source=…");
	if (*r->source != '/' && *r->source != '.')
		return err_set(e, ERR_USAGE,
			       "source \"%s\" is neither absolute nor begins with \".\"",
			       r->source);
	m->source = config_clean_path(
		a, *r->source == '/' ? r->source
				     : arena_printf(a, "%s/%s", r->reader->cwd, r->source));
	return 0;
}

static int check_kinds(const struct reading *r, struct err *e)
{
	if (!r->mount.target)
		return err_set(e, ERR_USAGE, "target=… is missing");
	if (r->kind_key && r->kind_of_key != r->mount.kind)
		return err_set(e, ERR_USAGE, "\"%s\" doesn't go with type %s", r->kind_key,
			       r->type ?: "volume");
	if (r->mount.recursive_readonly != UNSET && r->mount.non_recursive)
		return err_set(e, ERR_USAGE, "bind-recursive contradicts bind-nonrecursive");
	return 0;
}

int config_parse_mount(const struct config_reader *r, const char *text, struct config_mount *ret,
		       struct err *e)
{
	struct reading reading = {
		.reader = r,
		.mount = { .kind = CONFIG_MOUNT_VOLUME, .origin = ORIGIN_FLAG },
	};
	char *rest = arena_strdup(r->arena, text), *field;

	e->code = ERR_NONE;
	while ((field = field_next(&rest, e))) {
		if (read_field(&reading, field, e) < 0)
			return -1;
	}
	if (e->code != ERR_NONE || check_kinds(&reading, e) < 0 || settle_source(&reading, e) < 0)
		return -1;
	*ret = reading.mount;
	return 0;
}
