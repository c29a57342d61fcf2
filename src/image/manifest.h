/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Manifests and indexes of images as strangers write them: OCI image specification 1.1 (manifest.md,
 * image-index.md) and Docker's schema 2. Parsed only in workers and fuzz targets. Pure.
 *
 * A document that could be read as both an index and a manifest is refused (CVE-2021-41190), so is
 * one whose mediaType contradicts what pointed at it. Limits: JSON_FOREIGN_BYTES_MAX,
 * IMAGE_LAYERS_MAX, INDEX_ENTRIES_MAX.
 */
#pragma once

#include <stdint.h>

#include "base/json.h"
#include "image/digest.h"
#include "image/record.h"

#define INDEX_ENTRIES_MAX 1024

#define MEDIA_OCI_INDEX	      "application/vnd.oci.image.index.v1+json"
#define MEDIA_OCI_MANIFEST    "application/vnd.oci.image.manifest.v1+json"
#define MEDIA_OCI_CONFIG      "application/vnd.oci.image.config.v1+json"
#define MEDIA_OCI_LAYER	      "application/vnd.oci.image.layer.v1.tar" /* "+gzip", "+zstd" */
#define MEDIA_DOCKER_LIST     "application/vnd.docker.distribution.manifest.list.v2+json"
#define MEDIA_DOCKER_MANIFEST "application/vnd.docker.distribution.manifest.v2+json"
#define ANNOTATION_REF_NAME   "org.opencontainers.image.ref.name"
#define ANNOTATION_IMAGE_NAME "io.containerd.image.name"

enum media_kind {
	MEDIA_UNKNOWN, /* absent or of another project: artifacts, signatures, attestations */
	MEDIA_INDEX,
	MEDIA_MANIFEST,
};

struct descriptor {
	const char *media_type; /* or NULL */
	const char *digest;
	int64_t size_bytes;
};

struct index_entry {
	struct descriptor descriptor;
	const char *os, *architecture, *variant; /* or NULL */
	const char *name, *ref_name;		 /* annotations, or NULL */
};

struct image_index {
	struct index_entry *entries;
	size_t n;
};

struct image_manifest {
	const char *media_type; /* its own; MEDIA_OCI_MANIFEST when it has none */
	struct descriptor config;
	struct descriptor *layers; /* lowest first */
	size_t n_layers;
};

enum media_kind media_kind(const char *media_type);
/* Which of the two is this document? Checks `media_type` (what pointed at it said; NULL: nothing). */
int image_document_kind(const json_t *doc, const char *media_type, enum media_kind *ret,
			struct err *e);
int image_index_parse(const json_t *doc, struct arena *a, struct image_index *ret, struct err *e);
int image_manifest_parse(const json_t *doc, struct arena *a, struct image_manifest *ret,
			 struct err *e);
/* An OCI manifest in our own, reproducible form; the caller frees it. */
char *image_manifest_to_json(const struct image_manifest *m);
