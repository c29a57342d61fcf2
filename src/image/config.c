/* SPDX-License-Identifier: Apache-2.0 */
#include "image/config.h"

#include <limits.h>
#include <string.h>

#include "base/path.h"

/* Short texts: names, users, paths. */
#define NAME_BYTES_MAX 4096
#define TIME_BYTES_MAX 40

/* An object of the document, and where what is taken from it goes. */
struct source {
	const json_t *o;
	struct arena *arena;
};

static int take_name(const struct source *s, const char *key, const char **ret, struct err *e)
{
	const char *text = NULL;

	if (json_get_string(s->o, key, &text, e) < 0)
		return -1;
	/* Docker writes "" for what isn't set. */
	if (!text || !*text)
		return 0;
	if (strlen(text) > NAME_BYTES_MAX)
		return err_set(e, ERR_LIMIT, "\"%s\" is longer than %d bytes", key, NAME_BYTES_MAX);
	for (const char *p = text; *p; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			return err_set(e, ERR_INVALID, "\"%s\" has control characters", key);
	}
	*ret = arena_strdup(s->arena, text);
	return 0;
}

static int take_list(const struct source *s, const char *key, char ***ret, size_t *ret_n,
		     struct err *e)
{
	if (json_get_strings(s->o, key, IMAGE_STRINGS_MAX, s->arena, ret, ret_n, e) < 0)
		return -1;
	for (size_t i = 0; i < *ret_n; i++) {
		if (strlen((*ret)[i]) > IMAGE_TEXT_MAX)
			return err_set(e, ERR_LIMIT, "\"%s\" has a text longer than %d bytes", key,
				       IMAGE_TEXT_MAX);
	}
	return 0;
}

/* A set as JSON has it: {"80/tcp": {}}, or texts by name, which become "name=text". */
static int take_set(const struct source *s, const char *key, char ***ret, size_t *ret_n,
		    struct err *e)
{
	json_t *set, *value;
	const char *name;
	size_t n = 0;
	char **v;

	if (json_get_object(s->o, key, &set, e) < 0)
		return -1;
	if (!set)
		return 0;
	if (json_object_size(set) > IMAGE_STRINGS_MAX)
		return err_set(e, ERR_LIMIT, "\"%s\" has more than %d items", key,
			       IMAGE_STRINGS_MAX);
	v = arena_alloc(s->arena, (json_object_size(set) + 1) * sizeof *v);
	json_object_foreach (set, name, value) {
		const char *text = json_string_value(value);

		if (!text && !json_is_object(value))
			return err_set(e, ERR_INVALID, "\"%s\" has a value of a wrong type", key);
		if (strlen(name) + strlen(text ?: "") >= IMAGE_TEXT_MAX)
			return err_set(e, ERR_LIMIT, "\"%s\" has a text that is too long", key);
		v[n++] = text ? arena_printf(s->arena, "%s=%s", name, text)
			      : arena_strdup(s->arena, name);
	}
	*ret = v;
	*ret_n = n;
	return 0;
}

static int check_pairs(const struct image_record *r, struct err *e)
{
	for (size_t i = 0; i < r->n_env; i++) {
		const char *equals = strchr(r->env[i], '=');

		if (!equals || equals == r->env[i])
			return err_set(e, ERR_INVALID, "\"Env\": \"%.60s\" is not NAME=value",
				       r->env[i]);
	}
	for (size_t i = 0; i < r->n_labels; i++) {
		if (!strchr(r->labels[i], '='))
			return err_set(e, ERR_INVALID, "\"Labels\": \"%.60s\" has no text",
				       r->labels[i]);
	}
	return 0;
}

/* Volumes are written "/data/" or "data" too; the record has them absolute and normal. */
static int normalize_volumes(struct image_record *r, struct arena *a, struct err *e)
{
	for (size_t i = 0; i < r->n_volumes; i++) {
		const char *p = r->volumes[i];
		char *out = arena_alloc(a, strlen(p) + 2), *end = out;

		while (*p) {
			size_t n;

			p += strspn(p, "/");
			n = strcspn(p, "/");
			if (n == 2 && p[0] == '.' && p[1] == '.')
				return err_set(e, ERR_INVALID, "\"Volumes\": \"%.60s\" has \"..\"",
					       r->volumes[i]);
			if (n && !(n == 1 && *p == '.')) {
				*end++ = '/';
				memcpy(end, p, n);
				end += n;
			}
			p += n;
		}
		if (end == out || end - out >= PATH_MAX)
			return err_set(e, ERR_INVALID, "\"Volumes\": \"%.60s\" is no usable path",
				       r->volumes[i]);
		r->volumes[i] = out;
	}
	return 0;
}

