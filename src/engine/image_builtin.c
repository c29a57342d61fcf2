/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/image_builtin.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fd.h"
#include "hello/archive.h"
#include "engine/images.h"
#include "image/ref.h"

int image_builtin_is(const char *name)
{
	struct image_ref asked, builtin;
	struct err ignored;

	return image_ref_parse(name, &asked, &ignored) == 0 &&
	       image_ref_parse(HELLO_IMAGE, &builtin, &ignored) == 0 && !*asked.digest &&
	       !strcmp(asked.repository, builtin.repository) && !strcmp(asked.tag, builtin.tag);
}

int image_builtin_load(struct engine *en, struct err *e)
{
	const struct images images = { &en->images, &en->layers };
	cleanup_arena struct arena *a = arena_new();
	cleanup_fd int fd = memfd_create("hello", MFD_CLOEXEC);
	struct image_load load = { .arena = a, .fd = fd };

	if (fd < 0)
		return err_sys(e, "create a file in memory");
	if (fd_write_all(fd, hello_archive, hello_archive_size, e) < 0)
		return -1;
	if (lseek(fd, 0, SEEK_SET) < 0)
		return err_sys(e, "rewind the image");
	return image_load(&images, &load, e);
}
