/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/annotations.h"

#include <stdlib.h>
#include <string.h>

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct oci_annotation *)a)->key,
		      ((const struct oci_annotation *)b)->key);
}

int oci_annotations_read(const struct oci_node *document, struct oci_config *c, struct err *e)
{
	struct oci_annotation *list;
	struct oci_node n;
	size_t count = 0;
	const char *key;
	json_t *value;
	int found = oci_object(document, "annotations", &n, e);

	if (found <= 0)
		return found;
	if (oci_limit(&n, OCI_LIST_MAX, e) < 0)
		return -1;
	list = arena_alloc(n.arena, (json_object_size(n.json) + 1) * sizeof *list);
	json_object_foreach ((json_t *)n.json, key, value) {
		if (!*key)
			return oci_invalid(&n, NULL, e, "has an empty key");
		if (!json_string_only(value))
			return oci_invalid(&n, key, e, "is not a string");
		list[count++] =
			(struct oci_annotation){ arena_strdup(n.arena, key),
						 arena_strdup(n.arena, json_string_only(value)) };
	}
	if (count)
		qsort(list, count, sizeof *list, by_key);
	c->annotations = list;
	c->n_annotations = count;
	return 0;
}

const char *oci_annotation(const struct oci_config *c, const char *key)
{
	const struct oci_annotation wanted = { .key = key }, *found;

	if (!c->n_annotations)
		return NULL;
	found = bsearch(&wanted, c->annotations, c->n_annotations, sizeof wanted, by_key);
	return found ? found->value : NULL;
}
