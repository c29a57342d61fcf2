/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file tree: config.md "Root" and "Mounts", config-linux.md "Rootfs Mount Propagation", "Masked
 * Paths", "Readonly Paths". Targets are only made absolute here; they are resolved in the container's
 * root, which is hostile, when they are mounted.
 */
#pragma once

#include "oci/node.h"
#include "runtime/spec.h"

#define OCI_MOUNTS_MAX 1024
#define OCI_PATHS_MAX  256 /* of maskedPaths and of readonlyPaths */

int oci_root_read(const struct oci_node *document, struct spec *spec, struct err *e);
/* `mounts`, after the namespaces. */
int oci_mounts_read(const struct oci_node *document, struct spec *spec, struct err *e);
/* Members of `linux` that come after the mounts. */
int oci_mounts_read_linux(const struct oci_node *linux_node, struct spec *spec, struct err *e);
/*
 * A document that is such a list alone: *ret becomes the container's spec with these mounts and no others.
 * Sources are as written, maybe relative to the bundle: oci_config_resolve().
 */
struct oci_mounts_request {
	const char *text;
	size_t n;
	const struct spec *container;
	struct arena *arena;
	int targets_only; /* only `destination` is read */
};
int oci_mounts_parse(const struct oci_mounts_request *r, struct spec *ret, struct err *e);
/* Is a cgroup tree mounted writable, as config-linux.md "Cgroup ownership" describes it? */
int oci_mounts_have_writable_cgroup(const struct spec *spec);
