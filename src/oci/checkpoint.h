/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A running or paused container saved into files by CRIU, as runc's checkpoint has it; criu.h says whom they can be
 * trusted with. What isn't in them comes from elsewhere at restore (docs/oci.md), or is refused here.
 */
#pragma once

#include "oci/criu.h"

/*
 * After success its processes are gone, unless it was to be left running or this was a pre-dump; the
 * container itself is the caller's to delete. Otherwise they go on.
 */
int oci_checkpoint(const struct oci_container *c, const struct criu_options *o, struct err *e);
