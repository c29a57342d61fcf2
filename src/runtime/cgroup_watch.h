/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Being told when a container runs out of memory: v1's notifications (cgroup-v1/memory.rst,
 * "OOM Control"), v2's memory.events, both of which poll(2) can wait for.
 *
 *	struct cgroup_watch w;
 *	if (cgroup_watch_open(c, &w, e) < 0) …
 *	poll() until w.fd is readable; then cgroup_watch_read() until it returns CGROUP_WATCH_NOTHING
 */
#pragma once

#include "runtime/cgroup.h"

struct cgroup_watch {
	int fd; /* readable when there may be news */
	/* Internal. */
	int version, group_fd, memory_fd, events_fd;
	uint64_t kills;
};

enum cgroup_watch_news {
	CGROUP_WATCH_NOTHING,
	CGROUP_WATCH_OOM, /* memory was short; in v2: and a process was killed for it */
	CGROUP_WATCH_END, /* v1: the group is gone; v2: no process is left in it */
};

/* ERR_UNENFORCED where the container has no memory group. */
int cgroup_watch_open(const struct cgroup *c, struct cgroup_watch *ret, struct err *e);
/* One piece of news; -1 on error. Never blocks. */
int cgroup_watch_read(struct cgroup_watch *w, struct err *e);
void cgroup_watch_close(struct cgroup_watch *w);
