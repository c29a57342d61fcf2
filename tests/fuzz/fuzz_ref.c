/* SPDX-License-Identifier: Apache-2.0 */
/* image/ref.h: any text; what is taken must mean the same when it is written out and read again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "image/ref.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_free char *text = xcalloc(size + 1, 1);
	char full[IMAGE_REF_SIZE], familiar[IMAGE_REF_SIZE];
	struct image_ref ref, again;
	struct err e;

	memcpy(text, data, size);
	if (image_ref_parse(text, &ref, &e) < 0)
		return 0;
	image_ref_full(&ref, full);
	image_ref_familiar(&ref, familiar);
	if (image_ref_parse(full, &again, &e) < 0 || memcmp(&ref, &again, sizeof ref) != 0)
		abort();
	if (strlen(familiar) > strlen(full))
		abort();
	return 0;
}
