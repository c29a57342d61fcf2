/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/plan_parts.h"

static int (*const parts[])(struct planning *p, struct err *e) = {
	plan_namespaces,  plan_process, plan_capabilities, plan_privileges,
	plan_confinement, plan_mounts,	plan_limits,
};

int plan_make(const struct plan_input *in, struct arena *a, struct plan *ret, struct err *e)
{
	struct plan plan = { .origin = in->config->origin };
	struct planning p = {
		.in = in,
		.config = in->config,
		.host = in->host,
		.arena = a,
		.plan = &plan,
		.spec = &plan.spec,
	};

	plan.spec.id = in->id;
	plan.spec.cgroup = in->cgroup;
	plan.spec.rootfs = *in->rootfs;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (parts[i](&p, e) < 0)
			return -1;
	}
	*ret = plan;
	return 0;
}
