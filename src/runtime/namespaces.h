/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The holder: a process that does nothing but own the namespaces of a container to be. It exists so
 * that the user namespace has its id map, and the network its devices, before the container's first
 * process needs them; that process joins through the holder's pidfd, and the holder is killed.
 *
 * user_namespaces(7), clone(2). Nothing hostile runs here.
 */
#pragma once

#include <sys/types.h>

#include "base/err.h"
#include "runtime/spec.h"

#define HOLDER_STACK_BYTES 4096

/* Shares the caller's memory while it lives, so the struct stays in place until holder_end(). */
struct holder {
	_Alignas(16) char stack[HOLDER_STACK_BYTES];
	pid_t pid;
	int pid_fd;
	pid_t owner; /* who started it, and with whom it dies */
	int user_fd; /* the user namespace, also for idmapped mounts; -1 without one */
	int joined;  /* CLONE_NEW* of namespaces to join from it, without NEWUSER */
};

/* clone(2) flags of the namespaces that the spec wants new, without user, pid, mount and cgroup. */
int namespaces_shared_flags(const struct spec *spec);

/* Makes the namespaces and writes the id maps. The caller needs CAP_SYS_ADMIN, CAP_SET[UG]ID. */
int holder_start(const struct spec *spec, struct holder *ret, struct err *e);
/* Kills and reaps it; the namespaces live on in those who joined. */
void holder_end(struct holder *h);

/* Async-signal-safe, in the child. */
int holder_join_shared(const struct holder *h, struct err *e);
int holder_join_user(const struct holder *h, struct err *e);

/* The id outside of `inside` in a map, or -1. */
int64_t id_map_outside(const struct id_range *map, size_t n, uint32_t inside);