static int check_ports(const struct image_record *r, struct err *e)
{
	for (size_t i = 0; i < r->n_exposed_ports; i++) {
		const char *p = r->exposed_ports[i];
		size_t digits = strspn(p, "0123456789-");

		p += digits;
		if (!digits || digits > 11 ||
		    (*p && strcmp(p, "/tcp") && strcmp(p, "/udp") && strcmp(p, "/sctp")))
			return err_set(e, ERR_INVALID, "\"ExposedPorts\": \"%.60s\" is no port",
				       r->exposed_ports[i]);
	}
	return 0;
}

static int take_health(const struct source *config, struct image_record *r, struct err *e)
{
	json_t *o;
	struct image_health *h;

	if (json_get_object(config->o, "Healthcheck", &o, e) < 0)
		return -1;
	if (!o)
		return 0;
	h = arena_new_item(config->arena, struct image_health);
	if (take_list(&(struct source){ o, config->arena }, "Test", &h->test, &h->n_test, e) < 0 ||
	    json_get_int(o, "Interval", &h->interval_nsec, e) < 0 ||
	    json_get_int(o, "Timeout", &h->timeout_nsec, e) < 0 ||
	    json_get_int(o, "StartPeriod", &h->start_period_nsec, e) < 0 ||
	    json_get_int(o, "Retries", &h->retries, e) < 0)
		return err_wrap(e, "\"Healthcheck\"");
	if (h->interval_nsec < 0 || h->timeout_nsec < 0 || h->start_period_nsec < 0 ||
	    h->retries < 0)
		return err_set(e, ERR_INVALID, "\"Healthcheck\" has a negative number");
	r->health = h;
	return 0;
}

static int take_config(const struct source *doc, struct image_record *r, struct err *e)
{
	struct source source = { .arena = doc->arena }, *c = &source;
	json_t *o;

	if (json_get_object(doc->o, "config", &o, e) < 0)
		return -1;
	c->o = o;
	if (take_list(c, "Env", &r->env, &r->n_env, e) < 0 ||
	    take_list(c, "Entrypoint", &r->entrypoint, &r->n_entrypoint, e) < 0 ||
	    take_list(c, "Cmd", &r->cmd, &r->n_cmd, e) < 0 ||
	    take_set(c, "Labels", &r->labels, &r->n_labels, e) < 0 ||
	    take_set(c, "ExposedPorts", &r->exposed_ports, &r->n_exposed_ports, e) < 0 ||
	    take_set(c, "Volumes", &r->volumes, &r->n_volumes, e) < 0 ||
	    take_name(c, "User", &r->user, e) < 0 ||
	    take_name(c, "WorkingDir", &r->workdir, e) < 0 ||
	    take_name(c, "StopSignal", &r->stop_signal, e) < 0 || take_health(c, r, e) < 0)
		return -1;
	if (r->workdir && (*r->workdir != '/' || strlen(r->workdir) >= PATH_MAX))
		return err_set(e, ERR_INVALID, "\"WorkingDir\" is not an absolute path");
	return check_pairs(r, e) < 0 || check_ports(r, e) < 0 ||
			       normalize_volumes(r, doc->arena, e) < 0
		       ? -1
		       : 0;
}

/* RFC 3339, by its shape: libc's own parser would read /etc/localtime first. */
static int is_time(const char *text)
{
	static const char shape[] = "dddd-dd-ddTdd:dd:dd", zone[] = "dd:dd";
	const char *p = text;

	for (const char *s = shape; *s; s++, p++) {
		if (*s == 'd' ? *p < '0' || *p > '9' : *p != *s)
			return 0;
	}
	if (*p == '.')
		p += 1 + strspn(p + 1, "0123456789");
	if (!strcmp(p, "Z"))
		return 1;
	if (*p != '+' && *p != '-')
		return 0;
	p++;
	for (const char *s = zone; *s; s++, p++) {
		if (*s == 'd' ? *p < '0' || *p > '9' : *p != *s)
			return 0;
	}
	return *p == '\0';
}

