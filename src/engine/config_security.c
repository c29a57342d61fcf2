/* SPDX-License-Identifier: Apache-2.0 */
/* --security-opt: NAME=VALUE, or with a colon as older clients write it. */
#include <string.h>

#include "base/parse.h"
#include "engine/config_text.h"

#define LABEL_MAX 255 /* also an AppArmor profile's name */

struct security_reading {
	struct arena *arena;
	struct config *config;
};

static int set_no_new_privileges(const struct security_reading *r, const char *value, struct err *e)
{
	int on;

	if (parse_bool(value, &on, e) < 0)
		return -1;
	r->config->security.no_new_privileges = on ? YES : NO;
	return 0;
}

static int check_label(const char *value, struct err *e)
{
	size_t n = strlen(value);

	for (const char *p = value; *p; p++) {
		if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 0x7f)
			n = 0;
	}
	if (!n || n > LABEL_MAX)
		return err_set(e, ERR_USAGE, "a name of 1 to %d visible characters is needed",
			       LABEL_MAX);
	return 0;
}

static int set_apparmor(const struct security_reading *r, const char *value, struct err *e)
{
	if (check_label(value, e) < 0)
		return -1;
	r->config->security.apparmor = arena_strdup(r->arena, value);
	return 0;
}

static int set_label(const struct security_reading *r, const char *value, struct err *e)
{
	static const char *const keys[] = { "user:", "role:", "type:", "level:", "filetype:" };
	struct config_security *s = &r->config->security;
	int known = !strcmp(value, "disable") || !strcmp(value, "nested");

	for (size_t i = 0; i < ARRAY_SIZE(keys) && !known; i++)
		known = !strncmp(value, keys[i], strlen(keys[i])) && value[strlen(keys[i])];
	if (!known)
		return err_set(e, ERR_USAGE,
			       "disable, user:…, role:…, type:… and level:… are known");
	if (check_label(value, e) < 0)
		return -1;
	if (s->n_labels >= ARRAY_SIZE(keys) + 1)
		return err_set(e, ERR_LIMIT, "too many labels");
	config_push(r->arena, &s->labels, &s->n_labels, value);
	return 0;
}

static int set_seccomp(const struct security_reading *r, const char *value, struct err *e)
{
	struct config_security *s = &r->config->security;

	if (strcmp(value, "builtin") != 0 && strcmp(value, "unconfined") != 0 && *value != '{')
		return err_set(e, ERR_USAGE, "unconfined, builtin or a profile is needed");
	s->seccomp = arena_strdup(r->arena, value);
	s->seccomp_name = NULL;
	return 0;
}

static int set_systempaths(const struct security_reading *r, const char *value, struct err *e)
{
	if (strcmp(value, "unconfined") != 0)
		return err_set(e, ERR_USAGE, "only \"unconfined\" is known");
	r->config->security.systempaths_unconfined = 1;
	return 0;
}

static const struct {
	const char *name;
	int (*set)(const struct security_reading *r, const char *value, struct err *e);
	int is_switch;
} options[] = {
	{ "no-new-privileges", set_no_new_privileges, 1 },
	{ "apparmor", set_apparmor, 0 },
	{ "label", set_label, 0 },
	{ "seccomp", set_seccomp, 0 },
	{ "systempaths", set_systempaths, 0 },
};

int config_parse_security(struct arena *a, const char *text, struct config *c, struct err *e)
{
	struct security_reading r = { a, c };
	size_t n = strcspn(text, "=:");

	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		if (strlen(options[i].name) != n || memcmp(text, options[i].name, n) != 0)
			continue;
		if (!text[n] && !options[i].is_switch)
			return err_set(e, ERR_USAGE, "%s=… needs a value", options[i].name);
		return options[i].set(&r, text[n] ? text + n + 1 : "true", e);
	}
	return err_set(e, ERR_USAGE, "\"%.*s\" is not a security option", (int)n, text);
}
