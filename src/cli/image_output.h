/* SPDX-License-Identifier: Apache-2.0 */
/* What load and import have in common: their input, their progress, their warnings. */
#pragma once

#include "engine/images.h"

/* A file or folder; NULL and "-" are standard input, which must not be a terminal. */
int image_input_open(const char *path, struct err *e);
/* For image_load.progress: prints to stderr when that is a terminal, else NULL. */
void (*image_output_progress(void))(void *context, const char *line);
/* Says what of the images can't be had here. */
void image_output_warn(const struct image_load *l);
