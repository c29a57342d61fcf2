/* SPDX-License-Identifier: Apache-2.0 */
/* What `image inspect` shows, in Docker's shape. */
#include <string.h>

#include "engine/images.h"

static json_t *texts(char *const *items, size_t n)
{
	json_t *list;

	if (!items)
		return json_null();
	list = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_text(items[i]));
	return list;
}

/* {"80/tcp": {}} */
static json_t *set_of(char *const *items, size_t n)
{
	json_t *o = json_object();

	for (size_t i = 0; i < n; i++)
		json_object_set_new(o, items[i], json_object());
	return o;
}

static json_t *labels(const struct image_record *r)
{
	json_t *o = json_object();

	for (size_t i = 0; i < r->n_labels; i++) {
		const char *equals = strchr(r->labels[i], '=');
		cleanup_free char *key = NULL;

		if (!equals)
			continue;
		key = xprintf("%.*s", (int)(equals - r->labels[i]), r->labels[i]);
		json_put_string(o, key, equals + 1);
	}
	return o;
}

static json_t *health(const struct image_health *h)
{
	json_t *o = json_object();

	json_object_set_new(o, "Test", texts(h->test, h->n_test));
	json_object_set_new(o, "Interval", json_integer(h->interval_nsec));
	json_object_set_new(o, "Timeout", json_integer(h->timeout_nsec));
	json_object_set_new(o, "StartPeriod", json_integer(h->start_period_nsec));
	json_object_set_new(o, "Retries", json_integer(h->retries));
	return o;
}

static json_t *config(const struct image_record *r)
{
	json_t *o = json_object();

	json_put_string(o, "User", r->user ?: "");
	if (r->n_exposed_ports)
		json_object_set_new(o, "ExposedPorts",
				    set_of(r->exposed_ports, r->n_exposed_ports));
	json_object_set_new(o, "Env", texts(r->env, r->n_env));
	json_object_set_new(o, "Cmd", texts(r->cmd, r->n_cmd));
	json_object_set_new(o, "Entrypoint", texts(r->entrypoint, r->n_entrypoint));
	json_object_set_new(o, "Volumes",
			    r->n_volumes ? set_of(r->volumes, r->n_volumes) : json_null());
	json_put_string(o, "WorkingDir", r->workdir ?: "");
	json_object_set_new(o, "Labels", r->n_labels ? labels(r) : json_null());
	if (r->stop_signal)
		json_put_string(o, "StopSignal", r->stop_signal);
	if (r->health)
		json_object_set_new(o, "Healthcheck", health(r->health));
	return o;
}

static json_t *rootfs(const struct image_record *r)
{
	json_t *o = json_object(), *layers = json_array();

	json_put_string(o, "Type", "layers");
	for (size_t i = 0; i < r->n_layers; i++)
		json_array_append_new(layers, json_text(r->layers[i].diff_id));
	json_object_set_new(o, "Layers", layers);
	return o;
}

static json_t *tags(const struct images *i, const char *id, struct err *e)
{
	cleanup_arena struct arena *a = arena_new();
	char familiar[IMAGE_REF_SIZE];
	struct image_name *names;
	json_t *list;
	size_t n;

	if (image_store_names(i->store, a, &names, &n, e) < 0)
		return NULL;
	list = json_array();
	for (size_t k = 0; k < n; k++) {
		if (strcmp(names[k].id, id) != 0)
			continue;
		image_ref_familiar(&names[k].ref, familiar);
		json_array_append_new(list, json_text(familiar));
	}
	return list;
}

json_t *image_inspect(const struct images *i, const char *name, struct err *e)
{
	cleanup_arena struct arena *a = arena_new();
	const struct image_record *r;
	char id[DIGEST_SIZE];
	json_t *o, *names;

	if (image_store_find(i->store, name, id, e) < 0)
		return NULL;
	r = image_store_read(i->store, id, a, e);
	names = r ? tags(i, id, e) : NULL;
	if (!names)
		return NULL;
	o = json_object();
	json_put_string(o, "Id", r->id);
	json_object_set_new(o, "RepoTags", names);
	json_object_set_new(o, "RepoDigests", json_array());
	json_put_string(o, "Created", r->created ?: "");
	json_put_string(o, "Author", r->author ?: "");
	json_object_set_new(o, "Config", config(r));
	json_put_string(o, "Architecture", r->architecture);
	if (r->variant)
		json_put_string(o, "Variant", r->variant);
	json_put_string(o, "Os", r->os);
	json_object_set_new(o, "Size", json_integer(r->size_bytes));
	json_object_set_new(o, "RootFS", rootfs(r));
	json_object_set_new(o, "Descriptor",
			    json_pack("{s:s, s:s}", "mediaType", r->manifest_type ?: "", "digest",
				      r->manifest_digest));
	return o;
}
