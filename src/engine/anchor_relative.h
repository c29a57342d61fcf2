/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When the anchor has died: the monitors of running containers are in the namespaces that it kept. A
 * new anchor must keep the same ones, or nobody could enter those containers any more.
 */
#pragma once

#include "engine/home.h"

/* A pidfd of a living monitor of this user, or -1. */
int anchor_find_relative(const struct home *h);
