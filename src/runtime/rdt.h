/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Intel RDT and its kin: a container's class of service in the resctrl file system. Kernel:
 * Documentation/filesystems/resctrl.rst; OCI runtime specification 1.3, config-linux.md "IntelRdt".
 *
 *	rdt_find_root()	once, then the path can be kept
 *	rdt_create()	before the container's process exists
 *	rdt_join()	each process that doesn't descend from one that has joined
 *	rdt_remove()	when the container is deleted
 *
 * All by the caller, with files of the host; nothing here is hostile but the names, which are checked.
 */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"
#include "runtime/spec.h"

struct rdt {
	const char *root; /* where resctrl is mounted */
	const char *id;	  /* the container's */
	const struct spec_rdt *spec;
};

/* What rdt_create() made and rdt_remove() shall remove; kept in the container's state. */
struct rdt_made {
	int group, monitor;
};

/* ERR_UNENFORCED with the mend when it isn't mounted. */
int rdt_find_root(char *ret, size_t size, struct err *e);
/*
 * Without a closID the group of the container's id is made; with one and schemata it is made if it is
 * missing, and must have these schemata if not; with one alone it must exist. "/" is the root group.
 * On failure nothing is left.
 */
int rdt_create(const struct rdt *r, struct rdt_made *ret, struct err *e);
/* Writes the schemata into the group, which exists. */
int rdt_update(const struct rdt *r, struct err *e);
int rdt_join(const struct rdt *r, pid_t pid, struct err *e);
/* A group of a closID stays. Missing ones are success. */
int rdt_remove(const struct rdt *r, const struct rdt_made *made, struct err *e);

/*
 * Pure: do the group's schemata, as read from the file, hold what all the lines ("L3:0=7f0;1=1f",
 * "MB:0=20") ask for? Numbers are compared as numbers. ERR_CONFLICT names the first that differs.
 */
int rdt_schemata_match(const char *have, const char *const *lines, struct err *e);
