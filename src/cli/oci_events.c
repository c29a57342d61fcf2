/* SPDX-License-Identifier: Apache-2.0 */
/* cale oci events: what a container uses, every few seconds, and when it runs out of memory. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/parse.h"
#include "cli/door.h"
#include "cli/oci.h"
#include "oci/stats_document.h"
#include "runtime/cgroup_watch.h"

#define INTERVAL_USEC 5000000

struct events_options {
	struct options_head head;
	const char *interval;
	int stats;
};

static const struct option_row rows[] = {
	{ "interval", 0, OPTION_VALUE, "duration", "Time between two lines (default 5s)",
	  OPTION_STORE(struct events_options, interval) },
	{ "stats", 0, OPTION_SWITCH, NULL, "One line, then end",
	  OPTION_STORE(struct events_options, stats) },
	{},
};
static const struct option_row *const tables[] = { rows, NULL };

/* Whoever reads along gets each line at once. */
static int print(const struct text *t, struct err *e)
{
	if (door_print(t, e) < 0)
		return -1;
	return fflush(stdout) ? err_sys(e, "write to standard output") : 0;
}

static int print_stats(const struct oci_container *c, const struct cgroup *groups, struct err *e)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_by(text_free) struct text t = {};
	struct cgroup_stats stats;

	if (cgroup_stats_read(groups, a, &stats, e) < 0)
		return -1;
	oci_event_add_stats(&t, c->id, &stats);
	return print(&t, e);
}

/* 1 when nothing will come any more. */
static int print_news(const struct oci_container *c, struct cgroup_watch *w, struct err *e)
{
	cleanup_by(text_free) struct text t = {};
	int news;

	while ((news = cgroup_watch_read(w, e)) > CGROUP_WATCH_NOTHING) {
		if (news == CGROUP_WATCH_END)
			return 1;
		oci_event_add_oom(&t, c->id);
	}
	return news < 0 ? -1 : t.n ? print(&t, e) : 0;
}

/* Until the container's first process has ended. */
static int follow(const struct oci_container *c, const struct cgroup *groups, int64_t interval_usec,
		  struct err *e)
{
	cleanup_by(cgroup_watch_close) struct cgroup_watch watch = { .fd = -1 };
	cleanup_fd int pid_fd = oci_container_pidfd(c, e);
	int64_t next = clock_monotonic_usec() + interval_usec;

	if (pid_fd < 0 || cgroup_watch_open(groups, &watch, e) < 0)
		return -1;
	for (;;) {
		struct pollfd fds[] = { { pid_fd, POLLIN, 0 }, { watch.fd, POLLIN | POLLPRI, 0 } };
		int64_t left = next - clock_monotonic_usec();
		int ready = poll(fds, 2, left > 0 ? (int)(left / 1000) + 1 : 0), ended = 0;

		if (ready < 0 && errno != EINTR)
			return err_sys(e, "poll");
		if (ready > 0 && fds[1].revents)
			ended = print_news(c, &watch, e);
		if (ended || (ready > 0 && fds[0].revents))
			return ended < 0 ? -1 : 0;
		if (ready != 0)
			continue;
		if (print_stats(c, groups, e) < 0)
			return -1;
		next += interval_usec;
	}
}

static int events(struct command_call *call, struct err *e)
{
	const struct events_options *o = call->options;
	cleanup_oci_store struct oci_store store = { .fd = -1 };
	cleanup_oci_container struct oci_container c = { .dir_fd = -1 };
	cleanup_cgroup struct cgroup *groups = NULL;
	int64_t interval = INTERVAL_USEC;

	if (o->interval && parse_duration_usec(o->interval, &interval, e) < 0)
		return err_wrap(e, "--interval");
	if (interval <= 0)
		return err_set(e, ERR_USAGE, "duration interval must be greater than 0");
	if (oci_open_container(call, &store, &c, e) < 0)
		return -1;
	if (oci_container_status(&c) == OCI_STOPPED)
		return err_set(e, ERR_CONFLICT, "container with id %s is not running", c.id);
	if (oci_container_groups(&c, &groups, e) < 0)
		return -1;
	if (!groups)
		return err_set(e, ERR_UNENFORCED, "container %s has no cgroup that counts", c.id);
	return o->stats ? print_stats(&c, groups, e) : follow(&c, groups, interval, e);
}

const struct command command_oci_events = {
	.name = "oci events",
	.section = SECTION_HIDDEN,
	.usage = "[OPTIONS] ID",
	.summary = "Show what a container uses, and when it runs out of memory",
	.options = tables,
	.options_bytes = sizeof(struct events_options),
	.arguments_min = 1,
	.arguments_max = 1,
	.run = events,
};
