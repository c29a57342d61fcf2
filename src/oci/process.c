/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/process.h"

#include <string.h>

#include "oci/process_limits.h"
#include "oci/scheduling.h"

#define UMASK_MAX    0777
#define LAST_ID	     (UINT32_MAX - 1LL) /* the one after it means none */
#define GROUPS_MAX   65536		/* NGROUPS_MAX */
#define OOM_SCORE    1000
#define TERMINAL_MAX 65535 /* struct winsize */

#define AT(member) offsetof(struct spec_process, member)
static const struct oci_field fields[] = {
	{ "terminal", OCI_SWITCH, AT(terminal) },
	{ "cwd", OCI_TEXT, AT(cwd), .required = 1 },
	{ "args", OCI_STRINGS, AT(args), 0, OCI_STRINGS_MAX, 1 },
	{ "env", OCI_STRINGS, AT(env), 0, OCI_STRINGS_MAX },
	{ "noNewPrivileges", OCI_SWITCH, AT(no_new_privileges) },
	{ "apparmorProfile", OCI_TEXT, AT(apparmor_profile) },
	{ "selinuxLabel", OCI_TEXT, AT(selinux_label) },
	{},
};

static const struct oci_field user_fields[] = {
	{ "uid", OCI_UINT32, AT(user.uid), 0, LAST_ID },
	{ "gid", OCI_UINT32, AT(user.gid), 0, LAST_ID },
	{},
};
#undef AT

static int read_groups(const struct oci_node *user, struct spec_user *to, struct err *e)
{
	const json_t *list = json_object_get(user->json, "additionalGids");
	uint32_t *groups;
	size_t n;

	if (!list || json_is_null(list))
		return 0;
	if (!json_is_array(list))
		return oci_invalid(user, "additionalGids", e, "is not an array");
	n = json_array_size(list);
	if (n > GROUPS_MAX)
		return oci_invalid(user, "additionalGids", e, "has more than %d entries",
				   GROUPS_MAX);
	groups = arena_alloc(user->arena, (n + 1) * sizeof *groups);
	for (size_t i = 0; i < n; i++) {
		const json_t *one = json_array_get(list, i);

		if (!json_is_integer(one) || json_integer_value(one) < 0 ||
		    json_integer_value(one) > LAST_ID)
			return oci_invalid(user, "additionalGids", e,
					   "has something that is no id");
		groups[i] = (uint32_t)json_integer_value(one);
	}
	to->groups = groups;
	to->n_groups = n;
	return 0;
}

static int read_user(const struct oci_node *process, struct spec_process *ret, struct err *e)
{
	struct resource_value umask = {};
	static const struct oci_field umask_fields[] = {
		{ "umask", OCI_VALUE, 0, 0, UMASK_MAX },
		{},
	};
	struct oci_node n;
	int found = oci_object(process, "user", &n, e);

	if (found <= 0)
		return found;
	if (oci_read(&n, user_fields, ret, e) < 0 || oci_read(&n, umask_fields, &umask, e) < 0)
		return -1;
	ret->user.has_umask = umask.set;
	ret->user.umask = (uint32_t)umask.value;
	return read_groups(&n, &ret->user, e);
}

/* Only with a terminal is its size looked at. */
static int read_console(const struct oci_node *process, struct spec_process *ret, struct err *e)
{
	static const struct oci_field size_fields[] = {
		{ "height", OCI_UINT16, offsetof(struct spec_process, rows), 0, TERMINAL_MAX, 1 },
		{ "width", OCI_UINT16, offsetof(struct spec_process, columns), 0, TERMINAL_MAX, 1 },
		{},
	};
	struct oci_node n;
	int found = ret->terminal ? oci_object(process, "consoleSize", &n, e) : 0;

	return found > 0 ? oci_read(&n, size_fields, ret, e) : found;
}

static int read_oom_score(const struct oci_node *process, struct spec_process *ret, struct err *e)
{
	static const struct oci_field score_fields[] = {
		{ "oomScoreAdj", OCI_VALUE, 0, -OOM_SCORE, OOM_SCORE },
		{},
	};
	struct resource_value score = {};

	if (oci_read(process, score_fields, &score, e) < 0)
		return -1;
	ret->has_oom_score_adj = score.set;
	ret->oom_score_adj = (int)score.value;
	return 0;
}

static int check(const struct oci_node *n, struct spec_process *p, struct err *e)
{
	if (!p->args[0])
		return oci_invalid(n, "args", e, "is empty: there is nothing to execute");
	if (*p->cwd != '/')
		return oci_invalid(n, "cwd", e, "\"%s\" is not absolute", p->cwd);
	for (size_t i = 0; p->env && p->env[i]; i++) {
		if (strcspn(p->env[i], "=") == 0 || !strchr(p->env[i], '='))
			return oci_invalid(n, "env", e, "\"%s\" is not of the form NAME=value",
					   p->env[i]);
	}
	if (p->apparmor_profile && strchr(p->apparmor_profile, '\n'))
		return oci_invalid(n, "apparmorProfile", e, "is no name of a profile");
	if (p->apparmor_profile && !*p->apparmor_profile)
		p->apparmor_profile = NULL;
	if (p->selinux_label && strchr(p->selinux_label, '\n'))
		return oci_invalid(n, "selinuxLabel", e, "is no label");
	if (p->selinux_label && !*p->selinux_label)
		p->selinux_label = NULL;
	return 0;
}

int oci_process_read(const struct oci_node *process, struct spec_process *ret, struct err *e)
{
	static char *none[] = { NULL };

	*ret = (struct spec_process){ .new_keyring = 1 };
	if (oci_read(process, fields, ret, e) < 0 || read_user(process, ret, e) < 0 ||
	    read_console(process, ret, e) < 0 || read_oom_score(process, ret, e) < 0 ||
	    oci_capabilities_read(process, ret, e) < 0 || oci_rlimits_read(process, ret, e) < 0 ||
	    oci_scheduling_read(process, ret, e) < 0)
		return -1;
	if (!ret->env)
		ret->env = none;
	return check(process, ret, e);
}

int oci_process_parse(const char *text, size_t n, struct arena *a, struct spec_process *ret,
		      struct err *e)
{
	cleanup_json json_t *json = json_parse_wide(text, n, JSON_FOREIGN_BYTES_MAX, e);
	const struct oci_node document = { .json = json, .arena = a };

	if (!json)
		return -1;
	if (!json_is_object(json))
		return err_set(e, ERR_INVALID, "is not a JSON object");
	if (oci_process_read(&document, ret, e) < 0)
		return -1;
	ret->no_cwd_made = 1;
	return 0;
}
