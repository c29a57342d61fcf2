/* SPDX-License-Identifier: Apache-2.0 */
/* The image `hello` that is part of this program: for a first run without registry or network. */
#pragma once

#include "engine/engine.h"

/* "hello", "hello:latest", "docker.io/library/hello:latest". */
int image_builtin_is(const char *name);
/* Takes the same way as `cale load` of a stranger's archive. */
int image_builtin_load(struct engine *en, struct err *e);
