/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cale-image-parse: reads an image's manifest on 0 and its config on 3, replies with the canonical
 * record. The engine has hashed both and compares the record's digests with that.
 *
 * It sees one image only: a document that breaks it can misrepresent nothing but itself.
 * Its sandbox: nothing but its three descriptors.
 */
#include "base/fd.h"
#include "base/json.h"
#include "base/mem.h"
#include "image/config.h"
#include "image/bounds.h"
#include "worker/reply.h"
#include "worker/sandbox.h"

#define FD_CONFIG WORKER_FD_FIRST

static char *parse(struct err *e)
{
	cleanup_arena struct arena *a = arena_new();
	struct image_documents d;
	const struct image_record *r;
	cleanup_free char *manifest =
		fd_read_text(WORKER_FD_INPUT, JSON_FOREIGN_BYTES_MAX, &d.manifest_bytes, e);
	cleanup_free char *config = NULL;

	if (!manifest)
		return NULL;
	config = fd_read_text(FD_CONFIG, JSON_FOREIGN_BYTES_MAX, &d.config_bytes, e);
	if (!config)
		return NULL;
	d.manifest = manifest;
	d.config = config;
	r = image_record_from_documents(&d, a, e);
	return r ? image_record_to_json(r) : NULL;
}

int main(void)
{
	const struct sandbox sandbox = { .memory_bytes = LIMIT_WORKER_MEMORY_BYTES,
					 .cpu_sec = LIMIT_WORKER_CPU_SEC };
	struct sandbox_state state;
	struct err e = {};
	cleanup_free char *record = NULL;

	/* Jansson reads /dev/urandom for its hash tables, once. */
	json_object_seed(0);
	if (sandbox_enter(&sandbox, &state, &e) < 0)
		return reply_failure(&e);
	record = parse(&e);
	return record ? reply_success(NULL, record) : reply_failure(&e);
}
