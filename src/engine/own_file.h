/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps Cale's own program out of reach of a container whose root is root on the host: it then runs
 * from a sealed copy in memory (base/self.h).
 */
#pragma once

#include "engine/config.h"
#include "engine/engine.h"

/* As root on the host: does the container get ids of its own? */
int own_file_is_apart(const struct engine *en, const struct config *config);
/*
 * Before anything is made for a container, or enters it. Doesn't return when a sealed copy takes over,
 * which does all from the beginning.
 */
int own_file_protect(const struct engine *en, const struct config *config, struct err *e);
