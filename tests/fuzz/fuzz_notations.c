/* SPDX-License-Identifier: Apache-2.0 */
/* base/parse.h, base/clock.h: the small notations of flags, images and kernel files. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_free char *text = xcalloc(size + 1, 1);
	struct err e;
	uint64_t u;
	int64_t i;
	int b;

	memcpy(text, data, size);
	if (parse_uint(text, 1000, &u, &e) == 0 && u > 1000)
		abort();
	if (parse_int(text, -5, 5, &i, &e) == 0 && (i < -5 || i > 5))
		abort();
	if (parse_size(text, &i, &e) == 0 && i < 0)
		abort();
	if (parse_nano_cpus(text, &i, &e) == 0 && i < 0)
		abort();
	parse_duration_usec(text, &i, &e);
	parse_bool(text, &b, &e);
	clock_parse(text, &i, &e);
	return 0;
}
