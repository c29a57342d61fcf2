/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cale-blob-expand DIGEST DIFF_ID: reads a layer's blob on 0, writes the plain tar to 3, and vouches
 * that the blob has DIGEST and the tar DIFF_ID. Reply: numbers[0] bytes of the blob, [1] of the tar.
 *
 * It is a process of its own, apart from the one that reads the tar: whoever breaks the tar reader
 * can still not have a layer stored under a digest that it hasn't.
 * Its sandbox: nothing but its three descriptors.
 */
#include <signal.h>
#include <string.h>

#include "base/fd.h"
#include "base/mem.h"
#include "image/digest.h"
#include "image/bounds.h"
#include "worker/hash.h"
#include "worker/inflate.h"
#include "worker/reply.h"
#include "worker/sandbox.h"

#define FD_OUTPUT WORKER_FD_FIRST

static int tap(void *hash, const void *data, size_t n, struct err *e)
{
	(void)e;
	hash_add(hash, data, n);
	return 0;
}

static int compare(const char *what, struct hash *h, const char *expected, struct err *e)
{
	char found[DIGEST_SIZE];

	hash_end(h, found);
	return strcmp(found, expected) == 0
		       ? 0
		       : err_set(e, ERR_INVALID, "the %s has digest %s, not %s", what, found,
				 expected);
}

static int expand(char **argv, int64_t *numbers, struct err *e)
{
	cleanup_by(hash_freep) struct hash *raw = hash_new(), *plain = hash_new();
	const struct inflate_source source = {
		.fd = WORKER_FD_INPUT, .max_bytes = LIMIT_LAYER_BYTES, .tap = tap, .context = raw
	};
	cleanup_by(inflate_freep) struct inflate *i = inflate_open(&source, e);
	const void *data;
	ssize_t n;

	if (!i)
		return -1;
	while ((n = inflate_read(i, &data, e)) > 0) {
		hash_add(plain, data, (size_t)n);
		if (fd_write_all(FD_OUTPUT, data, (size_t)n, e) < 0)
			return -1;
	}
	if (n < 0)
		return -1;
	numbers[0] = inflate_raw_bytes(i);
	numbers[1] = inflate_plain_bytes(i);
	if (compare("blob", raw, argv[1], e) < 0)
		return -1;
	return compare("unpacked layer", plain, argv[2], e);
}

int main(int argc, char **argv)
{
	const struct sandbox sandbox = { .memory_bytes = LIMIT_WORKER_MEMORY_BYTES,
					 .cpu_sec = LIMIT_WORKER_CPU_SEC };
	struct sandbox_state state;
	int64_t numbers[8] = {};
	struct err e = {};

	if (argc != 3)
		return 2;
	if (hash_prepare(&e) < 0 || sandbox_enter(&sandbox, &state, &e) < 0 ||
	    expand(argv, numbers, &e) < 0)
		return reply_failure(&e);
	return reply_success(numbers, NULL);
}
