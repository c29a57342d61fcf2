/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/image_builtin.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fd.h"
#include "hello/archive.h"
#include "image/load.h"
#include "image/ref.h"

int image_builtin_is(const char *name)
{
	struct image_ref asked, builtin;
	struct err ignored;

	return image_ref_parse(name, &asked, &ignored) == 0 &&
	       image_ref_parse(HELLO_IMAGE, &builtin, &ignored) == 0 && !*asked.digest &&
	       !strcmp(asked.repository, builtin.repository) && !strcmp(asked.tag, builtin.tag);
}
