/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include <stdlib.h>
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

static json_t *load(const char *text, size_t n, size_t flags, struct err *e)
{
	json_error_t je;
	json_t *j = json_loadb(text, n, JSON_REJECT_DUPLICATES | flags, &je);

	if (!j)
		err_set(e, ERR_INVALID, "JSON line %d column %d: %s", je.line, je.column, je.text);
	return j;
}

static int check_bounds(const char *text, size_t n, size_t limit, struct err *e)
{
	if (n > limit)
		return err_set(e, ERR_LIMIT, "JSON larger than %zu bytes", limit);
	return check_depth(text, n, e);
}

json_t *json_parse(const char *text, size_t n, size_t limit, struct err *e)
{
	return check_bounds(text, n, limit, e) < 0 ? NULL : load(text, n, 0, e);
}

/*
 * ---- wide numbers ----
 *
 * They become strings that begin with a zero byte, which no text of the document can: an escaped one
 * is refused below, a raw one by jansson.
 */
#define WIDE_MARK "\\u0000"

/* The end of the string that begins after `i`, or 0 when there is a zero in it. */
static size_t string_end(const char *text, size_t n, size_t i)
{
	for (i++; i < n && text[i] != '"'; i++) {
		if (text[i] != '\\')
			continue;
		if (n - i >= 6 && !memcmp(text + i, WIDE_MARK, 6))
			return 0;
		i++;
	}
	return i;
}

static int is_wide(const char *digits, size_t n)
{
	uint64_t value = 0;

	/* 19 digits may be too many for 63 bits, 21 are for 64. */
	if (n < 19 || n > 20 || *digits == '0')
		return 0;
	for (size_t i = 0; i < n; i++) {
		if (__builtin_mul_overflow(value, (uint64_t)10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(digits[i] - '0'), &value))
			return 0;
	}
	return value > INT64_MAX;
}

/* The document with wide numbers marked; nothing is added where it has none. */
static int mark_wide(const char *text, size_t n, struct text *out, struct err *e)
{
	size_t copied = 0, run;

	for (size_t i = 0; i < n; i += run) {
		char before = i ? text[i - 1] : ' ', after;

		run = 1;
		if (text[i] == '"') {
			run = string_end(text, n, i);
			if (!run)
				return err_set(e, ERR_INVALID, "a string with a zero in it");
			run = run - i + 1;
			continue;
		}
		if (text[i] < '0' || text[i] > '9')
			continue;
		while (i + run < n && text[i + run] >= '0' && text[i + run] <= '9')
			run++;
		after = i + run < n ? text[i + run] : ' ';
		if (strchr("-+.eE", before) || strchr(".eE", after) || !is_wide(text + i, run))
			continue;
		text_add_bytes(out, text + copied, i - copied);
		text_add_bytes(out, "\"" WIDE_MARK, 7);
		text_add_bytes(out, text + i, run);
		text_add_bytes(out, "\"", 1);
		copied = i + run;
	}
	if (copied)
		text_add_bytes(out, text + copied, n - copied);
	return 0;
}

json_t *json_parse_wide(const char *text, size_t n, size_t limit, struct err *e)
{
	cleanup_by(text_free) struct text marked = {};

	if (check_bounds(text, n, limit, e) < 0 || mark_wide(text, n, &marked, e) < 0)
		return NULL;
	return marked.s ? load(marked.s, marked.n, JSON_ALLOW_NUL, e) : load(text, n, 0, e);
}

int json_uint(const json_t *value, uint64_t *ret)
{
	const char *text = json_string_value(value);

	if (json_is_integer(value) && json_integer_value(value) >= 0) {
		*ret = (uint64_t)json_integer_value(value);
		return 0;
	}
	if (!text || *text || !json_string_length(value))
		return -1;
	*ret = strtoull(text + 1, NULL, 10);
	return 0;
}

const char *json_string_only(const json_t *value)
{
	const char *text = json_string_value(value);

	return text && (*text || !json_string_length(value)) ? text : NULL;
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
	if (!json_string_only(m))
		return wrong_type(e, key, "a string");
	*ret = json_string_only(m);
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

int json_get_uint(const json_t *o, const char *key, uint64_t *ret, struct err *e)
{
	const json_t *m = member(o, key);

	if (m && json_uint(m, ret) < 0)
		return wrong_type(e, key, "a whole number from 0 up");
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

		if (!json_string_only(item))
			return wrong_type(e, key, "an array of strings");
		v[i] = arena_strdup(a, json_string_only(item));
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
