/* SPDX-License-Identifier: Apache-2.0 */
#include "hello/archive.h"

/* Written with the archive, so that whatever depends on headers notices a new archive. */
#include "hello/archive_manifest.h"

const char hello_archive_manifest[] = HELLO_ARCHIVE_MANIFEST;

/* HELLO_ARCHIVE is the archive's path, from the build. */
__asm__(".pushsection .rodata, \"a\"\n"
	".balign 16\n"
	".globl hello_archive\n"
	".type hello_archive, %object\n"
	"hello_archive:\n"
	".incbin \"" HELLO_ARCHIVE "\"\n"
	".Lhello_archive_end:\n"
	".size hello_archive, . - hello_archive\n"
	".balign 8\n"
	".globl hello_archive_size\n"
	".type hello_archive_size, %object\n"
	"hello_archive_size:\n"
#if __SIZEOF_SIZE_T__ == 8
	".8byte .Lhello_archive_end - hello_archive\n"
#else
	".4byte .Lhello_archive_end - hello_archive\n"
#endif
	".size hello_archive_size, . - hello_archive_size\n"
	".popsection\n");
