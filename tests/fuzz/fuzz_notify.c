/* SPDX-License-Identifier: Apache-2.0 */
/* runtime/notify.h: what a container says to its supervisor. What goes on is allowed, and stays the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/notify.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct notify_lines once, twice;

	if (size > NOTIFY_BYTES_MAX)
		return 0;
	notify_filter((const char *)data, size, &once);
	notify_filter(once.text, once.n, &twice);
	if (once.n != twice.n || once.ready != twice.ready ||
	    memcmp(once.text, twice.text, once.n) != 0)
		abort();
	if (memchr(once.text, '\0', once.n) || strstr(once.text, "MAINPID") == once.text)
		abort();
	return 0;
}
