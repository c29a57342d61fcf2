/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 (FIPS 180-4) for the small things that the engine must hash itself because it can't take a
 * worker's word for them: chain ids, manifests, configs, cache keys. Bulk data is hashed in workers,
 * by OpenSSL, which is several times faster.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define SHA256_HEX_SIZE 65 /* 64 lower-case digits and NUL */

struct sha256 {
	uint32_t state[8];
	uint64_t bytes;
	unsigned char block[64];
};

void sha256_begin(struct sha256 *s);
void sha256_add(struct sha256 *s, const void *data, size_t n);
/* `out` has SHA256_HEX_SIZE bytes; `s` may not be used any more. */
void sha256_end(struct sha256 *s, char *out);
/* All three for data in one piece. */
void sha256_hex(const void *data, size_t n, char *out);
