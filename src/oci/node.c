/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/node.h"

#include <ctype.h>
#include <net/if.h>
#include <string.h>

#include "base/text.h"
#include "runtime/resources.h"

/* ---- places ---- */

static void add_place(struct text *t, const struct oci_node *n)
{
	if (n->parent)
		add_place(t, n->parent);
	if (n->key)
		text_add(t, "%s%s", t->n ? "." : "", n->key);
	else if (n->parent)
		text_add(t, "[%zu]", n->index);
}

static char *place_of(const struct oci_node *n, const char *key)
{
	struct text t = {};

	add_place(&t, n);
	if (key)
		text_add(&t, "%s%s", t.n ? "." : "", key);
	return t.s;
}

int oci_wrap(const struct oci_node *n, const char *key, struct err *e)
{
	cleanup_free char *place = place_of(n, key);

	return place ? err_wrap(e, "%s", place) : -1;
}

/* ---- members ---- */

static const json_t *member(const struct oci_node *n, const char *key)
{
	const json_t *m = json_object_get(n->json, key);

	return json_is_null(m) ? NULL : m;
}

struct oci_node oci_entry(const struct oci_node *n, const char *key, const json_t *value)
{
	return (struct oci_node){ .parent = n, .key = key, .json = value, .arena = n->arena };
}

int oci_object(const struct oci_node *n, const char *key, struct oci_node *ret, struct err *e)
{
	*ret = oci_entry(n, key, member(n, key));
	if (!ret->json)
		return 0;
	return json_is_object(ret->json) ? 1 : oci_invalid(n, key, e, "is not an object");
}

int oci_limit(const struct oci_node *array, size_t limit, struct err *e)
{
	size_t n = json_is_array(array->json) ? json_array_size(array->json)
					      : json_object_size(array->json);

	if (n <= limit)
		return 0;
	err_set(e, ERR_LIMIT, "has more than %zu entries", limit);
	return oci_wrap(array, NULL, e);
}

int oci_array(const struct oci_node *n, const char *key, struct oci_node *ret, struct err *e)
{
	*ret = oci_entry(n, key, member(n, key));
	if (!ret->json)
		return 0;
	if (!json_is_array(ret->json))
		return oci_invalid(n, key, e, "is not an array");
	return oci_limit(ret, OCI_LIST_MAX, e) < 0 ? -1 : 1;
}

int oci_item(const struct oci_node *array, size_t i, struct oci_node *ret, struct err *e)
{
	*ret = (struct oci_node){ .parent = array,
				  .index = i,
				  .json = json_array_get(array->json, i),
				  .arena = array->arena };
	return json_is_object(ret->json) ? 0 : oci_invalid(ret, NULL, e, "is not an object");
}

/* ---- fields ---- */

static int read_strings(const struct oci_node *n, const struct oci_field *f, const char *const **to,
			struct err *e)
{
	const json_t *list = member(n, f->key);
	const char **strings;
	size_t count;

	if (!json_is_array(list))
		return oci_invalid(n, f->key, e, "is not an array of strings");
	count = json_array_size(list);
	if (count > (size_t)f->max) {
		err_set(e, ERR_LIMIT, "has more than %zu entries", (size_t)f->max);
		return oci_wrap(n, f->key, e);
	}
	strings = arena_alloc(n->arena, (count + 1) * sizeof *strings);
	for (size_t i = 0; i < count; i++) {
		const char *text = json_string_only(json_array_get(list, i));

		if (!text)
			return oci_invalid(n, f->key, e, "is not an array of strings");
		strings[i] = arena_strdup(n->arena, text);
	}
	*to = strings;
	return 0;
}

static int read_number(const struct oci_node *n, const struct oci_field *f, void *to, struct err *e)
{
	const json_t *m = member(n, f->key);
	int64_t value;

	if (!json_is_integer(m)) {
		uint64_t wide;

		if (json_uint(m, &wide) < 0)
			return oci_invalid(n, f->key, e, "is not a whole number");
		value = -1;
	} else {
		value = json_integer_value(m);
	}
	if (!json_is_integer(m) || value < f->min || value > f->max)
		return oci_invalid(n, f->key, e, "is not between %jd and %jd", (intmax_t)f->min,
				   (intmax_t)f->max);
	switch (f->kind) {
	case OCI_INT:
		*(int *)to = (int)value;
		return 0;
	case OCI_UINT16:
		*(uint16_t *)to = (uint16_t)value;
		return 0;
	case OCI_UINT32:
		*(uint32_t *)to = (uint32_t)value;
		return 0;
	case OCI_VALUE:
		*(struct resource_value *)to = (struct resource_value){ 1, value };
		return 0;
	default:
		*(int64_t *)to = value;
		return 0;
	}
}

static int read_field(const struct oci_node *n, const struct oci_field *f, void *to, struct err *e)
{
	const json_t *m = member(n, f->key);

	switch (f->kind) {
	case OCI_TEXT:
		if (!json_string_only(m))
			return oci_invalid(n, f->key, e, "is not a string");
		*(const char **)to = arena_strdup(n->arena, json_string_only(m));
		return 0;
	case OCI_STRINGS:
		return read_strings(n, f, to, e);
	case OCI_SWITCH:
		if (!json_is_boolean(m))
			return oci_invalid(n, f->key, e, "is not true or false");
		*(int *)to = json_is_true(m);
		return 0;
	case OCI_UINT64:
		if (json_uint(m, to) < 0)
			return oci_invalid(n, f->key, e, "is not a whole number from 0 up");
		return 0;
	default:
		return read_number(n, f, to, e);
	}
}

int oci_read(const struct oci_node *n, const struct oci_field *fields, void *to, struct err *e)
{
	for (const struct oci_field *f = fields; f->key; f++) {
		if (member(n, f->key)) {
			if (read_field(n, f, (char *)to + f->offset, e) < 0)
				return -1;
		} else if (f->required) {
			return oci_invalid(n, f->key, e, "is missing");
		}
	}
	return 0;
}

/* ---- notations ---- */

int oci_is_number_list(const char *text)
{
	for (;;) {
		size_t n = strspn(text, "0123456789");

		if (!n || n > 6)
			return 0;
		text += n;
		if (*text == '-') {
			n = strspn(++text, "0123456789");
			if (!n || n > 6)
				return 0;
			text += n;
		}
		if (!*text)
			return 1;
		if (*text++ != ',')
			return 0;
	}
}

int oci_is_device_name(const char *text)
{
	size_t n = strlen(text);

	if (!n || n >= IFNAMSIZ || !strcmp(text, ".") || !strcmp(text, ".."))
		return 0;
	for (; *text; text++) {
		if (*text == '/' || *text == ':' || isspace((unsigned char)*text))
			return 0;
	}
	return 1;
}
