/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rootless anchor: one tiny process per user that keeps a user namespace (with the user's one
 * id map, made through newuidmap and newgidmap, or of the own id alone) and a mount namespace. Every
 * command of that user joins both, and is root in there.
 *
 * It holds no state: when it is killed the next command makes it anew, and running containers, which
 * have namespaces of their own, don't notice. user_namespaces(7), newuidmap(1).
 */
#pragma once

#include "base/err.h"
#include "engine/home.h"

enum anchor_ids {
	ANCHOR_RANGE,  /* own id and the subuid range */
	ANCHOR_ONE_ID, /* no range, or no newuidmap: `why` says it */
};

struct anchor_result {
	enum anchor_ids ids;
	int made;      /* by this call */
	char why[200]; /* why there is only one id */
	char mend[200];
};

/*
 * Joins the namespaces of the user of `h`, making the anchor if there is none. The caller must have
 * one thread. Afterwards paths resolve in the kept mount namespace, which follows the host's mounts.
 */
int anchor_enter(const struct home *h, struct anchor_result *ret, struct err *e);
