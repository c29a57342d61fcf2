/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/seccomp.h"

#include <linux/seccomp.h>
#include <string.h>

static int is_empty(const struct oci_node *n)
{
	const char *action = json_string_only(json_object_get(n->json, "defaultAction"));

	return (!action || !*action) && !json_array_size(json_object_get(n->json, "syscalls"));
}

static int names_call(const struct seccomp_rule *r, const char *call)
{
	for (const char *const *name = r->names; *name; name++) {
		if (!strcmp(*name, call))
			return 1;
	}
	return 0;
}

/*
 * Between loading the filter and its program's start a process must be able to tell its parent of the
 * listener: the agent only gets it afterwards, so what it needs for that can't wait for the agent.
 */
static int check_notifications(const struct oci_node *n, const struct seccomp_profile *p,
			       struct err *e)
{
	if (p->default_action == SECCOMP_RET_USER_NOTIF)
		return oci_invalid(n, "defaultAction", e,
				   "SCMP_ACT_NOTIFY cannot be used as default action");
	for (size_t i = 0; i < p->n_rules; i++) {
		if (p->rules[i].action == SECCOMP_RET_USER_NOTIF &&
		    names_call(&p->rules[i], "write"))
			return oci_invalid(n, "syscalls", e,
					   "SCMP_ACT_NOTIFY cannot be used for the write syscall");
	}
	if (p->notifies && !p->listener_path)
		return oci_invalid(n, "listenerPath", e,
				   "seccomp listenerPath is not set, and SCMP_ACT_NOTIFY is used");
	if (p->listener_metadata && !p->listener_path)
		return oci_invalid(n, "listenerMetadata", e, "is set, and listenerPath isn't");
	return 0;
}

int oci_seccomp_read(const struct oci_node *linux_node, struct seccomp_profile *ret, struct err *e)
{
	struct oci_node n;
	int found = oci_object(linux_node, "seccomp", &n, e);

	if (found <= 0 || is_empty(&n))
		return found < 0 ? -1 : 0;
	if (seccomp_from_json(n.json, n.arena, ret, e) < 0) {
		if (e->code == ERR_USAGE)
			e->code = ERR_INVALID;
		return oci_wrap(&n, NULL, e);
	}
	return check_notifications(&n, ret, e) < 0 ? -1 : 1;
}
