/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Containers of hand-made specs for tests of the file tree: created, not started, looked at from
 * outside through /proc and from inside by joining. The tests run as root in a mount namespace of
 * their own, in a work folder on a tmpfs.
 */
#pragma once

#include <sys/types.h>

#include "runtime/runtime.h"

#define MAPPED_ROOT 100000
#define MAPPED_IDS  65536

/* The work folder, with `rootfs` (the container's root) and `host` (what is outside) in it. */
extern char work_dir[64];
/* A path below it; a few are valid at a time. */
const char *work(const char *format, ...) __attribute__((format(printf, 1, 2)));

void work_open(void);
void work_close(void);
/* An empty root file system and an empty outside. */
void work_reset(void);
void make_dir(const char *path, mode_t mode);
void make_file(const char *path, const char *content);
int exists(const char *path);

/* New pid, mount, network, ipc and uts namespaces, and a user namespace when asked. */
struct spec tree_spec(int users, const struct spec_mount *mounts, size_t n);

struct container {
	struct runtime_process process;
	struct err e;
	int failed;
};
struct container create(const struct spec *spec);
void destroy(struct container *c);
/* Creates what must work. */
struct container create_well(const struct spec *spec);

/*
 * "OPTIONS TAGS fstype source SUPEROPTIONS" of the topmost mount at target, as mountinfo has them
 * (super options with "super:" before each), or "" where there is none.
 */
const char *mount_line(const struct container *c, const char *target);
int count_mounts(const struct container *c, const char *target);
/* Are all of these words (apart by a space; with "!" in front none) in the line? */
void assert_mount(const struct container *c, const char *target, const char *words);

/* A path of the container, seen from the host. */
const char *inside(const struct container *c, const char *path);
/*
 * Runs f in a process that is root of a user and mount namespace of its own, as an ordinary user's
 * engine is; the work folder is there.
 */
void run_as_user(void (*f)(void));
/* Runs f as root of the container, in its user and mount namespaces; what it returned (0 to 255). */
int run_inside(const struct container *c, int (*f)(const void *), const void *arg);
