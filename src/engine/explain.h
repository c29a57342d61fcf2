/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A plan for people: what the container may do, may not do, its limits, and which defaults this host
 * can't enforce; behind each line who set it. Pure. Texts may hold foreign bytes (a volume's path, an
 * image's user): they are made printable.
 */
#pragma once

#include "base/json.h"
#include "base/text.h"
#include "engine/plan.h"

void explain_text(const struct plan *p, struct text *t);
/* {"May": [{"Text": …, "Setting": "memory", "Origin": "--memory"}], "MayNot": […], …}; the caller's. */
json_t *explain_json(const struct plan *p);
