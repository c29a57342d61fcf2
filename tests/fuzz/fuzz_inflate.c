/* SPDX-License-Identifier: Apache-2.0 */
/* worker/inflate.h: any bytes as a plain, gzip or zstd stream; every raw byte is seen once. */
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "worker/inflate.h"

#define OUTPUT_MAX (64 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int tap(void *seen, const void *data, size_t n, struct err *e)
{
	(void)data;
	(void)e;
	*(size_t *)seen += n;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_fd int fd = memfd_create("blob", MFD_CLOEXEC);
	size_t seen = 0;
	const struct inflate_source source = { fd, OUTPUT_MAX, tap, &seen };
	cleanup_by(inflate_freep) struct inflate *i = NULL;
	const void *plain;
	struct err e;
	ssize_t n;

	if (write(fd, data, size) < 0)
		abort();
	lseek(fd, 0, SEEK_SET);
	i = inflate_open(&source, &e);
	if (!i)
		return 0;
	do {
		n = inflate_read(i, &plain, &e);
	} while (n > 0);
	if (n == 0 && seen != size)
		abort();
	return 0;
}
