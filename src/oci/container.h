/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One container of `cale oci`: what its folder says, and what it is doing, which only the kernel
 * knows. OCI runtime specification 1.3, runtime.md "State".
 */
#pragma once

#include "oci/config.h"
#include "oci/state_document.h"
#include "oci/store.h"
#include "runtime/cgroup.h"

struct oci_container {
	const struct oci_store *store;
	const char *id;
	int dir_fd;
	struct oci_record record;
	struct oci_config config;
	struct arena *arena;
	const char **warnings; /* what create passed over, for who called it */
	size_t n_warnings;
};

enum oci_status { OCI_CREATING, OCI_CREATED, OCI_RUNNING, OCI_PAUSED, OCI_STOPPED };

/* The text of its config.json, the caller's to free. */
char *oci_container_document(const struct oci_store *s, const char *id, struct err *e);
/* ERR_NOT_FOUND. Everything lives in the arena but the descriptor. */
int oci_container_open(const struct oci_store *s, const char *id, struct arena *a,
		       struct oci_container *ret, struct err *e);
void oci_container_close(struct oci_container *c);
#define cleanup_oci_container __attribute__((__cleanup__(oci_container_close)))

/*
 * The same; of one that is just being made it waits a little for the end of that, so that who polls
 * sees it created. Not for long: a hook of it may be who asks.
 */
int oci_container_open_made(const struct oci_store *s, const char *id, struct arena *a,
			    struct oci_container *ret, struct err *e);
enum oci_status oci_container_status(const struct oci_container *c);
const char *oci_status_name(enum oci_status s);

/*
 * A pidfd of the container's first process; ERR_CONFLICT "container not running" when it has ended.
 */
int oci_container_pidfd(const struct oci_container *c, struct err *e);
/* Its groups; *ret is NULL for one that has none. */
int oci_container_groups(const struct oci_container *c, struct cgroup **ret, struct err *e);

/* What state documents say of it; strings are the container's. */
struct oci_state oci_container_describe(const struct oci_container *c, enum oci_status status,
					pid_t pid);
/* The state document for hooks and seccomp agents, in the arena: OCI's members and no more. */
const char *oci_container_state(const struct oci_container *c, enum oci_status status, pid_t pid);
