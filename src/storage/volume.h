/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Named and anonymous volumes: `volumes/NAME/_data`, as Docker lays them out. An anonymous one has
 * 64 hexadecimal digits as its name and goes with its container.
 */
#pragma once

#include "base/err.h"

#define VOLUME_NAME_MAX 255

/* [a-zA-Z0-9][a-zA-Z0-9_.-]*, at most VOLUME_NAME_MAX. Pure. */
int volume_name_is_valid(const char *name);
/* Makes it if it is new; *ret_made says so. Names are unique by mkdir(2). */
int volume_use(int volumes_fd, const char *name, int *ret_made, struct err *e);
int volume_remove(int volumes_fd, const char *name, struct err *e);
