/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mounts that CRIU must not save: what comes from the host (binds, masks of files, control groups). Saved is
 * only that there is something; at restore it comes from config.json and the new control groups, never from
 * the images, so that those can't name a folder of the host.
 */
#pragma once

#include "base/text.h"
#include "oci/container.h"

/* Names those that the process has. */
int criu_mounts_name(const struct oci_container *c, struct text *options, struct err *e);

struct criu_tree {
	const struct oci_container *container;
	const char *root; /* an empty folder of ours */
	int root_fd;
	char **places; /* by the document's mounts: where they lie, symbolic links resolved */
};
/*
 * In a mount namespace of its own, which the caller is then in: the root file system as CRIU wants it, a
 * mount, at `root`, with every mount point in it. The tree is hostile. Fills in the rest of `t`.
 */
int criu_mounts_prepare(struct criu_tree *t, struct err *e);
/* Says where those of the document come from. */
void criu_mounts_supply(const struct oci_container *c, const struct cgroup *groups,
			char *const *places, struct text *options);
