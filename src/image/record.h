/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The canonical record of an image: what a stranger's manifest and config say, validated by a
 * worker and written in our own form. `run` reads only this; no foreign JSON is parsed there.
 *
 * Reading it back checks every type and limit again, but trusts what it says as far as an image is
 * trusted at all.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"

#define IMAGE_LAYERS_MAX  127
#define IMAGE_STRINGS_MAX 4096	     /* env, labels, args …: items of one list */
#define IMAGE_TEXT_MAX	  (64 << 10) /* bytes of one of them */

struct image_layer {
	const char *digest;   /* of the blob as stored, compressed or not: "sha256:<64 hex>" */
	const char *diff_id;  /* of the uncompressed tar */
	const char *chain_id; /* names the unpacked layer */
	int64_t blob_bytes, unpacked_bytes;
};

struct image_health {
	char **test;
	size_t n_test;
	int64_t interval_nsec, timeout_nsec, start_period_nsec, retries;
};

struct image_record {
	const char *id;		     /* digest of the config blob: Docker's image id */
	const char *manifest_digest; /* as stored in the layout */
	const char *manifest_type;   /* its media type */
	const char *created;	     /* RFC 3339 or NULL */
	const char *architecture, *os, *variant, *author;
	struct image_layer *layers; /* lowest first */
	size_t n_layers;
	char **env; /* all lists are NULL-terminated as well, or NULL when absent */
	size_t n_env;
	char **entrypoint;
	size_t n_entrypoint;
	char **cmd;
	size_t n_cmd;
	char **labels; /* "key=value" */
	size_t n_labels;
	char **exposed_ports; /* "80/tcp" */
	size_t n_exposed_ports;
	char **volumes; /* absolute, normalised targets */
	size_t n_volumes;
	const char *user, *workdir, *stop_signal; /* or NULL */
	struct image_health *health;		  /* or NULL */
	uint64_t file_capabilities; /* union of what files in its layers carry, as bits */
	int64_t size_bytes;	    /* unpacked */
};

char *image_record_to_json(const struct image_record *r); /* the caller frees */
struct image_record *image_record_from_json(const char *text, size_t n, struct arena *a,
					    struct err *e);
