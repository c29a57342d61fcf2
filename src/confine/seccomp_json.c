/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Profiles as JSON: Docker's format, its older form with one `name` a rule, and the `linux.seccomp`
 * object of an OCI spec, which is a subset. Written by strangers. Members that only inform
 * (comment, notes) are passed over; what would change the meaning and isn't known is an error.
 */
#include "confine/seccomp.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>

#include "base/json.h"
#include "base/parse.h"
#include "confine/capability.h"

#define TEXT_BYTES_MAX (1 << 20)
#define RULES_MAX      4096
#define NAMES_MAX      2048
#define ARGS_MAX       32
#define ARCHES_MAX     32
#define ERRNO_MAX      4095 /* the kernel's MAX_ERRNO */
#define ERRNO_NAMES    134

static const struct {
	const char *name;
	uint32_t action;
} actions[] = {
	{ "SCMP_ACT_KILL", SECCOMP_RET_KILL_THREAD },
	{ "SCMP_ACT_KILL_THREAD", SECCOMP_RET_KILL_THREAD },
	{ "SCMP_ACT_KILL_PROCESS", SECCOMP_RET_KILL_PROCESS },
	{ "SCMP_ACT_TRAP", SECCOMP_RET_TRAP },
	{ "SCMP_ACT_ERRNO", SECCOMP_RET_ERRNO },
	{ "SCMP_ACT_TRACE", SECCOMP_RET_TRACE },
	{ "SCMP_ACT_LOG", SECCOMP_RET_LOG },
	{ "SCMP_ACT_ALLOW", SECCOMP_RET_ALLOW },
};

static const struct {
	const char *name;
	enum seccomp_compare compare;
} operators[] = {
	{ "SCMP_CMP_NE", SECCOMP_NE },
	{ "SCMP_CMP_LT", SECCOMP_LT },
	{ "SCMP_CMP_LE", SECCOMP_LE },
	{ "SCMP_CMP_EQ", SECCOMP_EQ },
	{ "SCMP_CMP_GE", SECCOMP_GE },
	{ "SCMP_CMP_GT", SECCOMP_GT },
	{ "SCMP_CMP_MASKED_EQ", SECCOMP_MASKED_EQ },
};

static const struct {
	const char *name;
	unsigned flag;
} flags[] = {
	/* With one thread there is nobody to synchronise with. */
	{ "SECCOMP_FILTER_FLAG_TSYNC", 0 },
	{ "SECCOMP_FILTER_FLAG_LOG", SECCOMP_FILTER_FLAG_LOG },
	{ "SECCOMP_FILTER_FLAG_SPEC_ALLOW", SECCOMP_FILTER_FLAG_SPEC_ALLOW },
};

/* ---- actions ---- */

static int errno_by_name(const char *name)
{
	for (int i = 1; i < ERRNO_NAMES; i++) {
		const char *known = strerrorname_np(i);

		if (known && !strcmp(known, name))
			return i;
	}
	return -1;
}

/* "errnoRet": 38, or "errno": "ENOSYS" beside or instead of it; EPERM where neither is. */
static int get_errno(const json_t *o, const char *number_key, const char *name_key, struct err *e)
{
	int64_t number = -1;
	const char *name = NULL;

	if (json_get_int(o, number_key, &number, e) < 0 ||
	    json_get_string(o, name_key, &name, e) < 0)
		return -1;
	if (number == -1)
		number = name && *name ? errno_by_name(name) : EPERM;
	if (number < 0 || number > ERRNO_MAX)
		return err_set(e, ERR_INVALID, "%s: no such error number", number_key);
	return (int)number;
}

static int action_of(const char *name, int error, uint32_t *ret, struct err *e)
{
	for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
		uint32_t action = actions[i].action;

		if (strcmp(actions[i].name, name) != 0)
			continue;
		if (action == SECCOMP_RET_ERRNO || action == SECCOMP_RET_TRACE)
			action |= (uint32_t)error & SECCOMP_RET_DATA;
		*ret = action;
		return 0;
	}
	if (!strcmp(name, "SCMP_ACT_NOTIFY"))
		return err_set(e, ERR_UNENFORCED, "SCMP_ACT_NOTIFY: no listener can be given");
	return err_set(e, ERR_INVALID, "unknown action \"%s\"", name);
}

/* ---- conditions ---- */

static int parse_kernel(const char *text, unsigned *ret, struct err *e)
{
	const char *dot = strchr(text, '.');
	char major_text[8];
	uint64_t major, minor;

	if (!*text)
		return 0;
	if (!dot || (size_t)(dot - text) >= sizeof(major_text))
		return err_set(e, ERR_INVALID, "minKernel \"%s\" isn't of the form 4.8", text);
	memcpy(major_text, text, (size_t)(dot - text));
	major_text[dot - text] = '\0';
	if (parse_uint(major_text, 255, &major, e) < 0 || parse_uint(dot + 1, 255, &minor, e) < 0)
		return err_wrap(e, "minKernel");
	*ret = SECCOMP_KERNEL(major, minor);
	return 0;
}

