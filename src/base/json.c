/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include <string.h>

#include "base/fd.h"
#include "base/text.h"
#include "base/utf8.h"

void json_putp(json_t **j)
{
	json_decref(*j);
}

/* The parser recurses; the depth of brackets outside of strings is counted first. */
static int check_depth(const char *text, size_t n, struct err *e)
{
	int depth = 0, in_string = 0;

	for (size_t i = 0; i < n; i++) {
		char c = text[i];

		if (in_string) {
			if (c == '\\')
				i++;
			else if (c == '"')
				in_string = 0;
		} else if (c == '"') {
			in_string = 1;
		} else if (c == '{' || c == '[') {
			if (++depth > JSON_DEPTH_MAX)
				return err_set(e, ERR_LIMIT, "JSON nested deeper than %d",
					       JSON_DEPTH_MAX);
		} else if (c == '}' || c == ']') {
			depth--;
		}
	}
	return 0;
}

json_t *json_parse(const char *text, size_t n, size_t limit, struct err *e)
{
	json_error_t je;
	json_t *j;

	if (n > limit)
		return err_set(e, ERR_LIMIT, "JSON larger than %zu bytes", limit), NULL;
	if (check_depth(text, n, e) < 0)
		return NULL;
	j = json_loadb(text, n, JSON_REJECT_DUPLICATES, &je);
	if (!j)
		err_set(e, ERR_INVALID, "JSON line %d column %d: %s", je.line, je.column, je.text);
	return j;
}

json_t *json_parse_file(int dir_fd, const char *path, size_t limit, struct err *e)
{
	cleanup_free char *text = fd_read_file(dir_fd, path, limit, e);
	json_t *j;

	if (!text)
		return NULL;
	j = json_parse(text, strlen(text), limit, e);
	if (!j)
		err_wrap(e, "%s", path);
	return j;
}

static const json_t *member(const json_t *o, const char *key)
{
	const json_t *m = json_object_get(o, key);

	return json_is_null(m) ? NULL : m;
}

static int wrong_type(struct err *e, const char *key, const char *expected)
{
	return err_set(e, ERR_INVALID, "\"%s\" is not %s", key, expected);
}

int json_get_string(const json_t *o, const char *key, const char **ret, struct err *e)
{
	const json_t *m = member(o, key);

	if (!m)
		return 0;
	if (!json_is_string(m))
		return wrong_type(e, key, "a string");
	*ret = json_string_value(m);
	return 0;
}

int json_get_int(const json_t *o, const char *key, int64_t *ret, struct err *e)
{
	const json_t *m = member(o, key);

	if (!m)
		return 0;
	if (!json_is_integer(m))
		return wrong_type(e, key, "a whole number");
	*ret = json_integer_value(m);
	return 0;
}

int json_get_bool(const json_t *o, const char *key, int *ret, struct err *e)
{
	const json_t *m = member(o, key);

	if (!m)
		return 0;
	if (!json_is_boolean(m))
		return wrong_type(e, key, "true or false");
	*ret = json_is_true(m);
	return 0;
}

int json_get_object(const json_t *o, const char *key, json_t **ret, struct err *e)
{
	*ret = (json_t *)member(o, key);
	return *ret && !json_is_object(*ret) ? wrong_type(e, key, "an object") : 0;
}

int json_get_array(const json_t *o, const char *key, json_t **ret, struct err *e)
{
	*ret = (json_t *)member(o, key);
	return *ret && !json_is_array(*ret) ? wrong_type(e, key, "an array") : 0;
}

int json_get_strings(const json_t *o, const char *key, size_t limit, struct arena *a, char ***ret,
		     size_t *ret_n, struct err *e)
{
	json_t *list;
	size_t n;
	char **v;

	if (json_get_array(o, key, &list, e) < 0)
		return -1;
	if (!list)
		return 0;
	n = json_array_size(list);
	if (n > limit)
		return err_set(e, ERR_LIMIT, "\"%s\" has more than %zu items", key, limit);
	v = arena_alloc(a, (n + 1) * sizeof *v);
	for (size_t i = 0; i < n; i++) {
		const json_t *item = json_array_get(list, i);

		if (!json_is_string(item))
			return wrong_type(e, key, "an array of strings");
		v[i] = arena_strdup(a, json_string_value(item));
	}
	*ret = v;
	if (ret_n)
		*ret_n = n;
	return 0;
}

json_t *json_text(const char *value)
{
	cleanup_by(text_free) struct text clean = {};
	json_t *j = json_string(value);

	if (j)
		return j;
	utf8_add_clean(&clean, value, strlen(value));
	return json_string_nocheck(clean.s ?: "");
}

void json_put_string(json_t *o, const char *key, const char *value)
{
	json_object_set_new(o, key, value ? json_text(value) : json_null());
}

void json_put_strings(json_t *o, const char *key, char *const *values, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_text(values[i]));
	json_object_set_new(o, key, list);
}

char *json_dump(const json_t *j, int indent)
{
	return json_dumps(j, JSON_ENCODE_ANY | (indent ? JSON_INDENT(4) : JSON_COMPACT))
		       ?: xstrdup("");
}
