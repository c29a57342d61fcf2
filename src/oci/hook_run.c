/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/hook_run.h"

#include <unistd.h>

int oci_hooks_run(const struct oci_container *c, enum hook_kind kind, enum oci_status status,
		  pid_t pid, struct err *e)
{
	const struct spec_hooks *hooks = &c->config.spec.hooks;
	struct hooks_run run = { .hooks = hooks, .env = environ };

	if (!hooks->kinds[kind].n)
		return 0;
	run.state = oci_container_state(c, status, pid);
	return hooks_run(&run, kind, e);
}

void oci_hooks_poststop(const struct oci_container *c, void (*warn)(const struct err *))
{
	const struct spec_hooks *hooks = &c->config.spec.hooks;
	struct hooks_run run = { .hooks = hooks, .env = environ };

	if (!hooks->kinds[HOOK_POSTSTOP].n)
		return;
	run.state = oci_container_state(c, OCI_STOPPED, 0);
	for (size_t i = 0; i < hooks->kinds[HOOK_POSTSTOP].n; i++) {
		struct err e = {};

		if (hooks_run_one(&run, HOOK_POSTSTOP, i, &e) < 0 && warn)
			warn(&e);
	}
}
