/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of Landlock policies: landlock(7), and the groups of landlockconfig, which are those of
 * one version of the kernel's interface ("abi": 6). Pure.
 */
#pragma once

#include <stdint.h>

struct oci_landlock_word {
	const char *name;
	uint64_t bits;
	int is_group; /* "abi.all" …: only those that the version has */
};

/* With a NULL name at the end. */
extern const struct oci_landlock_word oci_landlock_fs[], oci_landlock_net[], oci_landlock_scopes[];

const struct oci_landlock_word *oci_landlock_word_find(const struct oci_landlock_word *table,
						       const char *name);
/* What `abi` has of the kind that this group's table is of. */
uint64_t oci_landlock_of_abi(const struct oci_landlock_word *group, int abi);
