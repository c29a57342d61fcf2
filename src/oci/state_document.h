/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A container's state as JSON: runtime.md "State", for hooks, `state` and `list`; and config-linux.md
 * "The Container Process State", for seccomp agents. Pure.
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include "base/json.h"
#include "oci/config.h"

struct oci_state {
	const char *id;
	const char *status; /* "creating", "created", "running", "paused", "stopped" */
	pid_t pid;	    /* 0: none */
	const char *bundle; /* absolute */
	const struct oci_annotation *annotations;
	size_t n_annotations;
	/* What only commands show: */
	const char *rootfs;
	int64_t created_nsec; /* since 1970 */
	const char *owner;    /* a user's name, or NULL where it is not known */
};

/* What the specification says; without a pid when there is none. */
json_t *oci_state_for_hooks(const struct oci_state *s);
/* That and rootfs, created and owner; the pid is always there. */
json_t *oci_state_for_commands(const struct oci_state *s);
/* With which a seccomp agent gets its listener; `metadata` may be NULL. */
json_t *oci_state_for_agent(const struct oci_state *s, const char *metadata);

/* Indented by `spaces` (0: compact), or by a tab for -1; the caller frees. */
char *oci_document_text(const json_t *j, int spaces);
