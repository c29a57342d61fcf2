/* SPDX-License-Identifier: Apache-2.0 */
/* Suspending all of a container by its freezer, and going on. */
#pragma once

#include "oci/container.h"

/* ERR_CONFLICT when it is neither running nor created. */
int oci_pause(const struct oci_container *c, struct err *e);
/* ERR_CONFLICT when it isn't paused. */
int oci_resume(const struct oci_container *c, struct err *e);
