/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The namespaces of a container to be: those that are named by a path, and the holder, a process that
 * does nothing but own the new ones. It exists so that the user namespace has its id map, and the
 * network its devices, before the container's first process needs them; that process joins through
 * the holder's pidfd, and the holder is killed.
 *
 * user_namespaces(7), clone(2), setns(2). Nothing hostile runs here.
 */
#pragma once

#include <sys/types.h>

#include "base/err.h"
#include "runtime/id_map.h"
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
	struct holder_map {
		const struct id_range *items; /* the spec's, or what was read */
		size_t n;
		struct id_range *read; /* of a namespace that is joined */
	} maps[ID_MAP_KINDS];
};

/* "pid", "network" …: what config.json calls it; its CLONE_NEW* flag. */
const char *namespace_name(enum namespace_kind kind);
int namespace_flag(enum namespace_kind kind);
const char *namespace_file(enum namespace_kind kind); /* in /proc/PID/ns: "mnt" */

/* clone(2) flags of the namespaces that the spec wants new, without user, pid, mount, cgroup, time. */
int namespaces_shared_flags(const struct spec *spec);
/* CLONE_NEW* of all that the container doesn't share with the caller: what an exec joins. */
int namespaces_own_flags(const struct spec *spec);

/* Is it the user namespace that the caller is in? */
int namespaces_is_own_user_fd(int user_fd);
/* Is the pidfd's process in the caller's own user namespace? That one can't be joined. */
int namespaces_is_own_user(int pid_fd);

/*
 * Opens what the spec joins by path, -1 elsewhere. A path that isn't a namespace of that kind is
 * ERR_INVALID, and so is the caller's own where the spec has sysctls for it. A user namespace that the
 * caller is in already counts as shared with it.
 */
struct namespaces {
	int fds[NS_COUNT];
};
#define NAMESPACES_NONE                                                                            \
	{                                                                                          \
		.fds = { -1, -1, -1, -1, -1, -1, -1, -1 }                                          \
	}
_Static_assert(NS_COUNT == 8, "NAMESPACES_NONE");
int namespaces_open(const struct spec *spec, struct namespaces *ret, struct err *e);
void namespaces_close(struct namespaces *n);
/*
 * In the child, async-signal-safe: joins mount, network, ipc, uts, cgroup and time ones, and makes a
 * time namespace with the spec's offsets. pid and user ones are the caller's business.
 */
int namespaces_join(const struct namespaces *n, const struct spec *spec, struct err *e);

/*
 * Makes the namespaces and writes the id maps, or joins the user namespace `user_fd` and makes the
 * others in it. The caller needs CAP_SYS_ADMIN, CAP_SET[UG]ID.
 */
int holder_start(const struct spec *spec, int user_fd, struct holder *ret, struct err *e);
/* Kills and reaps it; the namespaces live on in those who joined. */
void holder_end(struct holder *h);

/* Is it an id of the caller's that the container has, too? Without a holder all are. */
int holder_maps(const struct holder *h, enum id_map_kind kind, uint32_t outside);
/* The caller's id for one of the container's, or -1; without a holder they are the same. */
int64_t holder_outside(const struct holder *h, enum id_map_kind kind, uint32_t inside);

/* Async-signal-safe, in the child. */
int holder_join_shared(const struct holder *h, struct err *e);
int holder_join_user(const struct holder *h, struct err *e);
