/* SPDX-License-Identifier: Apache-2.0 */
/* `cale info` for people: the object that info.c collects as text. Pure. */
#pragma once

#include "base/json.h"
#include "base/text.h"

void info_add_text(struct text *t, const json_t *info);
