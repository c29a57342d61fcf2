/* SPDX-License-Identifier: Apache-2.0 */
/* `oci --version`: lines that callers of runc and crun read. */
#pragma once

#include "base/text.h"

void oci_add_version(struct text *t);
