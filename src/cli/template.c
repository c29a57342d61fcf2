/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/template.h"

#include <stdlib.h>
#include <string.h>

#define FIELD_MAX 128

static int is_field_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/* ".A.B" (n bytes) from `o`; NULL with *e filled when there is no such member. */
static const json_t *find(const json_t *o, const char *path, size_t n, struct err *e)
{
	const char *end = path + n;
	char name[FIELD_MAX];

	while (path < end && o) {
		size_t length = 0;

		if (*path++ != '.')
			goto bad;
		while (path + length < end && is_field_char(path[length]))
			length++;
		if ((!length && n > 1) || length >= sizeof name)
			goto bad;
		if (!length)
			return o;
		memcpy(name, path, length);
		name[length] = '\0';
		o = json_object_get(o, name);
		path += length;
		if (!o) {
			err_set(e, ERR_USAGE, "--format: there is no field \"%s\"", name);
			return NULL;
		}
	}
	return o;
bad:
	err_set(e, ERR_USAGE, "--format: only {{.Field}} and {{json .Field}} are understood");
	return NULL;
}

static void add_value(struct text *t, const json_t *v, int as_json)
{
	cleanup_free char *json = NULL;

	if (!as_json && json_is_string(v)) {
		text_add(t, "%s", json_string_value(v));
		return;
	}
	json = json_dump(v, 0);
	text_add(t, "%s", json);
}

/* A part of the template; no NUL at its end. */
struct slice {
	const char *s;
	size_t n;
};

static struct slice trim(struct slice x)
{
	for (; x.n && *x.s == ' '; x.n--)
		x.s++;
	for (; x.n && x.s[x.n - 1] == ' '; x.n--)
		;
	return x;
}

/* Takes `word` and the blanks behind it off the front: 1 when it was there. */
static int take_word(struct slice *x, const char *word)
{
	size_t n = strlen(word);

	if (x->n <= n || memcmp(x->s, word, n) != 0 || x->s[n] != ' ')
		return 0;
	*x = trim((struct slice){ x->s + n, x->n - n });
	return 1;
}

/*
 * Behind "index": a path, and a key in quotes for an object or a number for a list. As in Go, an
 * object without that key gives nothing: *ret is NULL.
 */
static int find_index(const json_t *o, struct slice x, const json_t **ret, struct err *e)
{
	const char *blank = memchr(x.s, ' ', x.n);
	size_t path = blank ? (size_t)(blank - x.s) : x.n;
	struct slice key = trim((struct slice){ x.s + path, x.n - path });
	const json_t *in = find(o, x.s, path, e);
	char name[FIELD_MAX];

	if (!in)
		return -1;
	if (key.n > 1 && key.n < sizeof name) {
		memcpy(name, key.s, key.n);
		name[key.n] = '\0';
		if (json_is_object(in) && *name == '"' && name[key.n - 1] == '"') {
			name[key.n - 1] = '\0';
			*ret = json_object_get(in, name + 1);
			return 0;
		}
	}
	if (key.n == 1 && json_is_array(in) && *key.s >= '0' && *key.s <= '9') {
		*ret = json_array_get(in, (size_t)(*key.s - '0'));
		return *ret ? 0 : err_set(e, ERR_USAGE, "--format: index %c is too high", *key.s);
	}
	return err_set(e, ERR_USAGE, "--format: {{index .Field \"key\"}} is understood");
}

/* What stands between {{ and }}. */
static int add_action(struct text *t, struct slice action, const json_t *o, struct err *e)
{
	const json_t *value = NULL;
	int as_json;

	action = trim(action);
	as_json = take_word(&action, "json");
	if (!action.n)
		return err_set(e, ERR_USAGE, "--format: {{}} is empty");
	if (take_word(&action, "index")) {
		if (find_index(o, action, &value, e) < 0)
			return -1;
	} else {
		value = find(o, action.s, action.n, e);
		if (!value)
			return -1;
	}
	if (value)
		add_value(t, value, as_json);
	return 0;
}

int template_add(struct text *t, const char *format, const json_t *o, struct err *e)
{
	while (*format) {
		const char *end;

		if (!strncmp(format, "{{", 2)) {
			end = strstr(format, "}}");
			if (!end)
				return err_set(e, ERR_USAGE, "--format: {{ has no end");
			if (add_action(t, (struct slice){ format + 2, (size_t)(end - format) - 2 },
				       o, e) < 0)
				return -1;
			format = end + 2;
		} else if (*format == '\\' && (format[1] == 't' || format[1] == 'n')) {
			text_add(t, "%c", format[1] == 't' ? '\t' : '\n');
			format += 2;
		} else {
			text_add_bytes(t, format++, 1);
		}
	}
	return 0;
}
