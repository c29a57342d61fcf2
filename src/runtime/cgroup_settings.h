/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From limits to the lines that are written into a group's files: pure, so that they can be tested
 * without a kernel. OCI runtime specification 1.3, config-linux.md "Control groups"; kernel:
 * cgroup-v1/memory.rst, scheduler/sched-bwc.rst, cgroup-v2.rst.
 *
 * Only for groups that were just made: what is unlimited isn't written, it is so already, and
 * memory comes before memory+swap, which may never be the smaller one.
 */
#pragma once

#include "runtime/cgroup_host.h"
#include "runtime/resources.h"

#define CGROUP_SETTINGS_MAX 12

/* How a file shows a value that it has taken. */
enum cgroup_echo {
	CGROUP_ECHO_SAME,
	CGROUP_ECHO_PAGES,  /* bytes, rounded down to whole pages */
	CGROUP_ECHO_LIST,   /* the same set of numbers, perhaps written otherwise */
	CGROUP_ECHO_CLAMPED /* a weight, moved into the kernel's range */
};

struct cgroup_setting {
	enum cgroup_controller controller;
	enum resource resource;
	enum cgroup_echo echo;
	const char *file;
	const char *effective; /* the file that tells what holds, when it is another one */
	const char *list;      /* the value when it isn't `text`; the caller's */
	char text[48];
};

/* "cpu", "memory" …: what a person calls it. */
const char *cgroup_resource_name(enum resource r);
enum cgroup_controller cgroup_resource_controller(enum resource r);

/* The controllers that `r` needs groups for; pids always, so that processes can be found. */
uint32_t cgroup_settings_controllers(const struct resources *r);

/* Fills `out` (CGROUP_SETTINGS_MAX rows) in the order of writing; how many. */
size_t cgroup_settings(int version, const struct resources *r, struct cgroup_setting *out);
const char *cgroup_setting_value(const struct cgroup_setting *s);
/* Does the text that was read back say that the setting holds? */
int cgroup_setting_holds(const struct cgroup_setting *s, const char *read_back);
