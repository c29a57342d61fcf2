/* SPDX-License-Identifier: Apache-2.0 */
/* Which containers need an image. */
#pragma once

#include "engine/engine.h"

/*
 * For image_removal.find_user, with the engine as its context: a container, running or not, that was
 * made from the image; `container` is its name for people. A container whose record can't be read might be one: that is an error.
 */
int image_users_find(void *engine, const char *image_id, char *container, struct err *e);
