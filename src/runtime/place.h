/* SPDX-License-Identifier: Apache-2.0 */
/* Where the container's groups are, as the caller tells its process. Private to src/runtime. */
#pragma once

#include "base/text.h"
#include "runtime/cgroup.h"

/* Views of `cgroup`, which may be NULL, as the text of a status_send_go(). */
void place_describe(const struct cgroup *cgroup, struct text *ret);