static int take_platform(const struct source *doc, struct image_record *r, struct err *e)
{
	if (take_name(doc, "architecture", &r->architecture, e) < 0 ||
	    take_name(doc, "os", &r->os, e) < 0 || take_name(doc, "variant", &r->variant, e) < 0 ||
	    take_name(doc, "author", &r->author, e) < 0 ||
	    take_name(doc, "created", &r->created, e) < 0)
		return -1;
	if (!r->architecture || !r->os)
		return err_set(e, ERR_INVALID, "architecture or os is missing: not an image");
	if (strcmp(r->os, "linux") != 0)
		return err_set(e, ERR_INVALID, "an image for %s can't run here", r->os);
	if (r->created && (strlen(r->created) > TIME_BYTES_MAX || !is_time(r->created)))
		return err_set(e, ERR_INVALID, "\"created\" is not a time (RFC 3339)");
	return 0;
}

static int take_layers(const struct source *doc, const struct image_manifest *m,
		       struct image_record *r, struct err *e)
{
	json_t *rootfs;
	const char *type = NULL, *below = NULL;
	char **ids = NULL;
	size_t n = 0;

	if (json_get_object(doc->o, "rootfs", &rootfs, e) < 0 ||
	    json_get_string(rootfs, "type", &type, e) < 0 ||
	    json_get_strings(rootfs, "diff_ids", IMAGE_LAYERS_MAX, doc->arena, &ids, &n, e) < 0)
		return -1;
	if (!type || strcmp(type, "layers") != 0)
		return err_set(e, ERR_INVALID, "\"rootfs\" is not of type \"layers\"");
	if (n != m->n_layers)
		return err_set(e, ERR_INVALID, "%zu layers but %zu diff ids", m->n_layers, n);
	r->layers = arena_alloc(doc->arena, (n + 1) * sizeof *r->layers);
	r->n_layers = n;
	for (size_t i = 0; i < n; i++) {
		char *chain = arena_alloc(doc->arena, DIGEST_SIZE);

		if (digest_check(ids[i], e) < 0)
			return err_wrap(e, "diff_ids[%zu]", i);
		digest_chain(below, ids[i], chain);
		r->layers[i] = (struct image_layer){ .digest = m->layers[i].digest,
						     .diff_id = ids[i],
						     .chain_id = chain,
						     .blob_bytes = m->layers[i].size_bytes };
		below = chain;
	}
	return 0;
}

static json_t *parse_manifest(const struct image_documents *d, struct err *e)
{
	cleanup_json json_t *doc =
		json_parse(d->manifest, d->manifest_bytes, JSON_FOREIGN_BYTES_MAX, e);
	enum media_kind kind;

	if (!doc || image_document_kind(doc, NULL, &kind, e) < 0)
		return NULL;
	if (kind != MEDIA_MANIFEST)
		return err_set(e, ERR_INVALID, "an index where a manifest is expected"), NULL;
	return take_ptr(doc);
}

struct image_record *image_record_from_documents(const struct image_documents *d, struct arena *a,
						 struct err *e)
{
	struct image_record *r = arena_new_item(a, struct image_record);
	char *id = arena_alloc(a, DIGEST_SIZE), *manifest_digest = arena_alloc(a, DIGEST_SIZE);
	cleanup_json json_t *manifest = parse_manifest(d, e), *config = NULL;
	struct source source = { .arena = a };
	struct image_manifest m = {};

	if (!manifest || image_manifest_parse(manifest, a, &m, e) < 0) {
		err_wrap(e, "image manifest");
		return NULL;
	}
	digest_of(d->config, d->config_bytes, id);
	digest_of(d->manifest, d->manifest_bytes, manifest_digest);
	if (strcmp(id, m.config.digest) != 0)
		return err_set(e, ERR_INVALID, "the config is not the one of the manifest"), NULL;
	r->id = id;
	r->manifest_digest = manifest_digest;
	r->manifest_type = m.media_type;
	config = json_parse(d->config, d->config_bytes, JSON_FOREIGN_BYTES_MAX, e);
	source.o = config;
	if (config && !json_is_object(config)) {
		err_set(e, ERR_INVALID, "not a JSON object");
	} else if (config && take_platform(&source, r, e) == 0 &&
		   take_layers(&source, &m, r, e) == 0 && take_config(&source, r, e) == 0) {
		return r;
	}
	err_wrap(e, "image config");
	return NULL;
}
