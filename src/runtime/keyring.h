/* SPDX-License-Identifier: Apache-2.0 */
/* The session keyring of a container for a process that isn't a child of ours in the making. */
#pragma once

#include "base/err.h"
#include "runtime/spec.h"

/*
 * If the spec wants one: this process and what it starts have the container's from now on. For containers
 * without a user namespace of their own.
 */
int keyring_join(const struct spec *spec, struct err *e);
