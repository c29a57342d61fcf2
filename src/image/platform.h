/* SPDX-License-Identifier: Apache-2.0 */
/* Which of an index's images fits this machine. Pure. */
#pragma once

#include "image/manifest.h"

struct platform {
	const char *os, *architecture, *variant; /* Go's names; variant may be NULL */
};

/* What this Cale was built for. */
const struct platform *platform_host(void);
/*
 * How well an image for these fits: 0 not at all, more is better. An image that doesn't say what it
 * is for may fit (1). Attestations ("unknown/unknown") never do.
 */
int platform_fit(const struct platform *host, const struct platform *image);
