/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/config_json_parts.h"

#include <string.h>

#include "engine/config_text.h"

static void put_labels(json_t *o, const char *key, const struct config *c)
{
	json_t *labels = json_object();

	for (size_t i = 0; i < c->n_labels; i++) {
		int n = (int)strcspn(c->labels[i], "=");
		cleanup_free char *name = xprintf("%.*s", n, c->labels[i]);
		const char *value = strchr(c->labels[i], '=');

		json_put_string(labels, name, value ? value + 1 : "");
	}
	json_object_set_new(o, key, labels);
}

static int get_labels(json_t *member, struct arena *a, struct config *c, struct err *e)
{
	const char *key;
	json_t *value;

	if (!json_is_object(member) || json_object_size(member) > CONFIG_STRINGS_MAX)
		return err_set(e, ERR_INVALID, "is not an object of at most %d members",
			       CONFIG_STRINGS_MAX);
	json_object_foreach (member, key, value) {
		if (!json_is_string(value))
			return err_set(e, ERR_INVALID, "\"%s\" is not a string", key);
		config_push(a, &c->labels, &c->n_labels,
			    arena_printf(a, "%s=%s", key, json_string_value(value)));
	}
	return 0;
}

static void put_ulimits(json_t *o, const char *key, const struct config *c)
{
	json_t *list = json_array();

	for (size_t i = 0; i < c->n_ulimits; i++) {
		const struct config_ulimit *u = &c->ulimits[i];
		json_t *one = json_object();

		/* As Docker: -1 is unlimited, which is what UINT64_MAX becomes. */
		json_put_string(one, "Name", u->name);
		json_object_set_new(one, "Soft", json_integer((json_int_t)u->soft));
		json_object_set_new(one, "Hard", json_integer((json_int_t)u->hard));
		json_array_append_new(list, one);
	}
	json_object_set_new(o, key, list);
}

static int get_ulimits(json_t *member, struct arena *a, struct config *c, struct err *e)
{
	if (!json_is_array(member) || json_array_size(member) > CONFIG_ULIMITS_MAX)
		return err_set(e, ERR_INVALID, "is not an array of at most %d", CONFIG_ULIMITS_MAX);
	for (size_t i = 0; i < json_array_size(member); i++) {
		const json_t *one = json_array_get(member, i);
		int64_t soft = 0, hard = 0;
		const char *name = "";

		if (json_get_string(one, "Name", &name, e) < 0 ||
		    json_get_int(one, "Soft", &soft, e) < 0 ||
		    json_get_int(one, "Hard", &hard, e) < 0)
			return -1;
		if (config_ulimit_kind(name) < 0 || soft < -1 || hard < -1 ||
		    (uint64_t)soft > (uint64_t)hard)
			return err_set(e, ERR_INVALID, "\"%s\" is no ulimit or out of order", name);
		ARENA_PUSH(a, c->ulimits, c->n_ulimits) =
			(struct config_ulimit){ arena_strdup(a, name), (uint64_t)soft,
						(uint64_t)hard };
	}
	return 0;
}

static void put_restart(json_t *o, const char *key, const struct config *c)
{
	json_t *policy = json_object();

	json_put_string(policy, "Name", config_restart_name(&c->restart));
	json_object_set_new(policy, "MaximumRetryCount", json_integer(c->restart.maximum));
	json_object_set_new(o, key, policy);
}

static int get_restart(json_t *member, struct arena *a, struct config *c, struct err *e)
{
	const char *name = "";
	int64_t maximum = 0;

	if (json_get_string(member, "Name", &name, e) < 0 ||
	    json_get_int(member, "MaximumRetryCount", &maximum, e) < 0)
		return -1;
	if (maximum)
		name = arena_printf(a, "%s:%jd", name, (intmax_t)maximum);
	return config_parse_restart(name, &c->restart, e);
}

static void push_option(json_t *list, const char *name, const char *value)
{
	cleanup_free char *text = xprintf("%s=%s", name, value);

	json_array_append_new(list, json_text(text));
}

