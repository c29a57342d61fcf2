/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The members of a config's JSON that aren't a plain text, number or list; used by config_json.c.
 * `put` adds the member to its object, `get` reads it from there (it may be absent).
 */
#pragma once

#include "base/json.h"
#include "engine/config.h"

struct config_json_part {
	const char *object, *key; /* "HostConfig", "Mounts" */
	void (*put)(json_t *o, const char *key, const struct config *c);
	int (*get)(json_t *member, struct arena *a, struct config *c, struct err *e);
};

/* Ends with key NULL. "Origins" is the last: others set origins on their way. */
extern const struct config_json_part config_json_parts[];

/* {"Type": "bind", "Source": …, "Target": …, "Options": ["ro", "noexec"], …}, in a file of its own. */
void config_json_put_mounts(json_t *o, const char *key, const struct config *c);
int config_json_get_mounts(json_t *list, struct arena *a, struct config *c, struct err *e);
