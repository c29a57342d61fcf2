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

/* What stands between {{ and }}; no NUL at its end. */
struct action {
	const char *text;
	size_t n;
};

static int add_action(struct text *t, struct action action_text, const json_t *o, struct err *e)
{
	const char *action = action_text.text;
	size_t n = action_text.n;
	const json_t *value;
	int as_json = 0;

	for (; n && *action == ' '; n--)
		action++;
	for (; n && action[n - 1] == ' '; n--)
		;
	if (n > 5 && !memcmp(action, "json ", 5)) {
		as_json = 1;
		for (action += 5, n -= 5; n && *action == ' '; n--)
			action++;
	}
	if (!n)
		return err_set(e, ERR_USAGE, "--format: {{}} is empty");
	value = find(o, action, n, e);
	if (!value)
		return -1;
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
			if (add_action(t, (struct action){ format + 2, (size_t)(end - format) - 2 },
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
