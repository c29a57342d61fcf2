/* SPDX-License-Identifier: Apache-2.0 */
#include "image/manifest.h"

#include <string.h>

#define MEDIA_TYPE_BYTES_MAX 255

static const struct {
	const char *media_type;
	enum media_kind kind;
} kinds[] = {
	{ MEDIA_OCI_INDEX, MEDIA_INDEX },
	{ MEDIA_DOCKER_LIST, MEDIA_INDEX },
	{ MEDIA_OCI_MANIFEST, MEDIA_MANIFEST },
	{ MEDIA_DOCKER_MANIFEST, MEDIA_MANIFEST },
};

enum media_kind media_kind(const char *media_type)
{
	for (size_t i = 0; media_type && i < ARRAY_SIZE(kinds); i++) {
		if (!strcmp(media_type, kinds[i].media_type))
			return kinds[i].kind;
	}
	return MEDIA_UNKNOWN;
}

int image_document_kind(const json_t *doc, const char *media_type, enum media_kind *ret,
			struct err *e)
{
	int manifest = json_object_get(doc, "layers") || json_object_get(doc, "config");
	int index = json_object_get(doc, "manifests") != NULL;
	const char *own = NULL;

	if (!json_is_object(doc))
		return err_set(e, ERR_INVALID, "not a JSON object");
	if (json_object_get(doc, "fsLayers") || json_object_get(doc, "signatures"))
		return err_set(e, ERR_INVALID, "Docker's schema 1 manifests are not supported");
	if (manifest == index)
		return err_set(e, ERR_INVALID,
			       manifest ? "both an index and a manifest"
					: "neither an index nor a manifest");
	if (json_get_string(doc, "mediaType", &own, e) < 0)
		return -1;
	*ret = index ? MEDIA_INDEX : MEDIA_MANIFEST;
	if ((own && media_kind(own) != *ret) || (media_type && media_kind(media_type) != *ret))
		return err_set(e, ERR_INVALID, "its media type is not that of its content");
	return 0;
}

static int parse_descriptor(const json_t *o, struct arena *a, struct descriptor *ret, struct err *e)
{
	const char *digest = NULL, *type = NULL;
	int64_t size = -1;

	if (!json_is_object(o))
		return err_set(e, ERR_INVALID, "a descriptor is not an object");
	if (json_get_string(o, "digest", &digest, e) < 0 ||
	    json_get_string(o, "mediaType", &type, e) < 0 || json_get_int(o, "size", &size, e) < 0)
		return -1;
	if (!digest || size < 0)
		return err_set(e, ERR_INVALID, "a descriptor has no digest or no valid size");
	if (digest_check(digest, e) < 0)
		return -1;
	if (type && strlen(type) > MEDIA_TYPE_BYTES_MAX)
		return err_set(e, ERR_LIMIT, "a media type is too long");
	*ret = (struct descriptor){ arena_strdup(a, type), arena_strdup(a, digest), size };
	return 0;
}

static int parse_entry(const json_t *o, struct arena *a, struct index_entry *ret, struct err *e)
{
	json_t *platform, *notes;
	struct index_entry t = {};

	if (parse_descriptor(o, a, &t.descriptor, e) < 0 ||
	    json_get_object(o, "platform", &platform, e) < 0 ||
	    json_get_object(o, "annotations", &notes, e) < 0 ||
	    json_get_string(platform, "os", &t.os, e) < 0 ||
	    json_get_string(platform, "architecture", &t.architecture, e) < 0 ||
	    json_get_string(platform, "variant", &t.variant, e) < 0 ||
	    json_get_string(notes, ANNOTATION_IMAGE_NAME, &t.name, e) < 0 ||
	    json_get_string(notes, ANNOTATION_REF_NAME, &t.ref_name, e) < 0)
		return -1;
	t.os = arena_strdup(a, t.os);
	t.architecture = arena_strdup(a, t.architecture);
	t.variant = arena_strdup(a, t.variant);
	t.name = arena_strdup(a, t.name);
	t.ref_name = arena_strdup(a, t.ref_name);
	*ret = t;
	return 0;
}

int image_index_parse(const json_t *doc, struct arena *a, struct image_index *ret, struct err *e)
{
	json_t *list;
	size_t n;

	if (json_get_array(doc, "manifests", &list, e) < 0)
		return -1;
	n = json_array_size(list);
	if (n > INDEX_ENTRIES_MAX)
		return err_set(e, ERR_LIMIT, "more than %d manifests", INDEX_ENTRIES_MAX);
	ret->entries = arena_alloc(a, (n + 1) * sizeof *ret->entries);
	ret->n = n;
	for (size_t i = 0; i < n; i++) {
		if (parse_entry(json_array_get(list, i), a, &ret->entries[i], e) < 0)
			return err_wrap(e, "manifests[%zu]", i);
	}
	return 0;
}

int image_manifest_parse(const json_t *doc, struct arena *a, struct image_manifest *ret,
			 struct err *e)
{
	json_t *list, *config;
	const char *type = NULL;
	size_t n;

	if (json_get_string(doc, "mediaType", &type, e) < 0 ||
	    json_get_object(doc, "config", &config, e) < 0 ||
	    json_get_array(doc, "layers", &list, e) < 0)
		return -1;
	if (!config)
		return err_set(e, ERR_INVALID, "the manifest has no config");
	if (parse_descriptor(config, a, &ret->config, e) < 0)
		return err_wrap(e, "config");
	n = json_array_size(list);
	if (n > IMAGE_LAYERS_MAX)
		return err_set(e, ERR_LIMIT, "more than %d layers", IMAGE_LAYERS_MAX);
	ret->media_type = type && media_kind(type) == MEDIA_MANIFEST ? arena_strdup(a, type)
								     : MEDIA_OCI_MANIFEST;
	ret->layers = arena_alloc(a, (n + 1) * sizeof *ret->layers);
	ret->n_layers = n;
	for (size_t i = 0; i < n; i++) {
		if (parse_descriptor(json_array_get(list, i), a, &ret->layers[i], e) < 0)
			return err_wrap(e, "layers[%zu]", i);
	}
	return 0;
}

static json_t *descriptor_to_json(const struct descriptor *d)
{
	json_t *o = json_object();

	json_put_string(o, "mediaType", d->media_type);
	json_put_string(o, "digest", d->digest);
	json_object_set_new(o, "size", json_integer(d->size_bytes));
	return o;
}

char *image_manifest_to_json(const struct image_manifest *m)
{
	cleanup_json json_t *o = json_object();
	json_t *layers = json_array();

	json_object_set_new(o, "schemaVersion", json_integer(2));
	json_put_string(o, "mediaType", MEDIA_OCI_MANIFEST);
	json_object_set_new(o, "config", descriptor_to_json(&m->config));
	for (size_t i = 0; i < m->n_layers; i++)
		json_array_append_new(layers, descriptor_to_json(&m->layers[i]));
	json_object_set_new(o, "layers", layers);
	return json_dump(o, 0);
}
