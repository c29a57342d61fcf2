/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/cgroup_watch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/fd.h"
#include "runtime/cgroup_group.h"

#define TEXT_BYTES_MAX 4096

void cgroup_watch_close(struct cgroup_watch *w)
{
	cleanup_fdp(&w->fd);
	cleanup_fdp(&w->group_fd);
	cleanup_fdp(&w->memory_fd);
	cleanup_fdp(&w->events_fd);
	w->fd = w->group_fd = w->memory_fd = w->events_fd = -1;
}

static int open_v1(struct cgroup_watch *w, struct err *e)
{
	char line[64];

	w->memory_fd = fd_open(w->group_fd, "memory.oom_control", O_RDONLY, e);
	if (w->memory_fd < 0)
		return -1;
	w->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (w->fd < 0)
		return err_sys(e, "eventfd");
	snprintf(line, sizeof(line), "%d %d", w->fd, w->memory_fd);
	return fd_write_file(w->group_fd, "cgroup.event_control", line, e);
}

/* The counter that `key` has in a file at its beginning. */
static int read_value(int fd, const char *key, uint64_t *ret, struct err *e)
{
	char text[TEXT_BYTES_MAX];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	if (n < 0)
		return err_sys(e, "read control group");
	text[n] = '\0';
	*ret = cgroup_text_value(text, key);
	return 0;
}

static int add(struct cgroup_watch *w, int fd, struct err *e)
{
	struct epoll_event event = { .events = EPOLLPRI, .data = { .fd = fd } };

	return epoll_ctl(w->fd, EPOLL_CTL_ADD, fd, &event) < 0 ? err_sys(e, "watch control group")
							       : 0;
}

static int open_v2(struct cgroup_watch *w, struct err *e)
{
	w->memory_fd = fd_open(w->group_fd, "memory.events", O_RDONLY, e);
	if (w->memory_fd < 0)
		return -1;
	w->events_fd = fd_open(w->group_fd, "cgroup.events", O_RDONLY, e);
	if (w->events_fd < 0)
		return -1;
	w->fd = epoll_create1(EPOLL_CLOEXEC);
	if (w->fd < 0)
		return err_sys(e, "epoll_create");
	/* What is read after a descriptor was added can't be missed. */
	return add(w, w->memory_fd, e) < 0 || add(w, w->events_fd, e) < 0
		       ? -1
		       : read_value(w->memory_fd, "oom_kill", &w->kills, e);
}

int cgroup_watch_open(const struct cgroup *c, struct cgroup_watch *ret, struct err *e)
{
	const struct cgroup_group *g = cgroup_group_with(c, CGROUP_MEMORY);

	*ret = (struct cgroup_watch){ .fd = -1, .group_fd = -1, .memory_fd = -1, .events_fd = -1 };
	if (!g)
		return err_set(e, ERR_UNENFORCED, "memory controller missing");
	ret->version = g->ops->version;
	ret->group_fd = fd_dup_high(g->fd, e);
	if (ret->group_fd >= 0 && (ret->version == 1 ? open_v1(ret, e) : open_v2(ret, e)) == 0)
		return 0;
	cgroup_watch_close(ret);
	return err_wrap(e, "watch the memory of the container");
}

/* The end of the group is told in the same way, once. */
static int read_v1(struct cgroup_watch *w, struct err *e)
{
	uint64_t n;

	if (read(w->fd, &n, sizeof(n)) != (ssize_t)sizeof(n))
		return errno == EAGAIN ? CGROUP_WATCH_NOTHING : err_sys(e, "read eventfd");
	if (faccessat(w->group_fd, "cgroup.event_control", F_OK, 0) < 0)
		return CGROUP_WATCH_END;
	return CGROUP_WATCH_OOM;
}

static int read_v2(struct cgroup_watch *w, struct err *e)
{
	struct epoll_event events[2];
	uint64_t kills = 0, populated = 0;

	/* Only clears: both files are read anyway. */
	if (epoll_wait(w->fd, events, ARRAY_SIZE(events), 0) < 0 && errno != EINTR)
		return err_sys(e, "epoll_wait");
	if (read_value(w->memory_fd, "oom_kill", &kills, e) < 0 ||
	    read_value(w->events_fd, "populated", &populated, e) < 0)
		return e->sys == ENODEV ? CGROUP_WATCH_END : -1;
	if (kills > w->kills) {
		w->kills++;
		return CGROUP_WATCH_OOM;
	}
	return populated ? CGROUP_WATCH_NOTHING : CGROUP_WATCH_END;
}

int cgroup_watch_read(struct cgroup_watch *w, struct err *e)
{
	return w->version == 1 ? read_v1(w, e) : read_v2(w, e);
}
