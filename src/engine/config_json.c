/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/config_json.h"

#include <string.h>

#include "engine/config_json_parts.h"
#include "engine/config_text.h"

enum field_kind {
	FIELD_TEXT,   /* const char *; "" when NULL, as Docker's clients expect it */
	FIELD_LIST,   /* char ** and its count; null when empty */
	FIELD_NUMBER, /* int64_t or uint64_t below 2^63; absent when it is an `unset` of -1 */
	FIELD_SWITCH, /* int */
};

struct field {
	const char *object, *key; /* object NULL: at the top */
	enum field_kind kind;
	size_t offset, count_offset;
	int64_t unset;
};

#define AT(member) offsetof(struct config, member)
static const struct field fields[] = {
	{ NULL, "Name", FIELD_TEXT, AT(name) },
	{ NULL, "Image", FIELD_TEXT, AT(image_id) },
	{ "Config", "Image", FIELD_TEXT, AT(image) },
	{ "Config", "Hostname", FIELD_TEXT, AT(hostname) },
	{ "Config", "User", FIELD_TEXT, AT(user) },
	{ "Config", "WorkingDir", FIELD_TEXT, AT(workdir) },
	{ "Config", "Entrypoint", FIELD_LIST, AT(entrypoint), AT(n_entrypoint) },
	{ "Config", "Cmd", FIELD_LIST, AT(cmd), AT(n_cmd) },
	{ "Config", "Env", FIELD_LIST, AT(env), AT(n_env) },
	{ "Config", "Tty", FIELD_SWITCH, AT(tty) },
	{ "Config", "OpenStdin", FIELD_SWITCH, AT(open_stdin) },
	{ "Config", "StopSignal", FIELD_TEXT, AT(stop_signal) },
	{ "Config", "StopTimeout", FIELD_NUMBER, AT(stop_timeout_sec), 0, -1 },
	{ "HostConfig", "AutoRemove", FIELD_SWITCH, AT(auto_remove) },
	{ "HostConfig", "Detach", FIELD_SWITCH, AT(detach) },
	{ "HostConfig", "Init", FIELD_SWITCH, AT(init) },
	{ "HostConfig", "ReadonlyRootfs", FIELD_SWITCH, AT(readonly_rootfs) },
	{ "HostConfig", "Privileged", FIELD_SWITCH, AT(privileged) },
	{ "HostConfig", "Memory", FIELD_NUMBER, AT(memory_bytes) },
	{ "HostConfig", "MemorySwap", FIELD_NUMBER, AT(memory_swap_bytes) },
	{ "HostConfig", "MemoryReservation", FIELD_NUMBER, AT(memory_reservation_bytes) },
	{ "HostConfig", "NanoCpus", FIELD_NUMBER, AT(nano_cpus) },
	{ "HostConfig", "CpuShares", FIELD_NUMBER, AT(cpu_shares) },
	{ "HostConfig", "CpuPeriod", FIELD_NUMBER, AT(cpu_period_usec) },
	{ "HostConfig", "CpuQuota", FIELD_NUMBER, AT(cpu_quota_usec) },
	{ "HostConfig", "CpusetCpus", FIELD_TEXT, AT(cpuset_cpus) },
	{ "HostConfig", "CpusetMems", FIELD_TEXT, AT(cpuset_mems) },
	{ "HostConfig", "PidsLimit", FIELD_NUMBER, AT(pids_limit) },
	{ "HostConfig", "ShmSize", FIELD_NUMBER, AT(shm_bytes) },
	{ "HostConfig", "CapAdd", FIELD_LIST, AT(cap_add), AT(n_cap_add) },
	{ "HostConfig", "CapDrop", FIELD_LIST, AT(cap_drop), AT(n_cap_drop) },
	{ "HostConfig", "SeccompName", FIELD_TEXT, AT(security.seccomp_name) },
	{ "HostConfig", "NetworkMode", FIELD_TEXT, AT(network) },
	{ "HostConfig", "UsernsMode", FIELD_TEXT, AT(userns) },
};

