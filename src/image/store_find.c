/* SPDX-License-Identifier: Apache-2.0 */
/* Which image does a user mean? */
#include <stdio.h>
#include <string.h>

#include "image/digest.h"
#include "image/store.h"

#define PREFIX_MIN 2

static int by_digits(const struct image_store *s, const char *digits, char *ret_id, struct err *e)
{
	cleanup_arena struct arena *a = arena_new();
	const char *found = NULL;
	char **ids;
	size_t n;

	if (image_store_ids(s, a, &ids, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (strncmp(digest_hex(ids[i]), digits, strlen(digits)) != 0)
			continue;
		if (found)
			return err_set(e, ERR_CONFLICT, "%s is the start of several image ids",
				       digits);
		found = ids[i];
	}
	if (!found)
		return err_set(e, ERR_NOT_FOUND, "no image id starts so");
	snprintf(ret_id, DIGEST_SIZE, "%s", found);
	return 0;
}

/* name@digest: an image whose manifest has that digest, and some name in that repository. */
static int by_manifest(const struct image_store *s, const struct image_ref *ref, char *ret_id,
		       struct err *e)
{
	cleanup_arena struct arena *a = arena_new();
	struct image_name *names;
	size_t n;

	if (image_store_names(s, a, &names, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const struct image_record *r;

		if (strcmp(names[i].ref.repository, ref->repository) != 0 ||
		    (*ref->tag && strcmp(names[i].ref.tag, ref->tag) != 0))
			continue;
		r = image_store_read(s, names[i].id, a, e);
		if (r && !strcmp(r->manifest_digest, ref->digest)) {
			snprintf(ret_id, DIGEST_SIZE, "%s", r->id);
			return 0;
		}
	}
	return err_set(e, ERR_NOT_FOUND, "no such manifest");
}

static int by_name(const struct image_store *s, const struct image_ref *ref, char *ret_id,
		   struct err *e)
{
	return *ref->digest ? by_manifest(s, ref, ret_id, e)
			    : image_store_name_get(s, ref, ret_id, e);
}

int image_store_find(const struct image_store *s, const char *text, char *ret_id, struct err *e)
{
	const char *digits = text;
	struct image_ref ref;
	struct err unusable;
	int is_name = image_ref_parse(text, &ref, &unusable) == 0;

	if (is_name && by_name(s, &ref, ret_id, e) == 0)
		return 0;
	if (is_name && e->code != ERR_NOT_FOUND)
		return -1;
	if (!strncmp(digits, DIGEST_PREFIX, strlen(DIGEST_PREFIX)))
		digits = digest_hex(digits);
	if (digest_is_hex(digits, PREFIX_MIN, 64)) {
		if (by_digits(s, digits, ret_id, e) == 0)
			return 0;
		if (e->code != ERR_NOT_FOUND)
			return -1;
	} else if (!is_name) {
		*e = unusable;
		return -1;
	}
	return err_set(e, ERR_NOT_FOUND, "no such image: %.300s", text);
}
