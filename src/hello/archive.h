/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The image in the binary: `hello:latest` as an OCI archive (a tar of an OCI image layout), made at
 * build time from src/hello by tools/pack-image. It goes through the same loader as any stranger's
 * archive, so nothing about it is special once these bytes are handed over.
 */
#pragma once

#include <stddef.h>

#define HELLO_IMAGE "hello:latest"

extern const unsigned char hello_archive[];
extern const size_t hello_archive_size; /* bytes */
/* "sha256:…" of the image's manifest: a store that has this one needs no loading. */
extern const char hello_archive_manifest[];
