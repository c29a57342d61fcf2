/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/inspect_objects.h"

#include <string.h>

#include "cli/door.h"
#include "cli/session.h"
#include "cli/template.h"
#include "engine/container_info.h"
#include "engine/images.h"

const struct option_row inspect_format_rows[] = {
	{ "format", 'f', OPTION_VALUE, "string", "json, or a TEMPLATE with {{.Id}} …",
	  OPTION_STORE(struct inspect_options, format) },
	{},
};

static json_t *find_image(struct engine *en, const char *name, struct err *e)
{
	return image_inspect(&(struct images){ &en->images, &en->layers }, name, e);
}

static const struct kind {
	const char *type;
	json_t *(*find)(struct engine *en, const char *name, struct err *e);
} kinds[] = {
	{ "container", container_inspect },
	{ "image", find_image },
};

static int is_type(const char *type)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (!strcmp(kinds[i].type, type))
			return 1;
	}
	return 0;
}

static json_t *find(struct engine *en, const char *name, const char *type, struct err *e)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		json_t *object;

		if (type && strcmp(kinds[i].type, type) != 0)
			continue;
		object = kinds[i].find(en, name, e);
		if (object)
			return object;
		if (type || e->code != ERR_NOT_FOUND)
			return NULL;
	}
	return err_set(e, ERR_NOT_FOUND, "no such container or image: %.300s", name), NULL;
}

static int print_all(const json_t *list, const char *format, struct err *e)
{
	cleanup_by(text_free) struct text t = {};

	if (!format || !strcmp(format, "json")) {
		cleanup_free char *json = json_dump(list, format ? 0 : 4);

		text_add(&t, "%s\n", json);
		return door_print(&t, e);
	}
	for (size_t i = 0; i < json_array_size(list); i++) {
		if (template_add(&t, format, json_array_get(list, i), e) < 0)
			return -1;
		text_add(&t, "\n");
	}
	return door_print(&t, e);
}

int inspect_objects(struct command_call *call, const char *type, struct err *e)
{
	cleanup_json json_t *list = json_array();
	const struct inspect_options *o = call->options;
	cleanup_session struct engine en = {};
	struct err first = {};

	if (type && !is_type(type))
		return err_set(e, ERR_USAGE, "--type %s: neither container nor image", type);
	if (session_open(call, &en, e) < 0)
		return -1;
	for (size_t i = 0; i < call->n_arguments; i++) {
		struct err one = {};
		json_t *object = find(&en, call->arguments[i], type, &one);

		if (object)
			json_array_append_new(list, object);
		else if (first.code == ERR_NONE)
			first = one;
	}
	if (print_all(list, o->format, e) < 0)
		return -1;
	if (first.code == ERR_NONE)
		return 0;
	*e = first;
	return -1;
}
