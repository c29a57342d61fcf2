/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/landlock.h"

#include <string.h>

#include "oci/landlock_template.h"
#include "oci/landlock_words.h"
#include "oci/node.h"

#define WORDS_MAX 64

struct policy {
	struct arena *arena;
	struct oci_landlock_templates templates;
	int abi; /* 0: not said */
	struct spec_landlock *to;
	uint64_t access; /* of the rule that is being read */
	struct spec_landlock_path *paths;
	struct spec_landlock_port *ports;
};

/* A policy with a member that isn't understood would protect less than its author thinks. */
static int check_members(const struct oci_node *n, const char *const *known, struct err *e)
{
	const char *key;
	json_t *value;

	json_object_foreach ((json_t *)n->json, key, value) {
		size_t i = 0;

		while (known[i] && strcmp(known[i], key) != 0)
			i++;
		if (!known[i])
			return oci_invalid(n, key, e, "isn't known");
	}
	return 0;
}

/* ---- words ---- */

static int word_bits(const struct oci_landlock_word *word, int abi, uint64_t *ret)
{
	if (!word->is_group)
		*ret |= word->bits;
	else if (!abi)
		return -1;
	else
		*ret |= word->bits & oci_landlock_of_abi(word, abi);
	return 0;
}

/* A list of words, and what they are. */
struct words {
	const char *key;
	const struct oci_landlock_word *table;
};

static int read_words(const struct oci_node *n, struct words w, const struct policy *p,
		      uint64_t *ret, struct err *e)
{
	const struct oci_field fields[] = { { w.key, OCI_STRINGS, 0, 0, WORDS_MAX }, {} };
	const char *const *words = NULL;

	if (oci_read(n, fields, &words, e) < 0)
		return -1;
	for (; words && *words; words++) {
		const struct oci_landlock_word *word = oci_landlock_word_find(w.table, *words);

		if (!word)
			return oci_invalid(n, w.key, e, "unknown word \"%s\"", *words);
		if (word_bits(word, p->abi, ret) < 0)
			return oci_invalid(n, w.key, e, "\"%s\" needs \"abi\"", *words);
	}
	return 0;
}

static const struct words allowed_fs = { "allowedAccess", oci_landlock_fs };
static const struct words allowed_net = { "allowedAccess", oci_landlock_net };

/* ---- rules ---- */

static int add_path(void *to, const char *path)
{
	struct policy *p = to;
	const struct spec_landlock_path rule = { path, p->access };

	if (*path != '/' || p->to->n_paths == OCI_LANDLOCK_RULES_MAX)
		return -1;
	ARENA_PUSH(p->arena, p->paths, p->to->n_paths) = rule;
	return 0;
}

/* One entry of pathBeneath; `parents` is what the form calls its paths. */
static int read_path_rule(const struct oci_node *n, const char *parents, struct policy *p,
			  struct err *e)
{
	const struct oci_field fields[] = {
		{ parents, OCI_STRINGS, 0, 0, OCI_LANDLOCK_RULES_MAX, 1 }, {}
	};
	const char *const members[] = { "allowedAccess", parents, NULL };
	const char *const *paths = NULL;
	uint64_t access = 0;

	if (check_members(n, members, e) < 0 || oci_read(n, fields, &paths, e) < 0 ||
	    read_words(n, allowed_fs, p, &access, e) < 0)
		return -1;
	p->access = access;
	for (; *paths; paths++) {
		if (oci_landlock_expand(&p->templates, *paths, add_path, p) < 0)
			return oci_invalid(
				n, parents, e,
				"\"%s\" is not absolute, has unknown variables or is one "
				"path too many",
				*paths);
	}
	p->to->handled_fs |= access;
	return 0;
}

static int read_port_rule(const struct oci_node *n, const char *ports, struct policy *p,
			  struct err *e)
{
	const char *const members[] = { "allowedAccess", ports, NULL };
	uint64_t access = 0, port;
	struct oci_node list;

	if (check_members(n, members, e) < 0 || read_words(n, allowed_net, p, &access, e) < 0 ||
	    oci_array(n, ports, &list, e) < 0)
		return -1;
	for (size_t i = 0; i < json_array_size(list.json); i++) {
		if (json_uint(json_array_get(list.json, i), &port) < 0 || port > UINT16_MAX)
			return oci_invalid(n, ports, e, "has something that is no port");
		if (p->to->n_ports == OCI_LANDLOCK_RULES_MAX)
			return oci_invalid(n, ports, e, "has one port too many");
		ARENA_PUSH(p->arena, p->ports, p->to->n_ports) =
			(struct spec_landlock_port){ port, access };
	}
	p->to->handled_net |= access;
	return 0;
}

typedef int rule_reader(const struct oci_node *n, const char *objects, struct policy *p,
			struct err *e);

struct rule_list {
	const char *key, *objects;
	rule_reader *read;
};

static int read_rules(const struct oci_node *n, const struct rule_list *l, struct policy *p,
		      struct err *e)
{
	struct oci_node list, item;
	int found = oci_array(n, l->key, &list, e);

	for (size_t i = 0; found > 0 && i < json_array_size(list.json); i++) {
		if (oci_item(&list, i, &item, e) < 0 || l->read(&item, l->objects, p, e) < 0)
			return -1;
	}
	return found < 0 ? -1 : 0;
}