static int parse_condition(const json_t *rule, const char *key, struct arena *a,
			   struct seccomp_condition *ret, struct err *e)
{
	char **caps = NULL, **arches = NULL;
	const char *kernel = "";
	size_t n_caps = 0, n_arches = 0;
	json_t *o;

	if (json_get_object(rule, key, &o, e) < 0)
		return -1;
	if (!o)
		return 0;
	if (json_get_strings(o, "caps", CAPABILITY_COUNT, a, &caps, &n_caps, e) < 0 ||
	    json_get_strings(o, "arches", ARCHES_MAX, a, &arches, &n_arches, e) < 0 ||
	    json_get_string(o, "minKernel", &kernel, e) < 0 ||
	    parse_kernel(kernel ? kernel : "", &ret->kernel, e) < 0 ||
	    capability_set_parse(caps, n_caps, &ret->caps, e) < 0)
		return err_wrap(e, "%s", key);
	if (n_arches)
		ret->arches = (const char *const *)arches;
	return 0;
}

/* ---- arguments ---- */

/* Docker writes unsigned 64-bit values; jansson has signed ones and refuses what doesn't fit. */
static int get_value(const json_t *o, const char *key, uint64_t *ret, struct err *e)
{
	int64_t value = 0;

	if (json_get_int(o, key, &value, e) < 0)
		return -1;
	*ret = (uint64_t)value;
	return 0;
}

static int parse_arg(const json_t *o, struct seccomp_arg *ret, struct err *e)
{
	const char *op = NULL;
	int64_t index = -1;

	if (!json_is_object(o))
		return err_set(e, ERR_INVALID, "args: not an object");
	if (json_get_int(o, "index", &index, e) < 0 || json_get_string(o, "op", &op, e) < 0 ||
	    get_value(o, "value", &ret->value, e) < 0 ||
	    get_value(o, "valueTwo", &ret->value_two, e) < 0)
		return -1;
	if (index < 0 || index > 5)
		return err_set(e, ERR_INVALID, "args: index must be 0 to 5");
	ret->index = (unsigned)index;
	for (size_t i = 0; op && i < ARRAY_SIZE(operators); i++)
		if (!strcmp(operators[i].name, op)) {
			ret->compare = operators[i].compare;
			return 0;
		}
	return err_set(e, ERR_INVALID, "args: unknown op \"%s\"", op ? op : "");
}

static int parse_args(const json_t *rule, struct arena *a, struct seccomp_rule *ret, struct err *e)
{
	struct seccomp_arg *args;
	json_t *list;

	if (json_get_array(rule, "args", &list, e) < 0)
		return -1;
	ret->n_args = json_array_size(list);
	if (ret->n_args > ARGS_MAX)
		return err_set(e, ERR_LIMIT, "more than %d args", ARGS_MAX);
	args = arena_alloc(a, ret->n_args * sizeof(*args));
	for (size_t i = 0; i < ret->n_args; i++)
		if (parse_arg(json_array_get(list, i), &args[i], e) < 0)
			return -1;
	ret->args = args;
	return 0;
}

/* ---- rules ---- */

static int parse_names(const json_t *rule, struct arena *a, struct seccomp_rule *ret, struct err *e)
{
	const char *name = NULL, **one;
	char **names = NULL;
	size_t n = 0;

	if (json_get_strings(rule, "names", NAMES_MAX, a, &names, &n, e) < 0 ||
	    json_get_string(rule, "name", &name, e) < 0)
		return -1;
	if (name && *name && n)
		return err_set(e, ERR_INVALID, "both name and names");
	if (!n && (!name || !*name))
		return err_set(e, ERR_INVALID, "a rule without names");
	if (n) {
		ret->names = (const char *const *)names;
		return 0;
	}
	one = arena_alloc(a, 2 * sizeof(*one));
	one[0] = arena_strdup(a, name);
	ret->names = one;
	return 0;
}

static int parse_rule(const json_t *o, struct arena *a, struct seccomp_rule *ret, struct err *e)
{
	const char *action = NULL;
	int error;

	if (!json_is_object(o))
		return err_set(e, ERR_INVALID, "not an object");
	error = get_errno(o, "errnoRet", "errno", e);
	if (error < 0 || parse_names(o, a, ret, e) < 0 || parse_args(o, a, ret, e) < 0 ||
	    parse_condition(o, "includes", a, &ret->includes, e) < 0 ||
	    parse_condition(o, "excludes", a, &ret->excludes, e) < 0 ||
	    json_get_string(o, "action", &action, e) < 0)
		return -1;
	return action_of(action ? action : "", error, &ret->action, e);
}

