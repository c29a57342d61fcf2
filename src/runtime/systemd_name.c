/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/systemd_name.h"

#include <stdio.h>
#include <string.h>

#define SLICE	       ".slice"
#define TOP_SLICE      "-" SLICE
#define DEFAULT_PREFIX "cale"
#define SYSTEM_SLICE   "system" SLICE
#define USER_SLICE     "user" SLICE

static int is_name_byte(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
	       (c && strchr(":-_.\\@", c));
}

static int ends_with(const char *s, const char *suffix)
{
	size_t n = strlen(s), k = strlen(suffix);

	return n > k && !strcmp(s + n - k, suffix);
}

int systemd_is_unit_name(const char *name)
{
	static const char *const suffixes[] = { ".service", ".socket",	  ".device", ".mount",
						".target",  ".automount", ".swap",   ".timer",
						".path",    SLICE,	  ".scope" };
	size_t n = strlen(name);

	if (n >= SYSTEMD_NAME_SIZE || *name == '.')
		return 0;
	for (size_t i = 0; i < n; i++) {
		if (!is_name_byte(name[i]))
			return 0;
	}
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++) {
		if (ends_with(name, suffixes[i]))
			return 1;
	}
	return 0;
}

/* Every part of the name between dashes is one level, and none may be empty. */
static int is_slice_name(const char *slice)
{
	size_t n;

	if (!ends_with(slice, SLICE) || !systemd_is_unit_name(slice))
		return 0;
	if (!strcmp(slice, TOP_SLICE))
		return 1;
	n = strlen(slice) - strlen(SLICE);
	return slice[0] != '-' && slice[n - 1] != '-' && !strstr(slice, "--");
}

int systemd_slice_path(const char *slice, char *out, size_t size, struct err *e)
{
	size_t length = strlen(slice), at = 0;
	int n;

	if (!is_slice_name(slice))
		return err_set(e, ERR_INVALID, "\"%s\" is no name of a slice", slice);
	if (!strcmp(slice, TOP_SLICE)) {
		snprintf(out, size, "/");
		return 0;
	}
	length -= strlen(SLICE);
	for (size_t i = 1; i <= length; i++) {
		if (i < length && slice[i] != '-')
			continue;
		n = snprintf(out + at, size - at, "/%.*s" SLICE, (int)i, slice);
		if (n < 0 || (size_t)n >= size - at)
			return err_set(e, ERR_LIMIT, "the path of %s is too long", slice);
		at += (size_t)n;
	}
	return 0;
}

/* PREFIX-NAME.scope, with what a unit's name can't have written as systemd-escape(1) does. */
static int scope_of_id(const char *id, char out[SYSTEMD_NAME_SIZE], struct err *e)
{
	size_t n = (size_t)snprintf(out, SYSTEMD_NAME_SIZE, "%s-", DEFAULT_PREFIX);

	for (; *id && n < SYSTEMD_NAME_SIZE; id++)
		n += (size_t)snprintf(out + n, SYSTEMD_NAME_SIZE - n,
				      is_name_byte(*id) && *id != '\\' ? "%c" : "\\x%02x",
				      (unsigned char)*id);
	if (n + sizeof(".scope") > SYSTEMD_NAME_SIZE)
		return err_set(e, ERR_INVALID, "the id is too long for a unit of systemd");
	memcpy(out + n, ".scope", sizeof(".scope"));
	return 0;
}

static int wrong(const char *cgroups_path, struct err *e)
{
	return err_set(e, ERR_INVALID,
		       "cgroupsPath \"%s\": the systemd manager wants \"slice:prefix:name\"",
		       cgroups_path);
}

static int split(const char *path, const char **prefix, const char **name)
{
	*prefix = strchr(path, ':');
	*name = *prefix ? strchr(*prefix + 1, ':') : NULL;
	return *name && !strchr(*name + 1, ':');
}

int systemd_name_parse(const char *cgroups_path, const char *id, int is_user,
		       struct systemd_name *ret, struct err *e)
{
	const char *prefix, *name;
	size_t n_slice;
	int n;

	*ret = (struct systemd_name){};
	snprintf(ret->slice, sizeof(ret->slice), "%s", is_user ? USER_SLICE : SYSTEM_SLICE);
	if (!cgroups_path || !*cgroups_path)
		return scope_of_id(id, ret->unit, e);
	if (!split(cgroups_path, &prefix, &name))
		return wrong(cgroups_path, e);
	n_slice = (size_t)(prefix - cgroups_path);
	if (n_slice == 1 && *cgroups_path == '-')
		snprintf(ret->slice, sizeof(ret->slice), TOP_SLICE);
	else if (n_slice && n_slice < sizeof(ret->slice))
		snprintf(ret->slice, sizeof(ret->slice), "%.*s", (int)n_slice, cgroups_path);
	ret->is_slice = ends_with(name + 1, SLICE);
	if (ret->is_slice)
		n = snprintf(ret->unit, sizeof(ret->unit), "%s", name + 1);
	else
		n = snprintf(ret->unit, sizeof(ret->unit), "%.*s-%s.scope",
			     (int)(name - prefix - 1), prefix + 1, name + 1);
	if (n_slice >= sizeof(ret->slice) || (size_t)n >= sizeof(ret->unit) ||
	    !is_slice_name(ret->slice) || !systemd_is_unit_name(ret->unit) ||
	    (ret->is_slice && !is_slice_name(ret->unit)))
		return wrong(cgroups_path, e);
	return 0;
}
