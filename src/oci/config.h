/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config.json of a bundle: OCI runtime specification 1.3, config.md and config-linux.md, read into a
 * spec that runtime/ carries out. Pure: memory and nothing else.
 *
 * The document is the caller's, who may have built it from what a stranger wrote: it is bounded in
 * size (4 MiB), depth (64) and the length of each list, duplicate members are refused, types are
 * checked, unknown members are passed over as the specification says. Errors are ERR_INVALID,
 * ERR_LIMIT or ERR_UNENFORCED and begin with the member: "linux.resources.memory.limit: …".
 *
 * What only the host can tell is left to the caller: whether a namespace that is joined is of its
 * kind or has the id maps that the document says, whether the kernel knows a capability or label, what
 * "/" of a cgroups path is.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "confine/seccomp.h"
#include "runtime/spec.h"

#define OCI_VERSION	"1.3.0" /* ociVersion of what we write, and the newest that we know */
#define OCI_VERSION_MIN "1.0.0"

struct oci_annotation {
	const char *key, *value;
};

struct oci_config {
	/*
	 * Complete but for: `id`; `cgroup`, which comes from `cgroups_path`; `process.seccomp`, which is
	 * compiled from `seccomp`; `rootfs.no_pivot` and `process.new_keyring` (1) where flags say
	 * otherwise. `rootfs.path` and sources of bind mounts are as written, maybe relative to the
	 * bundle: oci_config_resolve(). Of namespaces that are joined there may be id maps all the same,
	 * which must then be what the namespace has.
	 */
	struct spec spec;
	const char *version; /* ociVersion */
	int has_process;     /* without one it can be created but not started */
	const struct oci_annotation *annotations; /* ascending keys */
	size_t n_annotations;
	const char *cgroups_path; /* as written, or NULL */
	const char *mount_label;  /* SELinux, or NULL */
	int has_seccomp;
	struct seccomp_profile seccomp;
	/* A cgroup namespace of its own and its tree mounted writable: the user may own the group. */
	int cgroup_delegated;
};

int oci_config_parse(const char *text, size_t n, struct arena *a, struct oci_config *ret,
		     struct err *e);
/* Makes paths that are relative to the bundle absolute; `bundle` is absolute. */
void oci_config_resolve(struct oci_config *c, const char *bundle, struct arena *a);
/* The value, or NULL. */
const char *oci_annotation(const struct oci_config *c, const char *key);
