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
#include "confine/seccomp_words.h"

#define TEXT_BYTES_MAX (1 << 20)
#define RULES_MAX      4096
#define NAMES_MAX      2048
#define ARGS_MAX       32
#define ARCHES_MAX     32
#define FLAGS_MAX      32
#define ERRNO_MAX      4095 /* the kernel's MAX_ERRNO */
#define ERRNO_NAMES    134

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

struct errno_value {
	int given;
	int64_t value;
};

/* "errnoRet": 38, or "errno": "ENOSYS" beside or instead of it; EPERM where neither is. */
static int get_errno(const json_t *o, const char *number_key, const char *name_key,
		     struct errno_value *ret, struct err *e)
{
	const char *name = NULL;

	*ret = (struct errno_value){ .value = -1 };
	if (json_get_int(o, number_key, &ret->value, e) < 0 ||
	    json_get_string(o, name_key, &name, e) < 0)
		return -1;
	ret->given = ret->value != -1 || (name && *name);
	if (ret->value == -1)
		ret->value = name && *name ? errno_by_name(name) : EPERM;
	/* A tracer may be told any 16 bits. */
	if (ret->value < 0 || ret->value > (int64_t)SECCOMP_RET_DATA)
		return err_set(e, ERR_INVALID, "%s: no such error number", number_key);
	return 0;
}

static int action_of(const char *name, const struct errno_value *error, uint32_t *ret,
		     struct err *e)
{
	const struct seccomp_word *known = seccomp_word_find(seccomp_actions, name);

	if (!known)
		return err_set(e, ERR_INVALID, "unknown action \"%s\"", name);
	*ret = known->value;
	if (known->value == SECCOMP_RET_ERRNO || known->value == SECCOMP_RET_TRACE)
		*ret |= (uint32_t)error->value;
	else if (error->given)
		return err_set(e, ERR_INVALID, "%s has no error number", name);
	if (known->value == SECCOMP_RET_ERRNO && error->value > ERRNO_MAX)
		return err_set(e, ERR_INVALID, "errnoRet: no such error number");
	return 0;
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

static int parse_arg(const json_t *o, struct seccomp_arg *ret, struct err *e)
{
	const struct seccomp_word *known;
	const char *op = NULL;
	int64_t index = -1;

	if (!json_is_object(o))
		return err_set(e, ERR_INVALID, "args: not an object");
	if (json_get_int(o, "index", &index, e) < 0 || json_get_string(o, "op", &op, e) < 0 ||
	    json_get_uint(o, "value", &ret->value, e) < 0 ||
	    json_get_uint(o, "valueTwo", &ret->value_two, e) < 0)
		return -1;
	if (index < 0 || index > 5)
		return err_set(e, ERR_INVALID, "args: index must be 0 to 5");
	ret->index = (unsigned)index;
	known = seccomp_word_find(seccomp_operators, op ? op : "");
	if (!known)
		return err_set(e, ERR_INVALID, "args: unknown op \"%s\"", op ? op : "");
	ret->compare = (enum seccomp_compare)known->value;
	return 0;
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
	for (size_t i = 0; i < n; i++)
		if (!*names[i])
			return err_set(e, ERR_INVALID, "an empty name");
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
	struct errno_value error;

	if (!json_is_object(o))
		return err_set(e, ERR_INVALID, "not an object");
	if (get_errno(o, "errnoRet", "errno", &error, e) < 0 || parse_names(o, a, ret, e) < 0 ||
	    parse_args(o, a, ret, e) < 0 ||
	    parse_condition(o, "includes", a, &ret->includes, e) < 0 ||
	    parse_condition(o, "excludes", a, &ret->excludes, e) < 0 ||
	    json_get_string(o, "action", &action, e) < 0)
		return -1;
	return action_of(action ? action : "", &error, &ret->action, e);
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
	size_t n = 0;

	if (json_get_strings(o, "flags", FLAGS_MAX, a, &names, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const struct seccomp_word *known = seccomp_word_find(seccomp_flags, names[i]);

		if (!known)
			return err_set(e, ERR_UNENFORCED, "flag \"%s\" isn't supported", names[i]);
		*ret |= known->value;
	}
	return 0;
}

static int parse_listener(const json_t *o, struct arena *a, struct seccomp_profile *ret,
			  struct err *e)
{
	const char *path = NULL, *metadata = NULL;

	if (json_get_string(o, "listenerPath", &path, e) < 0 ||
	    json_get_string(o, "listenerMetadata", &metadata, e) < 0)
		return -1;
	ret->listener_path = path && *path ? arena_strdup(a, path) : NULL;
	ret->listener_metadata = metadata && *metadata ? arena_strdup(a, metadata) : NULL;
	return 0;
}

static void find_notifications(struct seccomp_profile *p)
{
	p->notifies = p->default_action == SECCOMP_RET_USER_NOTIF;
	for (size_t i = 0; i < p->n_rules; i++)
		p->notifies |= p->rules[i].action == SECCOMP_RET_USER_NOTIF;
	/* The kernel takes it for listeners only. */
	if (!p->notifies)
		p->flags &= ~(unsigned)SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
}

int seccomp_from_json(const json_t *o, struct arena *a, struct seccomp_profile *ret, struct err *e)
{
	const char *action = NULL;
	struct errno_value error;

	*ret = (struct seccomp_profile){};
	if (!json_is_object(o))
		return err_set(e, ERR_INVALID, "not a JSON object");
	if (get_errno(o, "defaultErrnoRet", "defaultErrno", &error, e) < 0 ||
	    json_get_string(o, "defaultAction", &action, e) < 0)
		return -1;
	if (!action || !*action)
		return err_set(e, ERR_INVALID, "no defaultAction");
	if (action_of(action, &error, &ret->default_action, e) < 0)
		return err_wrap(e, "defaultAction");
	if (parse_flags(o, a, &ret->flags, e) < 0 || parse_arches(o, a, ret, e) < 0 ||
	    parse_rules(o, a, ret, e) < 0 || parse_listener(o, a, ret, e) < 0)
		return -1;
	find_notifications(ret);
	return 0;
}

int seccomp_parse(const char *json, size_t n, struct arena *a, struct seccomp_profile *ret,
		  struct err *e)
{
	cleanup_json json_t *o = json_parse_wide(json, n, TEXT_BYTES_MAX, e);

	if (!o)
		return -1;
	if (seccomp_from_json(o, a, ret, e) < 0) {
		if (!json_object_get(o, "defaultAction"))
			err_hint(e, "for no filter at all: --security-opt seccomp=unconfined");
		return -1;
	}
	if (ret->notifies)
		return err_set(e, ERR_UNENFORCED, "SCMP_ACT_NOTIFY: no listener can be given");
	if (ret->listener_path)
		return err_set(e, ERR_UNENFORCED, "listenerPath isn't supported");
	return 0;
}
