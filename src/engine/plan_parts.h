/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The planner's parts, in the order in which they are called; each decides one topic, writes it into
 * the spec and says it in lines. Internal to plan*.c. All are pure.
 */
#pragma once

#include "engine/plan.h"

struct planning {
	const struct plan_input *in;
	const struct config *config;
	const struct plan_host *host;
	struct arena *arena;
	struct plan *plan;
	struct spec *spec; /* the plan's */
	/* Decided by plan_namespaces(). */
	int own_users; /* a user namespace of its own */
	int own_network;
};

int plan_namespaces(struct planning *p, struct err *e);
int plan_process(struct planning *p, struct err *e);
int plan_capabilities(struct planning *p, struct err *e);
int plan_privileges(struct planning *p, struct err *e);	 /* no_new_privs, setuid, root's nosuid */
int plan_confinement(struct planning *p, struct err *e); /* seccomp, AppArmor, SELinux, Landlock */
int plan_mounts(struct planning *p, struct err *e);
int plan_limits(struct planning *p, struct err *e);

/* plan_user_mounts.c: appends what was asked for and the image's volumes, parents first. */
struct mount_list {
	struct spec_mount *items;
	size_t n;
};
int plan_add_user_mounts(struct planning *p, struct mount_list *list, struct err *e);

void plan_say(struct planning *p, enum plan_kind kind, enum setting s, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* A default that isn't there: `why` is the cause, `mend` what helps (or NULL). */
void plan_miss(struct planning *p, enum setting s, const char *what, const char *why,
	       const char *mend);
/* The origin of a setting that wasn't made becomes "implied by". */
void plan_imply(struct planning *p, enum setting s, enum setting by);
/* ERR_UNENFORCED "what: why" with the mend as hint. */
int plan_refuse(struct err *e, const char *what, const char *why, const char *mend);
