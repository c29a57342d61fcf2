/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stages that make the container's process what the specification says of it: OCI runtime
 * specification 1.3, config.md "Process"; one file for each kernel interface. Private to src/runtime;
 * child.h has the rules for stages.
 */
#pragma once

#include "base/err.h"

struct child;

/* place.c: waits until the caller has put us into our groups, where it does. */
int child_await_place(struct child *c, struct err *e);
/* place.c: joins them, and takes a view of them along for mounts. */
int child_join_cgroup(struct child *c, struct err *e);
/* limits.c: while the host's CAP_SYS_RESOURCE is held; the score while the process isn't hidden. */
int child_set_oom_score(struct child *c, struct err *e);
int child_raise_limits(struct child *c, struct err *e);
int child_settle_limits(struct child *c, struct err *e);
/* affinity.c: the first process; an additional one before and after it joined the cgroup. */
int child_reset_affinity(struct child *c, struct err *e);
int child_set_initial_affinity(struct child *c, struct err *e);
int child_set_final_affinity(struct child *c, struct err *e);
/* uts.c: host and domain name. */
int child_set_names(struct child *c, struct err *e);
/* keyring.c: in the container's user namespace, as its root. */
int child_join_keyring(struct child *c, struct err *e);
/* settle.c: umask, personality, memory policy; scheduling; the seccomp listener's thread. */
int child_settle(struct child *c, struct err *e);
/* labels.c */
int child_set_labels(struct child *c, struct err *e);
/* program.c: the program's variables, with HOME; CHILD_ENV_MAX + 2 pointers. */
#define CHILD_ENV_MAX 4096
int child_fill_env(const struct child *c, char *ret_env[CHILD_ENV_MAX + 2], struct err *e);