static int read_ruleset(const struct oci_node *n, struct policy *p, struct err *e)
{
	static const char *const members[] = { "handledAccessFS", "handledAccessFs",
					       "handledAccessNet", "scoped", NULL };

	const struct {
		struct words words;
		uint64_t *to;
	} rows[] = {
		{ { "handledAccessFS", oci_landlock_fs }, &p->to->handled_fs },
		{ { "handledAccessFs", oci_landlock_fs }, &p->to->handled_fs },
		{ { "handledAccessNet", oci_landlock_net }, &p->to->handled_net },
		{ { "scoped", oci_landlock_scopes }, &p->to->scopes },
	};

	if (check_members(n, members, e) < 0)
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (read_words(n, rows[i].words, p, rows[i].to, e) < 0)
			return -1;
	}
	return 0;
}

/* ---- the two forms ---- */

static int read_draft(const struct oci_node *n, struct policy *p, struct err *e)
{
	static const char *const members[] = { "ruleset", "rules", "disableBestEffort", NULL };
	static const char *const rule_members[] = { "pathBeneath", "netPort", NULL };
	static const struct rule_list paths = { "pathBeneath", "paths", read_path_rule };
	static const struct rule_list ports = { "netPort", "ports", read_port_rule };
	static const struct oci_field fields[] = { { "disableBestEffort", OCI_SWITCH, 0 }, {} };
	struct oci_node ruleset, rules;
	int strict = 0, found;

	if (check_members(n, members, e) < 0 || oci_read(n, fields, &strict, e) < 0)
		return -1;
	p->to->best_effort = !strict;
	found = oci_object(n, "ruleset", &ruleset, e);
	if (found < 0 || (found && read_ruleset(&ruleset, p, e) < 0))
		return -1;
	found = oci_object(n, "rules", &rules, e);
	if (found <= 0)
		return found;
	return check_members(&rules, rule_members, e) < 0 || read_rules(&rules, &paths, p, e) < 0 ||
			       read_rules(&rules, &ports, p, e) < 0
		       ? -1
		       : 0;
}

static int read_variable(const struct oci_node *n, struct policy *p, struct err *e)
{
	static const char *const members[] = { "name", "literal", NULL };
	struct oci_landlock_variable v = {};
	static const struct oci_field fields[] = {
		{ "name", OCI_TEXT, offsetof(struct oci_landlock_variable, name), .required = 1 },
		{ "literal", OCI_STRINGS, offsetof(struct oci_landlock_variable, values), 0,
		  OCI_LANDLOCK_RULES_MAX },
		{},
	};

	if (check_members(n, members, e) < 0 || oci_read(n, fields, &v, e) < 0)
		return -1;
	if (p->templates.n == OCI_LANDLOCK_VARIABLES_MAX)
		return oci_invalid(n, NULL, e, "is one variable too many");
	p->templates.variables[p->templates.n++] = v;
	return 0;
}

static int read_variables(const struct oci_node *n, struct policy *p, struct err *e)
{
	struct oci_node list, item;
	int found = oci_array(n, "variable", &list, e);

	for (size_t i = 0; found > 0 && i < json_array_size(list.json); i++) {
		if (oci_item(&list, i, &item, e) < 0 || read_variable(&item, p, e) < 0)
			return -1;
	}
	return found < 0 ? -1 : 0;
}

static int read_landlockconfig(const struct oci_node *n, struct policy *p, struct err *e)
{
	static const char *const members[] = { "abi",	      "variable", "ruleset",
					       "pathBeneath", "netPort",  NULL };
	static const struct rule_list paths = { "pathBeneath", "parent", read_path_rule };
	static const struct rule_list ports = { "netPort", "port", read_port_rule };
	static const struct oci_field fields[] = {
		{ "abi", OCI_INT, offsetof(struct policy, abi), 1, INT32_MAX },
		{},
	};
	struct oci_node list, item;
	int found;

	p->to->best_effort = 1;
	if (check_members(n, members, e) < 0 || oci_read(n, fields, p, e) < 0 ||
	    read_variables(n, p, e) < 0)
		return -1;
	found = oci_array(n, "ruleset", &list, e);
	for (size_t i = 0; found > 0 && i < json_array_size(list.json); i++) {
		if (oci_item(&list, i, &item, e) < 0 || read_ruleset(&item, p, e) < 0)
			return -1;
	}
	return found < 0 || read_rules(n, &paths, p, e) < 0 || read_rules(n, &ports, p, e) < 0 ? -1
											       : 0;
}

/* The draft has objects where landlockconfig has arrays, and members of its own. */
static int is_draft(const json_t *j)
{
	return json_is_object(json_object_get(j, "ruleset")) || json_object_get(j, "rules") ||
	       json_object_get(j, "disableBestEffort");
}

int oci_landlock_parse(const char *text, size_t n, struct arena *a, struct spec_landlock *ret,
		       struct err *e)
{
	cleanup_json json_t *json = json_parse_wide(text, n, JSON_FOREIGN_BYTES_MAX, e);
	const struct oci_node document = { .json = json, .arena = a };
	struct policy p = { .arena = a, .to = ret, .templates = { .arena = a } };

	*ret = (struct spec_landlock){};
	if (!json)
		return -1;
	if (!json_is_object(json))
		return err_set(e, ERR_INVALID, "is not a JSON object");
	if ((is_draft(json) ? read_draft : read_landlockconfig)(&document, &p, e) < 0)
		return -1;
	if (!ret->handled_fs && !ret->handled_net && !ret->scopes)
		return err_set(e, ERR_INVALID, "restricts nothing");
	ret->paths = p.paths;
	ret->ports = p.ports;
	return 0;
}
