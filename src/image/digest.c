/* SPDX-License-Identifier: Apache-2.0 */
#include "image/digest.h"

#include <stdio.h>
#include <string.h>

#include "base/sha256.h"

int digest_is_hex(const char *text, size_t min, size_t max)
{
	size_t n = strspn(text, "0123456789abcdef");

	return text[n] == '\0' && n >= min && n <= max;
}

int digest_check(const char *text, struct err *e)
{
	const char *colon = strchr(text, ':');

	if (!strncmp(text, DIGEST_PREFIX, strlen(DIGEST_PREFIX)) &&
	    digest_is_hex(text + strlen(DIGEST_PREFIX), 64, 64))
		return 0;
	if (colon && colon - text != 6 && strlen(text) < 256)
		return err_set(e, ERR_INVALID, "digest \"%s\": only sha256 is supported", text);
	return err_set(e, ERR_INVALID,
		       "digest \"%.100s\": not \"sha256:\" and 64 lower-case hexadecimal digits",
		       text);
}

const char *digest_hex(const char *digest)
{
	return digest + strlen(DIGEST_PREFIX);
}

void digest_of(const void *data, size_t n, char *out)
{
	memcpy(out, DIGEST_PREFIX, sizeof DIGEST_PREFIX);
	sha256_hex(data, n, out + strlen(DIGEST_PREFIX));
}

void digest_chain(const char *parent, const char *diff_id, char *out)
{
	char pair[2 * DIGEST_SIZE];

	if (!parent) {
		snprintf(out, DIGEST_SIZE, "%s", diff_id);
		return;
	}
	snprintf(pair, sizeof pair, "%s %s", parent, diff_id);
	digest_of(pair, strlen(pair), out);
}
