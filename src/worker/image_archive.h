/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An image archive as strangers write it: Docker's with a manifest.json, an OCI layout in a tar, or both
 * in one. Read once, from a stream; used in the worker's sandbox and by a fuzz target.
 */
#pragma once

#include "worker/found_images.h"

/* Stages all blobs and finds the images in them. */
int image_archive_load(int fd, struct found_images *found, struct err *e);
