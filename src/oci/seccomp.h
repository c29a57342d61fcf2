/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The system call filter: config-linux.md "Seccomp". The profile's own JSON is confine/seccomp.h's;
 * here are the rules for listeners.
 */
#pragma once

#include "confine/seccomp.h"
#include "oci/node.h"

/* 1: there is a profile; 0: none, also for an object without an action and rules; -1. */
int oci_seccomp_read(const struct oci_node *linux_node, struct seccomp_profile *ret, struct err *e);
