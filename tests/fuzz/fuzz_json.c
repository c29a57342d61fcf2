/* SPDX-License-Identifier: Apache-2.0 */
/* base/json.h: a stranger's document, its limits, and the getters on whatever types it has. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_json json_t *j = NULL;
	cleanup_free char *dumped = NULL;
	cleanup_arena struct arena *a = arena_new();
	struct err e;
	const char *s;
	char **list;
	int64_t i;
	size_t n = 0;
	int b;
	json_t *inner;

	j = json_parse((const char *)data, size, JSON_FOREIGN_BYTES_MAX, &e);
	if (!j)
		return 0;
	json_get_string(j, "a", &s, &e);
	json_get_int(j, "a", &i, &e);
	json_get_bool(j, "a", &b, &e);
	json_get_object(j, "a", &inner, &e);
	json_get_array(j, "a", &inner, &e);
	if (json_get_strings(j, "a", 4, a, &list, &n, &e) == 0 && n > 4)
		abort();
	dumped = json_dump(j, 0);
	json_t *again = json_parse(dumped, strlen(dumped), SIZE_MAX, &e);

	if (!again || !json_equal(j, again))
		abort();
	json_decref(again);
	return 0;
}
