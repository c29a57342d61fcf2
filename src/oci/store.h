/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Containers that `cale oci` made, as files: a folder ROOT/ID for each, which the right to the name
 * is claimed with.
 *
 *	config.json	the bundle's as it was at create: later changes to that don't count
 *	record.json	struct oci_record, replaced whole
 *	start		a socket; its process waits for `start` as long as somebody listens there
 *	notify		a folder with the socket that the container's sd_notify(3) goes to (notify.h)
 *	lock		flock: held by whoever changes the container
 *
 * and ROOT/@seccomp, with compiled filters, and ROOT/@empty.
 *
 * ROOT lies on a tmpfs (/run/cale-oci, or $XDG_RUNTIME_DIR/cale-oci): nothing here outlives a reboot,
 * as the containers don't. Only its owner may write there.
 */
#pragma once

#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/process.h"
#include "runtime/resources.h"

#define OCI_ID_MAX	     255
#define OCI_CONFIG_FILE	     "config.json"
#define OCI_START_SOCKET     "start"
#define OCI_CONFIG_BYTES_MAX (4 << 20)

struct oci_store {
	int fd;
	const char *path; /* absolute; in the arena */
};

/* What isn't in config.json. Strings live in the arena that it was read into. */
struct oci_record {
	const char *bundle; /* absolute */
	int64_t created_nsec;
	struct process_id init; /* pid 0: not made yet, or failed */
	const char *manager;	/* "cgroupfs", "systemd", "disabled" */
	const char *cgroup;	/* path below the hierarchies, or NULL: none */
	const char *unit;	/* of systemd, or NULL: not made yet, or another manager */
	uint32_t unit_uid;	/* the user whose systemd it is; 0: the system's */
	uint32_t owner;		/* uid of who made it */
	int restored;		/* by CRIU, which gives what it makes a time namespace of its own */
	int may_lack_groups; /* not kept: where none can be made, limits aside, it runs without */
	int rdt_group_made, rdt_monitor_made; /* resctrl groups that are ours to remove */
	/* What holds now, of limits that the kernel takes together only; others are 0. */
	struct resources limits;
};

/*
 * `root` NULL: the default. With `make` a missing folder is made; without, a missing default one is
 * an empty store (fd -1) and any other ERR_NOT_FOUND.
 */
int oci_store_open(const char *root, int make, struct arena *a, struct oci_store *ret,
		   struct err *e);
void oci_store_close(struct oci_store *s);

/* A folder for compiled seccomp filters, of a name that no container has; -1: none. */
int oci_store_cache(const struct oci_store *s);

/* ERR_USAGE: "invalid container ID format". */
int oci_id_check(const char *id, struct err *e);
/* A new container's folder, locked (the lock lives as long as *ret_lock_fd); ERR_CONFLICT. */
int oci_store_claim(const struct oci_store *s, const char *id, int *ret_lock_fd, struct err *e);
/* An existing one's; ERR_NOT_FOUND "container does not exist". */
int oci_store_find(const struct oci_store *s, const char *id, struct err *e);
int oci_store_lock(int dir_fd, struct err *e);
/* ERR_CONFLICT when somebody else has it. */
int oci_store_try_lock(int dir_fd, struct err *e);
int oci_store_remove(const struct oci_store *s, const char *id, struct err *e);
/* All ids, sorted, NULL-terminated, in the arena. */
char **oci_store_list(const struct oci_store *s, struct arena *a, size_t *ret_n, struct err *e);

/* Those that the extended regular expression matches; regex(7). */
char **oci_store_match(const struct oci_store *s, const char *pattern, struct arena *a,
		       size_t *ret_n, struct err *e);

int oci_record_read(int dir_fd, struct arena *a, struct oci_record *ret, struct err *e);
int oci_record_write(int dir_fd, const struct oci_record *r, struct err *e);
