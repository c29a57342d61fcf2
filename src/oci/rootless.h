/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An ordinary user's container. The user first becomes root of a user namespace with the ids that the
 * document maps, as `cale` itself does with a user's kept one; from then on the runtime's code is the
 * same as for root: it assembles the tree there, and the container's own user namespace lies below
 * that one, so that the kernel locks every mount against the container's root.
 */
#pragma once

#include "oci/container.h"

/*
 * Nothing for who may administrate already. Otherwise this process enters that namespace, or the one
 * that the document joins, and c->config is changed to what it means from there.
 */
int oci_rootless_enter(struct oci_container *c, struct err *e);
