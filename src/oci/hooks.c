/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/hooks.h"

#include <stdint.h>

const struct oci_name oci_hook_names[] = {
	{ "prestart", HOOK_PRESTART },
	{ "createRuntime", HOOK_CREATE_RUNTIME },
	{ "createContainer", HOOK_CREATE_CONTAINER },
	{ "startContainer", HOOK_START_CONTAINER },
	{ "poststart", HOOK_POSTSTART },
	{ "poststop", HOOK_POSTSTOP },
	{},
};

static int read_hook(const struct oci_node *n, struct spec_hook *to, struct err *e)
{
#define AT(member) offsetof(struct spec_hook, member)
	static const struct oci_field fields[] = {
		{ "path", OCI_TEXT, AT(path), .required = 1 },
		{ "args", OCI_STRINGS, AT(args), 0, OCI_LIST_MAX },
		{ "env", OCI_STRINGS, AT(env), 0, OCI_LIST_MAX },
		{ "timeout", OCI_INT, AT(timeout_sec), 1, INT32_MAX },
		{},
	};
#undef AT

	*to = (struct spec_hook){};
	if (oci_read(n, fields, to, e) < 0)
		return -1;
	if (*to->path != '/')
		return oci_invalid(n, "path", e, "\"%s\" is not absolute", to->path);
	/* An empty list has no name for the program. */
	if (to->args && !to->args[0])
		to->args = NULL;
	return 0;
}

int oci_hooks_read(const struct oci_node *document, struct spec_hooks *ret, struct err *e)
{
	struct oci_node n, list, item;
	int found = oci_object(document, "hooks", &n, e);

	if (found <= 0)
		return found;
	for (const struct oci_name *kind = oci_hook_names; kind->name; kind++) {
		struct spec_hook *hooks = NULL, hook;
		size_t count = 0;

		found = oci_array(&n, kind->name, &list, e);
		if (found < 0 || (found && oci_limit(&list, OCI_HOOKS_MAX, e) < 0))
			return -1;
		for (size_t i = 0; found && i < json_array_size(list.json); i++) {
			if (oci_item(&list, i, &item, e) < 0 || read_hook(&item, &hook, e) < 0)
				return -1;
			ARENA_PUSH(n.arena, hooks, count) = hook;
		}
		ret->kinds[kind->value] = (struct spec_hook_list){ hooks, count };
	}
	return 0;
}
