/* SPDX-License-Identifier: Apache-2.0 */
/* How names of images are written as names of files; for the store's own files. Pure. */
#pragma once

#include "image/ref.h"

/* The folder of a repository's tags below images/names; `out` has IMAGE_REPOSITORY_SIZE bytes. */
void image_name_folder(const char *repository, char *out);