static void put_security(json_t *o, const char *key, const struct config *c)
{
	const struct config_security *s = &c->security;
	json_t *list = json_array();

	if (s->no_new_privileges != UNSET)
		push_option(list, "no-new-privileges",
			    s->no_new_privileges == YES ? "true" : "false");
	if (s->seccomp)
		push_option(list, "seccomp", s->seccomp);
	if (s->apparmor)
		push_option(list, "apparmor", s->apparmor);
	for (size_t i = 0; i < s->n_labels; i++)
		push_option(list, "label", s->labels[i]);
	if (s->systempaths_unconfined)
		push_option(list, "systempaths", "unconfined");
	json_object_set_new(o, key, list);
}

static int get_security(json_t *member, struct arena *a, struct config *c, struct err *e)
{
	if (!json_is_array(member))
		return err_set(e, ERR_INVALID, "is not an array");
	for (size_t i = 0; i < json_array_size(member); i++) {
		const char *text = json_string_value(json_array_get(member, i));
		const char *name = c->security.seccomp_name;

		if (!text)
			return err_set(e, ERR_INVALID, "is not an array of strings");
		if (config_parse_security(a, text, c, e) < 0)
			return -1;
		c->security.seccomp_name = name;
	}
	return 0;
}

static const char *const origins[] = {
	[ORIGIN_DEFAULT] = "default",
	[ORIGIN_IMAGE] = "image",
	[ORIGIN_FLAG] = "flag",
	[ORIGIN_POLICY] = "policy",
};
#define IMPLIED "implied:" /* by which other setting: "implied:privileged" */

static void put_origins(json_t *o, const char *key, const struct config *c)
{
	json_t *set = json_object();

	for (int s = 0; s < SETTING_COUNT; s++) {
		enum origin by = c->origin.of[s];
		cleanup_free char *implied =
			xprintf(IMPLIED "%s", settings_name((enum setting)c->origin.implied_by[s]));

		if (by != ORIGIN_DEFAULT)
			json_put_string(set, settings_name((enum setting)s),
					by == ORIGIN_IMPLIED ? implied : origins[by]);
	}
	json_object_set_new(o, key, set);
}

static int get_origin(const char *word, enum setting s, struct settings_origin *ret)
{
	size_t n = strlen(IMPLIED);

	for (size_t i = 0; i < ARRAY_SIZE(origins); i++) {
		if (!strcmp(word, origins[i])) {
			ret->of[s] = (uint8_t)i;
			return 0;
		}
	}
	if (strncmp(word, IMPLIED, n) != 0 || settings_find(word + n) == SETTING_COUNT)
		return -1;
	ret->of[s] = ORIGIN_IMPLIED;
	ret->implied_by[s] = (uint8_t)settings_find(word + n);
	return 0;
}

static int get_origins(json_t *member, struct arena *a, struct config *c, struct err *e)
{
	const char *key;
	json_t *value;

	(void)a;
	if (!json_is_object(member))
		return err_set(e, ERR_INVALID, "is not an object");
	memset(&c->origin, 0, sizeof c->origin);
	json_object_foreach (member, key, value) {
		enum setting s = settings_find(key);
		const char *word = json_string_value(value);

		if (s == SETTING_COUNT || !word || get_origin(word, s, &c->origin) < 0)
			return err_set(e, ERR_INVALID, "\"%s\" is not understood", key);
	}
	return 0;
}

const struct config_json_part config_json_parts[] = {
	{ "Config", "Labels", put_labels, get_labels },
	{ "HostConfig", "Mounts", config_json_put_mounts, config_json_get_mounts },
	{ "HostConfig", "Ulimits", put_ulimits, get_ulimits },
	{ "HostConfig", "RestartPolicy", put_restart, get_restart },
	{ "HostConfig", "SecurityOpt", put_security, get_security },
	{ NULL, "Origins", put_origins, get_origins },
	{},
};
