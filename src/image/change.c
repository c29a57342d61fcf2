/* SPDX-License-Identifier: Apache-2.0 */
#include "image/change.h"

#include <string.h>
#include <strings.h>

#include "base/parse.h"
#include "base/text.h"

#define SPACE "\t "

struct instruction {
	const char *name;
	int (*apply)(json_t *config, const char *key, const char *rest, struct err *e);
	const char *key; /* of the config */
};

/* The member of the config, made where it is missing. */
static json_t *member(json_t *config, const char *key, json_t *fresh)
{
	json_t *have = json_object_get(config, key);

	if (have) {
		json_decref(fresh);
		return have;
	}
	json_object_set_new(config, key, fresh);
	return fresh;
}

/* One word with quotes and backslashes resolved, as in a shell. NULL at the end or on error. */
static char *next_word(const char **p, struct err *e)
{
	struct text t = {};
	char quote = 0;

	e->code = ERR_NONE;
	*p += strspn(*p, SPACE);
	if (!**p)
		return NULL;
	text_add_bytes(&t, "", 0);
	for (; **p && (quote || !strchr(SPACE, **p)); ++*p) {
		char c = **p;

		if (c == '\\' && quote != '\'' && (*p)[1]) {
			text_add_bytes(&t, ++*p, 1);
		} else if (quote ? c == quote : c == '"' || c == '\'') {
			quote = quote ? 0 : c;
		} else {
			text_add_bytes(&t, &c, 1);
		}
	}
	if (quote) {
		text_free(&t);
		err_set(e, ERR_USAGE, "a quote is not closed");
		return NULL;
	}
	return t.s ?: xstrdup("");
}

/* ["a", "b"] as JSON; NULL when it isn't that. */
static json_t *exec_form(const char *rest)
{
	struct err ignored;
	json_t *list = *rest == '['
			       ? json_parse(rest, strlen(rest), JSON_FOREIGN_BYTES_MAX, &ignored)
			       : NULL;

	for (size_t i = 0; i < json_array_size(list); i++) {
		if (!json_is_string(json_array_get(list, i))) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static int apply_command(json_t *config, const char *key, const char *rest, struct err *e)
{
	json_t *list = exec_form(rest);

	(void)e;
	if (!list) {
		list = json_array();
		json_array_append_new(list, json_string("/bin/sh"));
		json_array_append_new(list, json_string("-c"));
		json_array_append_new(list, json_text(rest));
	}
	json_object_set_new(config, key, list);
	return 0;
}

static void set_env(json_t *list, const char *name, size_t name_bytes, const char *pair)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *have = json_string_value(json_array_get(list, i));

		if (!strncmp(have, name, name_bytes) && have[name_bytes] == '=') {
			json_array_set_new(list, i, json_text(pair));
			return;
		}
	}
	json_array_append_new(list, json_text(pair));
}

static int set_pair(json_t *config, const char *key, const char *pair, struct err *e)
{
	const char *equals = strchr(pair, '=');
	cleanup_free char *name = NULL;

	if (!equals || equals == pair)
		return err_set(e, ERR_USAGE, "\"%s\" is not NAME=value", pair);
	if (!strcmp(key, "Env")) {
		set_env(member(config, key, json_array()), pair, (size_t)(equals - pair), pair);
		return 0;
	}
	name = xprintf("%.*s", (int)(equals - pair), pair);
	json_object_set_new(member(config, key, json_object()), name, json_text(equals + 1));
	return 0;
}

static int apply_pairs(json_t *config, const char *key, const char *rest, struct err *e)
{
	const char *p = rest, *value;
	cleanup_free char *first = next_word(&p, e);

	if (!first)
		return e->code == ERR_NONE ? err_set(e, ERR_USAGE, "it wants NAME=value") : -1;
	/* The old notation: one name, a space, and all the rest is its value. */
	if (!strchr(first, '=')) {
		cleanup_free char *pair = NULL;

		value = p + strspn(p, SPACE);
		if (!*value)
			return err_set(e, ERR_USAGE, "%s has no value", first);
		pair = xprintf("%s=%s", first, value);
		return set_pair(config, key, pair, e);
	}
	p = rest;
	for (;;) {
		cleanup_free char *pair = next_word(&p, e);

		if (!pair)
			return e->code == ERR_NONE ? 0 : -1;
		if (set_pair(config, key, pair, e) < 0)
			return -1;
	}
}

