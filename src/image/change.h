/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dockerfile instructions that only change an image's config, as `import --change` takes them:
 * CMD ENTRYPOINT ENV EXPOSE LABEL STOPSIGNAL USER VOLUME WORKDIR. Others are refused by name.
 * The text is the user's own. Pure.
 */
#pragma once

#include "base/json.h"

/* Applies one instruction to the "config" object of an image config. */
int image_change_apply(json_t *config, const char *instruction, struct err *e);
