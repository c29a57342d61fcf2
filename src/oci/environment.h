/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A process's environment: config.md "Process", `env`. What it means that a name comes twice isn't
 * said there, and programs differ in which one they take; as in runc the last one counts, which is
 * what engines mean who put their own ones behind the image's.
 */
#pragma once

#include "base/mem.h"

/* Each name once; the list is NULL-terminated, pure, and shares its strings with what was given. */
char *const *oci_environment_unique(char *const *env, struct arena *a);
