/* SPDX-License-Identifier: Apache-2.0 */
/* The filters of `cale ps`; items are struct container_summary. */
#pragma once

#include "cli/filter.h"

extern const struct filter_row ps_filters[];
