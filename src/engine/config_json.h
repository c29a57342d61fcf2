/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A container's config as JSON, in the shape that Docker's API has for creating and inspecting:
 *
 *	{"Name": …, "Image": "sha256:…", "Config": {…}, "HostConfig": {…}, "Origins": {…}}
 *
 * It is the container's record on disk and the middle of `cale inspect`. Reading back is strict: an
 * unknown member of Config or HostConfig, a wrong type or a value out of its bounds refuses the
 * whole, so that no setting of a damaged or newer record is silently lost. Further members at the
 * top are the caller's. Origins is ours: who set what.
 */
#pragma once

#include "base/json.h"
#include "engine/config.h"

#define CONFIG_JSON_FILE      "config.json"
#define CONFIG_JSON_BYTES_MAX (16 << 20)

/* A new object, the caller's. */
json_t *config_to_json(const struct config *c);
/* ERR_INVALID with the member's name. Texts are copied into the arena; `o` isn't changed. */
int config_from_json(json_t *o, struct arena *a, struct config *ret, struct err *e);
