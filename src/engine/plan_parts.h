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

/* Lines. plan_say(p, MAY(USER), "run %s", …) */
struct plan_topic {
	enum plan_kind kind;
	enum setting setting;
};
#define MAY(s)	   ((struct plan_topic){ PLAN_MAY, SETTING_##s })
#define MAY_NOT(s) ((struct plan_topic){ PLAN_MAY_NOT, SETTING_##s })
#define LIMIT(s)   ((struct plan_topic){ PLAN_LIMIT, SETTING_##s })

void plan_say(struct planning *p, struct plan_topic topic, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* A default that isn't there. */
void plan_miss(struct planning *p, enum setting s, const char *what, struct plan_cause cause);
/* The origin of a setting that wasn't made becomes "implied by". */
void plan_imply(struct planning *p, enum setting s, enum setting by);
/* ERR_UNENFORCED "what: why" with the mend as hint. */
int plan_refuse(struct err *e, const char *what, struct plan_cause cause);
