/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Image references: "[host[:port]/]path[:tag][@digest]", by the grammar of the distribution project's
 * reference package and Docker's rules for short names: no host means docker.io, one path part at
 * docker.io means library/, neither tag nor digest means the tag latest.
 *
 * Limits: repository 255 bytes, tag 128. Pure; texts may come from anyone.
 */
#pragma once

#include "base/err.h"
#include "image/digest.h"

#define IMAGE_REPOSITORY_SIZE 256
#define IMAGE_TAG_SIZE	      129
#define IMAGE_REF_SIZE	      (IMAGE_REPOSITORY_SIZE + IMAGE_TAG_SIZE + DIGEST_SIZE)

struct image_ref {
	char repository[IMAGE_REPOSITORY_SIZE]; /* full: "docker.io/library/busybox" */
	char tag[IMAGE_TAG_SIZE];		/* "" when there is none */
	char digest[DIGEST_SIZE];		/* "" when there is none */
};

int image_ref_parse(const char *text, struct image_ref *ret, struct err *e);
/* As above for a name that is to be given: a digest is refused. */
int image_ref_parse_name(const char *text, struct image_ref *ret, struct err *e);

/* "docker.io/library/busybox:latest"; `out` has IMAGE_REF_SIZE bytes. */
void image_ref_full(const struct image_ref *r, char *out);
/* As people write it: "busybox:latest". */
void image_ref_familiar(const struct image_ref *r, char *out);
/* Only the repository as people write it: "busybox"; borrowed from the argument. */
const char *image_repository_familiar(const char *repository);
