/* SPDX-License-Identifier: Apache-2.0 */
#include "worker/hash.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct hash {
	EVP_MD_CTX *context;
};

/* Failures here are failures to allocate or a broken library: as for all memory, the end. */
static void must(int ok)
{
	if (!ok)
		abort();
}

int hash_prepare(struct err *e)
{
	unsigned char out[EVP_MAX_MD_SIZE];

	if (!EVP_Digest("", 0, out, NULL, EVP_sha256(), NULL))
		return err_set(e, ERR_SYSTEM, "OpenSSL has no SHA-256");
	return 0;
}

struct hash *hash_new(void)
{
	struct hash *h = xcalloc(1, sizeof *h);

	h->context = EVP_MD_CTX_new();
	must(h->context != NULL);
	must(EVP_DigestInit_ex(h->context, EVP_sha256(), NULL));
	return h;
}

void hash_free(struct hash *h)
{
	if (!h)
		return;
	EVP_MD_CTX_free(h->context);
	free(h);
}

void hash_freep(struct hash **h)
{
	hash_free(*h);
}

void hash_add(struct hash *h, const void *data, size_t n)
{
	must(EVP_DigestUpdate(h->context, data, n));
}

void hash_end(struct hash *h, char *out)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char sum[EVP_MAX_MD_SIZE];
	char *p = out + strlen(DIGEST_PREFIX);

	must(EVP_DigestFinal_ex(h->context, sum, NULL));
	memcpy(out, DIGEST_PREFIX, strlen(DIGEST_PREFIX));
	for (int i = 0; i < 32; i++) {
		*p++ = digits[sum[i] >> 4];
		*p++ = digits[sum[i] & 15];
	}
	*p = '\0';
}
