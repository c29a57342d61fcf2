/* SPDX-License-Identifier: Apache-2.0 */
#include "image/record.h"

#include <string.h>

#include "base/json.h"
#include "image/digest.h"

#define RECORD_BYTES_MAX (32 << 20)

/* The members of a record, one row each: written and read by the same table. */
enum field_kind { TEXT, LIST, NUMBER };

struct field {
	const char *key;
	enum field_kind kind;
	size_t offset, offset_n;
};

#define TEXT_FIELD(key, m)                                                                         \
	{                                                                                          \
		key, TEXT, offsetof(struct image_record, m), 0                                     \
	}
#define NUMBER_FIELD(key, m)                                                                       \
	{                                                                                          \
		key, NUMBER, offsetof(struct image_record, m), 0                                   \
	}
#define LIST_FIELD(key, m)                                                                         \
	{                                                                                          \
		key, LIST, offsetof(struct image_record, m), offsetof(struct image_record, n_##m)  \
	}

static const struct field fields[] = {
	TEXT_FIELD("id", id),
	TEXT_FIELD("manifest", manifest_digest),
	TEXT_FIELD("manifestType", manifest_type),
	TEXT_FIELD("created", created),
	TEXT_FIELD("architecture", architecture),
	TEXT_FIELD("os", os),
	TEXT_FIELD("variant", variant),
	TEXT_FIELD("author", author),
	LIST_FIELD("env", env),
	LIST_FIELD("entrypoint", entrypoint),
	LIST_FIELD("cmd", cmd),
	LIST_FIELD("labels", labels),
	LIST_FIELD("exposedPorts", exposed_ports),
	LIST_FIELD("volumes", volumes),
	TEXT_FIELD("user", user),
	TEXT_FIELD("workdir", workdir),
	TEXT_FIELD("stopSignal", stop_signal),
	NUMBER_FIELD("fileCapabilities", file_capabilities),
	NUMBER_FIELD("sizeBytes", size_bytes),
};

static const void *at_const(const struct image_record *r, size_t offset)
{
	return (const char *)r + offset;
}

static void *at(struct image_record *r, size_t offset)
{
	return (char *)r + offset;
}

static json_t *layers_to_json(const struct image_record *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->n_layers; i++) {
		const struct image_layer *l = &r->layers[i];
		json_t *o = json_object();

		json_put_string(o, "digest", l->digest);
		json_put_string(o, "diffId", l->diff_id);
		json_put_string(o, "chainId", l->chain_id);
		json_object_set_new(o, "blobBytes", json_integer(l->blob_bytes));
		json_object_set_new(o, "unpackedBytes", json_integer(l->unpacked_bytes));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *health_to_json(const struct image_health *h)
{
	json_t *o = json_object();

	json_put_strings(o, "test", h->test, h->n_test);
	json_object_set_new(o, "intervalNsec", json_integer(h->interval_nsec));
	json_object_set_new(o, "timeoutNsec", json_integer(h->timeout_nsec));
	json_object_set_new(o, "startPeriodNsec", json_integer(h->start_period_nsec));
	json_object_set_new(o, "retries", json_integer(h->retries));
	return o;
}

char *image_record_to_json(const struct image_record *r)
{
	cleanup_json json_t *o = json_object();

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		const struct field *f = &fields[i];
		const void *value = at_const(r, f->offset);

		if (f->kind == TEXT && *(const char *const *)value)
			json_put_string(o, f->key, *(const char *const *)value);
		if (f->kind == LIST && *(char *const *const *)value)
			json_put_strings(o, f->key, *(char *const *const *)value,
					 *(const size_t *)at_const(r, f->offset_n));
		if (f->kind == NUMBER)
			json_object_set_new(o, f->key, json_integer(*(const int64_t *)value));
	}
	json_object_set_new(o, "layers", layers_to_json(r));
	if (r->health)
		json_object_set_new(o, "health", health_to_json(r->health));
	return json_dump(o, 0);
}

static int check_text(const char *key, const char *text, struct err *e)
{
	return strlen(text) <= IMAGE_TEXT_MAX
		       ? 0
		       : err_set(e, ERR_LIMIT, "\"%s\" is longer than %d bytes", key,
				 IMAGE_TEXT_MAX);
}

static int read_field(const json_t *o, const struct field *f, struct image_record *r,
		      struct arena *a, struct err *e)
{
	const char *text = NULL;
	char ***list = at(r, f->offset);
	size_t *n = at(r, f->offset_n);

	switch (f->kind) {
	case NUMBER:
		return json_get_int(o, f->key, at(r, f->offset), e);
	case TEXT:
		if (json_get_string(o, f->key, &text, e) < 0 ||
		    (text && check_text(f->key, text, e) < 0))
			return -1;
		*(const char **)at(r, f->offset) = arena_strdup(a, text);
		return 0;
	case LIST:
		break;
	}
	if (json_get_strings(o, f->key, IMAGE_STRINGS_MAX, a, list, n, e) < 0)
		return -1;
	for (size_t i = 0; i < *n; i++) {
		if (check_text(f->key, (*list)[i], e) < 0)
			return -1;
	}
	return 0;
}

static int read_digest(const json_t *o, const char *key, struct arena *a, const char **ret,
		       struct err *e)
{
	const char *text = NULL;

	if (json_get_string(o, key, &text, e) < 0)
		return -1;
	if (!text)
		return err_set(e, ERR_INVALID, "\"%s\" is missing", key);
	if (digest_check(text, e) < 0)
		return err_wrap(e, "\"%s\"", key);
	*ret = arena_strdup(a, text);
	return 0;
}

static int read_layer(const json_t *o, struct arena *a, struct image_layer *l, struct err *e)
{
	if (read_digest(o, "digest", a, &l->digest, e) < 0 ||
	    read_digest(o, "diffId", a, &l->diff_id, e) < 0 ||
	    read_digest(o, "chainId", a, &l->chain_id, e) < 0 ||
	    json_get_int(o, "blobBytes", &l->blob_bytes, e) < 0 ||
	    json_get_int(o, "unpackedBytes", &l->unpacked_bytes, e) < 0)
		return -1;
	if (l->blob_bytes < 0 || l->unpacked_bytes < 0)
		return err_set(e, ERR_INVALID, "a size is negative");
	return 0;
}

static int read_layers(const json_t *o, struct image_record *r, struct arena *a, struct err *e)
{
	json_t *list;

	if (json_get_array(o, "layers", &list, e) < 0)
		return -1;
	r->n_layers = json_array_size(list);
	if (r->n_layers > IMAGE_LAYERS_MAX)
		return err_set(e, ERR_LIMIT, "more than %d layers", IMAGE_LAYERS_MAX);
	r->layers = arena_alloc(a, (r->n_layers + 1) * sizeof *r->layers);
	for (size_t i = 0; i < r->n_layers; i++) {
		if (read_layer(json_array_get(list, i), a, &r->layers[i], e) < 0)
			return err_wrap(e, "layer %zu", i);
	}
	return 0;
}

static int read_health(const json_t *o, struct image_record *r, struct arena *a, struct err *e)
{
	json_t *j;
	struct image_health *h;

	if (json_get_object(o, "health", &j, e) < 0)
		return -1;
	if (!j)
		return 0;
	h = r->health = arena_new_item(a, struct image_health);
	return json_get_strings(j, "test", IMAGE_STRINGS_MAX, a, &h->test, &h->n_test, e) < 0 ||
			       json_get_int(j, "intervalNsec", &h->interval_nsec, e) < 0 ||
			       json_get_int(j, "timeoutNsec", &h->timeout_nsec, e) < 0 ||
			       json_get_int(j, "startPeriodNsec", &h->start_period_nsec, e) < 0 ||
			       json_get_int(j, "retries", &h->retries, e) < 0
		       ? -1
		       : 0;
}

struct image_record *image_record_from_json(const char *text, size_t n, struct arena *a,
					    struct err *e)
{
	cleanup_json json_t *o = json_parse(text, n, RECORD_BYTES_MAX, e);
	struct image_record *r = arena_new_item(a, struct image_record);

	if (!o)
		return NULL;
	if (!json_is_object(o))
		return err_set(e, ERR_INVALID, "not an object"), NULL;
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		if (read_field(o, &fields[i], r, a, e) < 0)
			return NULL;
	}
	if (read_digest(o, "id", a, &r->id, e) < 0 ||
	    read_digest(o, "manifest", a, &r->manifest_digest, e) < 0 ||
	    read_layers(o, r, a, e) < 0 || read_health(o, r, a, e) < 0)
		return NULL;
	if (!r->os || !r->architecture || r->size_bytes < 0)
		return err_set(e, ERR_INVALID, "os, architecture or size is missing"), NULL;
	return r;
}