static void put_field(json_t *o, const struct field *f, const struct config *c)
{
	const void *at = (const char *)c + f->offset;
	size_t n = *(const size_t *)((const char *)c + f->count_offset);

	switch (f->kind) {
	case FIELD_TEXT:
		json_put_string(o, f->key, *(char *const *)at ?: "");
		break;
	case FIELD_LIST:
		if (n)
			json_put_strings(o, f->key, *(char **const *)at, n);
		else
			json_object_set_new(o, f->key, json_null());
		break;
	case FIELD_NUMBER:
		if (*(const int64_t *)at >= 0 || *(const int64_t *)at != f->unset)
			json_object_set_new(o, f->key, json_integer(*(const int64_t *)at));
		break;
	case FIELD_SWITCH:
		json_object_set_new(o, f->key, json_boolean(*(const int *)at));
		break;
	}
}

static json_t *object_at(json_t *top, const char *name)
{
	return name ? json_object_get(top, name) : top;
}

json_t *config_to_json(const struct config *c)
{
	json_t *top = json_object();

	/* Name and Image come first, as people read it. */
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		if (fields[i].object && !json_object_get(top, fields[i].object))
			json_object_set_new(top, fields[i].object, json_object());
		put_field(object_at(top, fields[i].object), &fields[i], c);
	}
	for (const struct config_json_part *p = config_json_parts; p->key; p++)
		p->put(object_at(top, p->object), p->key, c);
	return top;
}

struct reading {
	struct arena *arena;
	struct config *config;
};

static int get_field(const json_t *o, const struct field *f, const struct reading *r, struct err *e)
{
	void *at = (char *)r->config + f->offset;
	size_t *n = (size_t *)((char *)r->config + f->count_offset);
	const char *text = NULL;

	switch (f->kind) {
	case FIELD_TEXT:
		if (json_get_string(o, f->key, &text, e) < 0)
			return -1;
		*(char **)at = text && *text ? arena_strdup(r->arena, text) : NULL;
		return 0;
	case FIELD_LIST:
		return json_get_strings(o, f->key, CONFIG_STRINGS_MAX, r->arena, at, n, e);
	case FIELD_NUMBER:
		return json_get_int(o, f->key, at, e);
	default:
		return json_get_bool(o, f->key, at, e);
	}
}

static int same_object(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static int is_known(const char *object, const char *key)
{
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		if (same_object(object, fields[i].object) && !strcmp(key, fields[i].key))
			return 1;
	}
	for (const struct config_json_part *p = config_json_parts; p->key; p++) {
		if (same_object(object, p->object) && !strcmp(key, p->key))
			return 1;
	}
	return 0;
}

static int check_members(json_t *o, const char *object, struct err *e)
{
	const char *key;
	json_t *value;

	json_object_foreach (o, key, value) {
		if (!is_known(object, key))
			return err_set(e, ERR_INVALID, "unknown member \"%s\"", key);
	}
	return 0;
}

static int get_object(json_t *top, const char *name, const struct reading *r, struct err *e)
{
	json_t *o = object_at(top, name);

	if (!json_is_object(o))
		return err_set(e, ERR_INVALID, "is not an object");
	if (name && check_members(o, name, e) < 0) /* at the top, others keep members of theirs */
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		if (same_object(name, fields[i].object) && get_field(o, &fields[i], r, e) < 0)
			return -1;
	}
	for (const struct config_json_part *p = config_json_parts; p->key; p++) {
		json_t *member = json_object_get(o, p->key);

		if (!same_object(name, p->object) || !member || json_is_null(member))
			continue;
		if (p->get(member, r->arena, r->config, e) < 0)
			return err_wrap(e, "%s", p->key);
	}
	return 0;
}

int config_from_json(json_t *o, struct arena *a, struct config *ret, struct err *e)
{
	struct config c;
	struct reading r = { a, &c };

	config_init(&c);
	if (get_object(o, "Config", &r, e) < 0 || get_object(o, "HostConfig", &r, e) < 0 ||
	    get_object(o, NULL, &r, e) < 0 || config_check(&c, e) < 0) {
		e->code = ERR_INVALID;
		return err_wrap(e, "container config");
	}
	*ret = c;
	return 0;
}
