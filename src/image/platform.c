/* SPDX-License-Identifier: Apache-2.0 */
#include "image/platform.h"

#include <string.h>

#if defined(__x86_64__)
#define HOST_ARCHITECTURE "amd64"
#define HOST_VARIANT	  NULL
#elif defined(__aarch64__)
#define HOST_ARCHITECTURE "arm64"
#define HOST_VARIANT	  "v8"
#elif defined(__riscv) && __riscv_xlen == 64
#define HOST_ARCHITECTURE "riscv64"
#define HOST_VARIANT	  NULL
#else
#error "name this architecture as Go does"
#endif

const struct platform *platform_host(void)
{
	static const struct platform host = { "linux", HOST_ARCHITECTURE, HOST_VARIANT };

	return &host;
}

int platform_fit(const struct platform *host, const struct platform *image)
{
	if (!image->os && !image->architecture)
		return 1;
	if (!image->os || !image->architecture || strcmp(image->os, host->os) != 0 ||
	    strcmp(image->architecture, host->architecture) != 0)
		return 0;
	/* The plain image is the one for every machine of that architecture. */
	if (!image->variant || !*image->variant)
		return 3;
	if (host->variant && !strcmp(image->variant, host->variant))
		return 4;
	/* amd64 v2, v3 …: this processor may lack what they need. */
	return host->variant ? 0 : 2;
}