static int expose(json_t *set, const char *word, struct err *e)
{
	size_t n = strcspn(word, "/"), dash = strcspn(word, "-/");
	const char *protocol = word[n] ? word + n + 1 : "tcp";
	cleanup_free char *low = xprintf("%.*s", (int)dash, word);
	cleanup_free char *high =
		dash < n ? xprintf("%.*s", (int)(n - dash - 1), word + dash + 1) : xstrdup(low);
	uint64_t from, to;

	if (parse_uint(low, 65535, &from, e) < 0 || parse_uint(high, 65535, &to, e) < 0 ||
	    from == 0 || to < from)
		return err_set(e, ERR_USAGE, "\"%s\" is no port or range of ports", word);
	if (strcmp(protocol, "tcp") != 0 && strcmp(protocol, "udp") != 0 &&
	    strcmp(protocol, "sctp") != 0)
		return err_set(e, ERR_USAGE, "\"%s\": neither tcp, udp nor sctp", word);
	for (; from <= to; from++) {
		cleanup_free char *port = xprintf("%llu/%s", (unsigned long long)from, protocol);

		json_object_set_new(set, port, json_object());
	}
	return 0;
}

static int apply_ports(json_t *config, const char *key, const char *rest, struct err *e)
{
	json_t *set = member(config, key, json_object());
	const char *p = rest;

	for (;;) {
		cleanup_free char *word = next_word(&p, e);

		if (!word)
			return e->code == ERR_NONE ? 0 : -1;
		if (expose(set, word, e) < 0)
			return -1;
	}
}

static int apply_volumes(json_t *config, const char *key, const char *rest, struct err *e)
{
	json_t *set = member(config, key, json_object());
	cleanup_json json_t *list = exec_form(rest);
	const char *p = rest;

	for (size_t i = 0; i < json_array_size(list); i++)
		json_object_set_new(set, json_string_value(json_array_get(list, i)), json_object());
	while (!list) {
		cleanup_free char *word = next_word(&p, e);

		if (!word)
			return e->code == ERR_NONE ? 0 : -1;
		json_object_set_new(set, word, json_object());
	}
	return 0;
}

static int apply_text(json_t *config, const char *key, const char *rest, struct err *e)
{
	const char *p = rest;
	cleanup_free char *word = next_word(&p, e);

	if (!word)
		return e->code == ERR_NONE ? err_set(e, ERR_USAGE, "it wants a value") : -1;
	if (p[strspn(p, SPACE)])
		return err_set(e, ERR_USAGE, "it wants one value");
	json_put_string(config, key, word);
	return 0;
}

static int apply_workdir(json_t *config, const char *key, const char *rest, struct err *e)
{
	const char *before = json_string_value(json_object_get(config, key)) ?: "";
	cleanup_free char *joined = xprintf("%s/%s", before, rest);

	return apply_text(config, key, *rest == '/' ? rest : joined, e);
}

static const struct instruction instructions[] = {
	{ "CMD", apply_command, "Cmd" },
	{ "ENTRYPOINT", apply_command, "Entrypoint" },
	{ "ENV", apply_pairs, "Env" },
	{ "EXPOSE", apply_ports, "ExposedPorts" },
	{ "LABEL", apply_pairs, "Labels" },
	{ "STOPSIGNAL", apply_text, "StopSignal" },
	{ "USER", apply_text, "User" },
	{ "VOLUME", apply_volumes, "Volumes" },
	{ "WORKDIR", apply_workdir, "WorkingDir" },
};

int image_change_apply(json_t *config, const char *instruction, struct err *e)
{
	size_t n;

	instruction += strspn(instruction, SPACE);
	n = strcspn(instruction, SPACE);
	for (size_t i = 0; i < ARRAY_SIZE(instructions); i++) {
		const struct instruction *in = &instructions[i];
		const char *rest = instruction + n + strspn(instruction + n, SPACE);

		if (strlen(in->name) != n || strncasecmp(in->name, instruction, n) != 0)
			continue;
		if (!*rest)
			return err_set(e, ERR_USAGE, "--change %s: it wants a value", in->name);
		return in->apply(config, in->key, rest, e) < 0
			       ? err_wrap(e, "--change %s", in->name)
			       : 0;
	}
	err_set(e, ERR_USAGE, "--change: \"%.*s\" is not an instruction for configs", (int)n,
		instruction);
	return err_hint(e, "CMD ENTRYPOINT ENV EXPOSE LABEL STOPSIGNAL USER VOLUME WORKDIR");
}
