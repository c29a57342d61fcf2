/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mount options: config.md "Linux mount options" and crun's own ones, onto a struct spec_mount. Pure.
 *
 * Of several that contradict each other the last one holds, as with mount(8). What isn't in the table
 * is the file system's and goes to fsconfig(2) as it is, in pieces where commas separate it.
 */
#pragma once

#include "base/err.h"
#include "base/mem.h"
#include "runtime/spec.h"

#define OCI_MOUNT_OPTIONS_MAX 256

struct oci_mount_options {
	const struct spec *spec;  /* has the container's id maps */
	struct spec_mount *mount; /* what the options say is added to it */
	int bind;		  /* "bind" or "rbind" */
	int remount;
	int attributes; /* any of one mount was set or cleared */
	int idmap;	/* "idmap" or "ridmap", with or without maps in it */
	/*
	 * Of a new file system as a whole, with fsconfig(2)'s names and NULL at the end: "sync" …; a
	 * mount of an existing one can't have them.
	 */
	const char *superblock[8];
	size_t n_superblock;
	const char **data; /* the file system's own; NULL-terminated, or NULL */
	size_t n_data;
};

/* Reads all options, `r->spec` and `r->mount` being set. ERR_INVALID without a place. */
int oci_mount_options_read(const char *const *options, struct arena *a, struct oci_mount_options *r,
			   struct err *e);

/* The n-th name of the table in alphabetic order, or NULL: for `features`. */
const char *oci_mount_option_name(size_t n);
