/* SPDX-License-Identifier: Apache-2.0 */
/* engine/config_json.h: a damaged record is refused or read; what is read is written the same again. */
#include <stdint.h>
#include <stdlib.h>

#include "engine/config_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_arena struct arena *a = arena_new();
	struct config c, back;
	struct err e;
	cleanup_json json_t *o = json_parse((const char *)data, size, CONFIG_JSON_BYTES_MAX, &e);
	cleanup_json json_t *first = NULL, *second = NULL;

	if (!o || config_from_json(o, a, &c, &e) < 0)
		return 0;
	first = config_to_json(&c);
	if (config_from_json(first, a, &back, &e) < 0)
		abort();
	second = config_to_json(&back);
	if (!json_equal(first, second))
		abort();
	return 0;
}
