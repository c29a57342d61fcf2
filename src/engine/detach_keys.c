/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/detach_keys.h"

#include <ctype.h>
#include <string.h>

#define CTRL "ctrl-"

/* One key of n characters as the byte that a terminal sends for it, or -1. */
static int key_parse(const char *text, size_t n)
{
	const size_t prefix = sizeof CTRL - 1;
	int c;

	if (n == 1)
		return (unsigned char)*text;
	if (n != prefix + 1 || memcmp(text, CTRL, prefix))
		return -1;
	c = toupper((unsigned char)text[prefix]);
	if (c < '@' || c > '_')
		return -1;
	return c - '@';
}

int detach_keys_parse(const char *text, struct detach_keys *ret, struct err *e)
{
	struct detach_keys k = {};

	for (const char *p = text; *text;) {
		/* A comma may itself be a key, so it separates only from the second character on. */
		size_t n = *p ? 1 + strcspn(p + 1, ",") : 0;
		int key = n ? key_parse(p, n) : -1;

		if (key < 0)
			return err_set(e, ERR_USAGE, "\"%s\" aren't keys such as ctrl-p,ctrl-q",
				       text);
		if (k.n == DETACH_KEYS_MAX)
			return err_set(e, ERR_USAGE, "more than %d detach keys", DETACH_KEYS_MAX);
		k.keys[k.n++] = (unsigned char)key;
		if (!p[n])
			break;
		p += n + 1;
	}
	*ret = k;
	return 0;
}

/* The longest beginning of the sequence that what was held back and `c` end with. */
static size_t longest_match(const struct detach_keys *k, unsigned char c)
{
	for (size_t length = k->n_seen + 1; length; length--) {
		size_t skipped = k->n_seen + 1 - length;

		if (k->keys[length - 1] == c && !memcmp(k->keys, k->keys + skipped, length - 1))
			return length;
	}
	return 0;
}

size_t detach_keys_filter(struct detach_keys *k, const char *in, size_t n, char *out)
{
	size_t done = 0;

	for (size_t i = 0; i < n && !k->is_complete; i++) {
		size_t matched = k->n ? longest_match(k, (unsigned char)in[i]) : 0;
		size_t release = k->n_seen + 1 - matched;

		/* What is no longer part of a match goes on: first what was held, then c itself. */
		for (size_t r = 0; r < release; r++)
			out[done++] = r < k->n_seen ? (char)k->keys[r] : in[i];
		k->n_seen = matched;
		k->is_complete = k->n && matched == k->n;
	}
	return done;
}
