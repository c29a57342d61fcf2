/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From limits to the lines that are written into a group's files: pure, so that they can be tested
 * without a kernel. OCI runtime specification 1.3, config-linux.md "Control groups"; kernel:
 * cgroup-v1/memory.rst, scheduler/sched-bwc.rst, cgroup-v2.rst. Used by cgroup*.c only.
 *
 * Rows are in the order of writing. Where the kernel wants another order because of what holds now
 * (memory may never be more than memory and swap, a burst never more than a quota), the row says
 * that it may wait: it is refused with EINVAL and written again after the others.
 */
#pragma once

#include "runtime/cgroup_host.h"
#include "runtime/resources.h"

/* How a file shows a value that it has taken, where taking it is no proof. */
enum cgroup_echo {
	CGROUP_ECHO_NONE,  /* the kernel takes it or refuses it */
	CGROUP_ECHO_PAGES, /* bytes, rounded down to whole pages */
	CGROUP_ECHO_LIST,  /* the same set of numbers, perhaps written otherwise */
};

enum cgroup_setting_flags {
	CGROUP_MAY_WAIT = 1,	  /* EINVAL: once more after the others */
	CGROUP_MAY_LACK = 2,	  /* no such file is no error */
	CGROUP_MAY_LACK_SWAP = 4, /* neither is it where there is no swap */
	CGROUP_KEEP_FIRST = 8,	  /* the value goes behind the first word that is in the file */
	CGROUP_V2_ONLY = 16,	  /* an error where v1 has the controller */
	CGROUP_BY_LINE = 32,	  /* each line of the value is a write of its own */
};

struct cgroup_setting {
	enum cgroup_controller controller;
	enum resource resource;
	const char *file; /* NULL: this version has nothing for it, or `value` says why */
	const char *value;
	enum cgroup_echo echo;
	unsigned flags;
	const char *effective;		/* the file that tells what holds, when it is another one */
	const char *foreign_controller; /* v2: one that enum cgroup_controller doesn't have */
	const struct cgroup_setting *otherwise; /* when there is no such file */
};

struct cgroup_settings {
	const struct resources *resources;
	int version;
	/* The group is new: what is unlimited isn't written, it is so already. */
	int fresh;
	struct cgroup_setting *rows;
	size_t n;
};

/* "cpu", "memory" …: what a person calls it. */
const char *cgroup_resource_name(enum resource r);
enum cgroup_controller cgroup_resource_controller(enum resource r);

/* Fills rows and n; everything is the arena's. ERR_INVALID for values that no kernel could take. */
int cgroup_settings_plan(struct cgroup_settings *s, struct arena *a, struct err *e);
/* The controllers that the rows need groups for. */
uint32_t cgroup_settings_controllers(const struct cgroup_settings *s);
/* Does the text that was read back say that the setting holds? */
int cgroup_setting_holds(const struct cgroup_setting *s, const char *read_back);

/* The v2 weight (1 … 10000) for v1's shares (2 … 262144): 1024 is 100, both ends meet. */
uint64_t cgroup_weight_of_shares(uint64_t shares);
/* The v2 weight (1 … 10000) for a block I/O weight (10 … 1000). */
uint64_t cgroup_io_weight(uint16_t weight);
