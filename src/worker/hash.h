/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 of bulk data, by OpenSSL, which uses the processor's instructions for it. */
#pragma once

#include <stddef.h>

#include "base/err.h"
#include "image/digest.h"

struct hash;

/*
 * Call hash_prepare() before the sandbox: OpenSSL reads its configuration at first use. It keeps what
 * it fetched in the process.
 */
int hash_prepare(struct err *e);
struct hash *hash_new(void);
void hash_free(struct hash *h); /* accepts NULL */
void hash_freep(struct hash **h);
void hash_add(struct hash *h, const void *data, size_t n);
/* The digest of everything added; `out` has DIGEST_SIZE bytes. Once. */
void hash_end(struct hash *h, char *out);
