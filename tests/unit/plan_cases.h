/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cases of the planner's golden tests: "HOST [FLAGS] IMAGE [ARGUMENTS]", where HOST and IMAGE name
 * rows of the tables in plan_cases.c.
 */
#pragma once

#include "base/text.h"
#include "engine/plan.h"

/* From words to a plan, through the same functions as `cale run`; 0, or -1 with the message in *e. */
int plan_case(char **words, struct arena *a, struct plan *ret, struct err *e);
/* Every field of the spec that isn't zero, a line each. */
void plan_dump(const struct plan *p, struct text *t);
