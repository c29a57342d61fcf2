/* SPDX-License-Identifier: Apache-2.0 */
/* The capability sets, and what of them a user namespace can't give. */
#include <linux/capability.h>
#include <string.h>

#include "confine/capability.h"
#include "confine/defaults.h"
#include "engine/plan_parts.h"

#define CAP(name) (1ULL << CAP_##name)

/* The kernel asks for these in the initial user namespace only: elsewhere they are worth nothing. */
#define INITIAL_ONLY                                                                               \
	(CAP(SYS_MODULE) | CAP(SYS_RAWIO) | CAP(SYS_PACCT) | CAP(SYS_TIME) | CAP(SYS_TTY_CONFIG) | \
	 CAP(MKNOD) | CAP(LINUX_IMMUTABLE) | CAP(LEASE) | CAP(AUDIT_WRITE) | CAP(AUDIT_CONTROL) |  \
	 CAP(AUDIT_READ) | CAP(MAC_OVERRIDE) | CAP(MAC_ADMIN) | CAP(SYSLOG) | CAP(WAKE_ALARM) |    \
	 CAP(BLOCK_SUSPEND) | CAP(PERFMON) | CAP(BPF))
/* … and these partly: other owners' priorities yes, a higher one than before no. */
#define INITIAL_PARTLY (CAP(SYS_NICE) | CAP(SYS_RESOURCE) | CAP(IPC_LOCK) | CAP(SYS_BOOT))
/* Rights over a network: worth nothing over one that the container's user namespace doesn't own. */
#define NETWORK (CAP(NET_ADMIN) | CAP(NET_RAW) | CAP(NET_BIND_SERVICE))

#define USERNS_MEND "--userns=host grants it, without ids of the container's own"
#define ROOT_MEND   "it takes root and --userns=host"

static const char *names(const struct planning *p, uint64_t set)
{
	cleanup_by(text_free) struct text t = {};

	capability_set_add_text(&t, set);
	return arena_strdup(p->arena, t.s);
}

/* The single ones that were asked for by name; ALL means "as many as there are". */
static uint64_t asked_by_name(const struct config *c)
{
	struct err ignored;
	uint64_t set = 0;

	for (size_t i = 0; i < c->n_cap_add; i++) {
		if (strcmp(c->cap_add[i], "ALL") != 0)
			(void)capability_set_parse(&c->cap_add[i], 1, &set, &ignored);
	}
	return set;
}

static int refuse(const struct planning *p, uint64_t set, const char *why, struct err *e)
{
	struct plan_cause cause = { why, p->host->privileged ? USERNS_MEND : ROOT_MEND };

	return plan_refuse(e, arena_printf(p->arena, "--cap-add %s", names(p, set)), cause);
}

static int check_asked(const struct planning *p, struct err *e)
{
	uint64_t asked = asked_by_name(p->config);
	int in_user_namespace = p->own_users || !p->host->privileged;

	if (asked & ~p->host->capabilities)
		return err_set(e, ERR_UNENFORCED, "--cap-add %s: this kernel doesn't know it",
			       names(p, asked & ~p->host->capabilities));
	if (!p->own_users && (asked & ~p->host->held))
		return err_set(e, ERR_UNENFORCED, "--cap-add %s: Cale itself runs without it",
			       names(p, asked & ~p->host->held));
	if (!in_user_namespace)
		return 0;
	if (asked & INITIAL_ONLY)
		return refuse(p, asked & INITIAL_ONLY, "has no effect in a user namespace", e);
	if (!p->own_network && (asked & NETWORK))
		return refuse(p, asked & NETWORK,
			      "has no effect on --network host from a user namespace", e);
	return 0;
}

static void describe(struct planning *p, uint64_t set)
{
	uint64_t partly = asked_by_name(p->config) & INITIAL_PARTLY;

	if (!set)
		plan_say(p, MAY_NOT(CAPABILITIES), "use any capability, even as root");
	else
		plan_say(p, MAY(CAPABILITIES), "use %d %s%s: %s", __builtin_popcountll(set),
			 __builtin_popcountll(set) == 1 ? "capability" : "capabilities",
			 p->own_users ? " over what is its own" : " over the host", names(p, set));
	if (partly && (p->own_users || !p->host->privileged))
		plan_miss(p, SETTING_CAPABILITIES, names(p, partly),
			  (struct plan_cause){
				  "the kernel honours it only in part in a user namespace",
				  p->host->privileged ? USERNS_MEND : NULL });
	if (!p->own_users && p->host->privileged && !p->config->privileged && (set & CAP(MKNOD)))
		plan_say(p, MAY(CAPABILITIES),
			 "make device nodes: MKNOD with the host's ids reaches every device");
}

int plan_capabilities(struct planning *p, struct err *e)
{
	const struct config *c = p->config;
	struct spec_process *process = &p->spec->process;
	const struct capability_request request = {
		.base = defaults.capabilities,
		.add = c->cap_add,
		.drop = c->cap_drop,
		.n_add = c->n_cap_add,
		.n_drop = c->n_cap_drop,
	};
	uint64_t set;

	if (capability_combine(&request, &set, e) < 0)
		return -1;
	if (c->privileged) {
		set = CAPABILITY_ALL;
		plan_imply(p, SETTING_CAPABILITIES, SETTING_PRIVILEGED);
	} else if (check_asked(p, e) < 0) {
		return -1;
	}
	set &= p->host->capabilities;
	if (!p->own_users && (set & ~p->host->held)) {
		plan_miss(p, SETTING_CAPABILITIES, names(p, set & ~p->host->held),
			  (struct plan_cause){ "Cale itself runs without it" });
		set &= p->host->held;
	}
	process->cap_bounding = process->cap_permitted = process->cap_effective = set;
	process->nonroot_loses_capabilities = 1;
	describe(p, set);
	return 0;
}
