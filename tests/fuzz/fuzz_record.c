/* SPDX-License-Identifier: Apache-2.0 */
/* image/record.h: whatever can be read must come out the same when it is written and read again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "image/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_free char *once = NULL, *twice = NULL;
	struct image_record *r;
	struct err e;

	r = image_record_from_json((const char *)data, size, a, &e);
	if (!r)
		return 0;
	once = image_record_to_json(r);
	r = image_record_from_json(once, strlen(once), a, &e);
	if (!r)
		abort();
	twice = image_record_to_json(r);
	if (strcmp(once, twice) != 0)
		abort();
	return 0;
}
