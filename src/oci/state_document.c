/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/state_document.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"

static void put_number(json_t *o, const char *key, int64_t value)
{
	json_object_set_new(o, key, json_integer(value));
}

static void put_annotations(json_t *o, const struct oci_state *s)
{
	json_t *list = json_object();

	for (size_t i = 0; i < s->n_annotations; i++)
		json_put_string(list, s->annotations[i].key, s->annotations[i].value);
	json_object_set_new(o, "annotations", list);
}

json_t *oci_state_for_hooks(const struct oci_state *s)
{
	json_t *o = json_object();

	json_put_string(o, "ociVersion", OCI_VERSION);
	json_put_string(o, "id", s->id);
	json_put_string(o, "status", s->status);
	if (s->pid)
		put_number(o, "pid", s->pid);
	json_put_string(o, "bundle", s->bundle);
	if (s->n_annotations)
		put_annotations(o, s);
	return o;
}

json_t *oci_state_for_commands(const struct oci_state *s)
{
	char created[CLOCK_TEXT_SIZE];
	json_t *o = json_object();

	clock_format(s->created_nsec, created);
	json_put_string(o, "ociVersion", OCI_VERSION);
	json_put_string(o, "id", s->id);
	put_number(o, "pid", s->pid);
	json_put_string(o, "status", s->status);
	json_put_string(o, "bundle", s->bundle);
	json_put_string(o, "rootfs", s->rootfs);
	json_put_string(o, "created", created);
	if (s->n_annotations)
		put_annotations(o, s);
	json_put_string(o, "owner", s->owner ?: "");
	return o;
}

json_t *oci_state_for_agent(const struct oci_state *s, const char *metadata)
{
	json_t *o = json_object(), *fds = json_array();

	json_put_string(o, "ociVersion", OCI_VERSION);
	json_array_append_new(fds, json_string("seccompFd"));
	json_object_set_new(o, "fds", fds);
	put_number(o, "pid", s->pid);
	if (metadata)
		json_put_string(o, "metadata", metadata);
	json_object_set_new(o, "state", oci_state_for_hooks(s));
	return o;
}

/* jansson indents by spaces: those at the beginning of a line, which no string can be, become tabs. */
static void use_tabs(char *text)
{
	for (char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		for (; *line == ' '; line++)
			*line = '\t';
	}
}

char *oci_document_text(const json_t *j, int spaces)
{
	char *text;

	if (!spaces)
		return json_dump(j, 0);
	text = json_dumps(j, JSON_ENCODE_ANY | JSON_INDENT((size_t)(spaces < 0 ? 1 : spaces)));
	if (!text)
		return xstrdup("");
	if (spaces < 0)
		use_tabs(text);
	return text;
}
