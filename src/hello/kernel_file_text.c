/* SPDX-License-Identifier: Apache-2.0 */
#include "hello/sections.h"

#include <fcntl.h>
#include <string.h>

#include "base/fd.h"

/* mountinfo of a busy host is the largest of them, some 100 bytes a mount. */
#define KERNEL_FILE_BYTES_MAX (4 << 20)

char *kernel_file_text(struct arena *a, const char *path)
{
	struct err ignored;
	cleanup_free char *text = fd_read_file(AT_FDCWD, path, KERNEL_FILE_BYTES_MAX, &ignored);
	size_t n = text ? strlen(text) : 0;

	if (n && text[n - 1] == '\n')
		text[n - 1] = '\0';
	return arena_strdup(a, text);
}