static int parse_rules(const json_t *o, struct arena *a, struct seccomp_profile *ret, struct err *e)
{
	struct seccomp_rule *rules;
	json_t *list;

	if (json_get_array(o, "syscalls", &list, e) < 0)
		return -1;
	ret->n_rules = json_array_size(list);
	if (ret->n_rules > RULES_MAX)
		return err_set(e, ERR_LIMIT, "more than %d rules", RULES_MAX);
	rules = arena_alloc(a, ret->n_rules * sizeof(*rules));
	for (size_t i = 0; i < ret->n_rules; i++)
		if (parse_rule(json_array_get(list, i), a, &rules[i], e) < 0)
			return err_wrap(e, "syscalls[%zu]", i);
	ret->rules = rules;
	return 0;
}

/* ---- architectures and the rest ---- */

static int parse_map(const json_t *o, struct arena *a, struct seccomp_arch_map *ret, struct err *e)
{
	const char *arch = NULL;
	char **subs = NULL;
	size_t n;

	if (!json_is_object(o))
		return err_set(e, ERR_INVALID, "not an object");
	if (json_get_string(o, "architecture", &arch, e) < 0 ||
	    json_get_strings(o, "subArchitectures", ARCHES_MAX, a, &subs, &n, e) < 0)
		return -1;
	if (!arch)
		return err_set(e, ERR_INVALID, "no architecture");
	ret->arch = arena_strdup(a, arch);
	ret->subs = (const char *const *)subs;
	return 0;
}

static int parse_arches(const json_t *o, struct arena *a, struct seccomp_profile *ret,
			struct err *e)
{
	struct seccomp_arch_map *maps;
	char **arches = NULL;
	json_t *list;
	size_t n = 0;

	if (json_get_array(o, "archMap", &list, e) < 0 ||
	    json_get_strings(o, "architectures", ARCHES_MAX, a, &arches, &n, e) < 0)
		return -1;
	ret->n_arch_maps = json_array_size(list);
	if (ret->n_arch_maps > ARCHES_MAX)
		return err_set(e, ERR_LIMIT, "archMap: more than %d entries", ARCHES_MAX);
	if (ret->n_arch_maps && n)
		return err_set(e, ERR_INVALID, "both architectures and archMap");
	ret->arches = n ? (const char *const *)arches : NULL;
	maps = arena_alloc(a, ret->n_arch_maps * sizeof(*maps));
	for (size_t i = 0; i < ret->n_arch_maps; i++)
		if (parse_map(json_array_get(list, i), a, &maps[i], e) < 0)
			return err_wrap(e, "archMap[%zu]", i);
	ret->arch_maps = maps;
	return 0;
}

static int parse_flags(const json_t *o, struct arena *a, unsigned *ret, struct err *e)
{
	char **names = NULL;
	size_t n = 0, i;

	if (json_get_strings(o, "flags", ARRAY_SIZE(flags) + 1, a, &names, &n, e) < 0)
		return -1;
	for (char **name = names; n; name++, n--) {
		for (i = 0; i < ARRAY_SIZE(flags); i++)
			if (!strcmp(flags[i].name, *name))
				break;
		if (i == ARRAY_SIZE(flags))
			return err_set(e, ERR_UNENFORCED, "flag \"%s\" isn't supported", *name);
		*ret |= flags[i].flag;
	}
	return 0;
}

int seccomp_parse(const char *json, size_t n, struct arena *a, struct seccomp_profile *ret,
		  struct err *e)
{
	cleanup_json json_t *o = json_parse(json, n, TEXT_BYTES_MAX, e);
	const char *action = NULL, *listener = NULL;
	int error;

	*ret = (struct seccomp_profile){};
	if (!o)
		return -1;
	if (!json_is_object(o))
		return err_set(e, ERR_INVALID, "not a JSON object");
	error = get_errno(o, "defaultErrnoRet", "defaultErrno", e);
	if (error < 0 || json_get_string(o, "defaultAction", &action, e) < 0 ||
	    json_get_string(o, "listenerPath", &listener, e) < 0)
		return -1;
	if (!action || !*action) {
		err_set(e, ERR_INVALID, "no defaultAction");
		return err_hint(e, "for no filter at all: --security-opt seccomp=unconfined");
	}
	if (listener && *listener)
		return err_set(e, ERR_UNENFORCED, "listenerPath isn't supported");
	if (action_of(action, error, &ret->default_action, e) < 0)
		return err_wrap(e, "defaultAction");
	return parse_flags(o, a, &ret->flags, e) < 0 || parse_arches(o, a, ret, e) < 0 ||
			       parse_rules(o, a, ret, e) < 0
		       ? -1
		       : 0;
}
