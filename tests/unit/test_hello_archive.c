/* SPDX-License-Identifier: Apache-2.0 */
/* hello/archive.h: the bytes are a whole tar archive and hold the manifest that is announced. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "hello/archive.h"

#define TAR_BLOCK 512

static void is_a_whole_tar(void **state)
{
	static const unsigned char zeros[2 * TAR_BLOCK];

	(void)state;
	assert_true(hello_archive_size > 4 * TAR_BLOCK);
	assert_int_equal(hello_archive_size % TAR_BLOCK, 0);
	assert_memory_equal(hello_archive + 257, "ustar", 6);
	/* Two blocks of zeros end an archive (POSIX pax). */
	assert_memory_equal(hello_archive + hello_archive_size - sizeof zeros, zeros, sizeof zeros);
}

static void holds_its_manifest(void **state)
{
	char member[100];

	(void)state;
	assert_int_equal(strlen(hello_archive_manifest), strlen("sha256:") + 64);
	assert_memory_equal(hello_archive_manifest, "sha256:", 7);
	snprintf(member, sizeof member, "blobs/sha256/%s", hello_archive_manifest + 7);
	assert_non_null(memmem(hello_archive, hello_archive_size, member, strlen(member) + 1));
	assert_non_null(memmem(hello_archive, hello_archive_size, "\"" HELLO_IMAGE "\"",
			       strlen(HELLO_IMAGE) + 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_a_whole_tar),
		cmocka_unit_test(holds_its_manifest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
