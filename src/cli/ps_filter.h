/* SPDX-License-Identifier: Apache-2.0 */
/* `ps --filter KEY=VALUE`: several of one key are alternatives, different keys must all match. Pure. */
#pragma once

#include "cli/options.h"
#include "engine/container_info.h"

/* ERR_USAGE for an unknown key or a malformed value. */
int ps_filter_check(const struct option_list *filters, struct err *e);
/* Checked ones only. */
int ps_filter_matches(const struct option_list *filters, const struct container_summary *c);
/* Does any filter ask for the state? Then `ps` looks at those that don't run, too. */
int ps_filter_asks_state(const struct option_list *filters);
