/* SPDX-License-Identifier: Apache-2.0 */
/* The monitor's loop: what to wait for, and who deals with it. */
#include <errno.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "engine/monitor_private.h"

/* stdout, stderr, stdin, process, signals, listener, and the clients */
#define ITEMS_MAX (6 + MONITOR_CLIENTS_MAX)
/* A stop may wait for years, which poll(2) can't; then it is asked again. */
#define LONGEST_USEC INT64_C(86400000000)
/* At the end of a stream its data is read at once, without a poll for each chunk. */
#define DRAIN_READS 16

struct poll_set {
	struct pollfd fds[ITEMS_MAX];
	struct poll_item {
		void (*handle)(struct monitor *m, int index, short events);
		int index;
	} items[ITEMS_MAX];
	nfds_t n;
};

static void on_stream(struct monitor *m, int i, short events)
{
	(void)events;
	monitor_io_read(m, i);
}

static void on_stdin(struct monitor *m, int i, short events)
{
	(void)i;
	(void)events;
	monitor_io_write_stdin(m);
}

static void on_process(struct monitor *m, int i, short events)
{
	(void)i;
	(void)events;
	monitor_reap(m);
	if (!m->is_reaped)
		return;
	for (int s = 0; s < 2; s++) {
		for (int n = 0; n < DRAIN_READS; n++)
			monitor_io_read(m, s);
	}
}

/* The host goes down, or somebody wants the monitor to end: then so must the container. */
static void on_signal(struct monitor *m, int i, short events)
{
	struct signalfd_siginfo info;

	(void)i;
	(void)events;
	if (read(m->signal_fd, &info, sizeof info) == (ssize_t)sizeof info)
		monitor_stop_run(m, m->r->stop_signal, m->r->stop_timeout_sec);
}

static void on_listener(struct monitor *m, int i, short events)
{
	(void)i;
	(void)events;
	monitor_client_accept(m);
}

static void on_client(struct monitor *m, int i, short events)
{
	if (events & POLLOUT)
		monitor_client_send(m, i);
	/* Also for POLLHUP: the read tells that it is gone. */
	if (m->clients[i].fd >= 0 && (events & ~POLLOUT))
		monitor_client_receive(m, i);
}

static void watch(struct poll_set *set, int fd, short events, struct poll_item item)
{
	if (fd < 0)
		return;
	set->fds[set->n] = (struct pollfd){ .fd = fd, .events = events };
	set->items[set->n++] = item;
}

static void watch_all(const struct monitor *m, struct poll_set *set, int64_t now)
{
	int has_input = 0;

	set->n = 0;
	for (int i = 0; i < 2; i++) {
		if (!m->streams[i].owed && m->streams[i].paused_until <= now)
			watch(set, m->streams[i].fd, POLLIN, (struct poll_item){ on_stream, i });
	}
	for (int i = 0; i < MONITOR_CLIENTS_MAX; i++) {
		short out = monitor_client_is_owed(m, i) ? POLLOUT : 0;

		has_input |= m->clients[i].n_in != 0;
		watch(set, m->clients[i].fd, POLLIN | out, (struct poll_item){ on_client, i });
	}
	if (has_input)
		watch(set, m->stdin_fd, POLLOUT, (struct poll_item){ on_stdin, 0 });
	watch(set, m->process.pid_fd, POLLIN, (struct poll_item){ on_process, 0 });
	watch(set, m->signal_fd, POLLIN, (struct poll_item){ on_signal, 0 });
	watch(set, m->listen_fd, POLLIN, (struct poll_item){ on_listener, 0 });
}

static int64_t sooner(int64_t a, int64_t b)
{
	return !a || (b && b < a) ? b : a;
}

static int timeout_msec(const struct monitor *m, int64_t next, int64_t now)
{
	for (int i = 0; i < 2; i++) {
		/* Also looks again at a pipe that stays open after the end. */
		if (m->streams[i].fd < 0 || m->streams[i].owed)
			continue;
		if (m->streams[i].paused_until > now)
			next = sooner(next, m->streams[i].paused_until);
		if (m->phase != PHASE_RUNNING)
			next = sooner(next, now + 100000);
	}
	if (!next)
		return -1;
	if (next <= now)
		return 0;
	return next - now > LONGEST_USEC ? LONGEST_USEC / 1000 : (int)((next - now + 999) / 1000);
}

void monitor_loop(struct monitor *m)
{
	struct poll_set set;

	for (;;) {
		int64_t now = clock_monotonic_usec(), next = monitor_step(m, now);
		int ready;

		if (m->is_done)
			return;
		log_flush(&m->log);
		watch_all(m, &set, now);
		ready = poll(set.fds, set.n, timeout_msec(m, next, now));
		if (ready == 0 && m->phase != PHASE_RUNNING) {
			monitor_io_read(m, 0);
			monitor_io_read(m, 1);
		}
		for (nfds_t i = 0; ready > 0 && i < set.n; i++) {
			if (set.fds[i].revents)
				set.items[i].handle(m, set.items[i].index, set.fds[i].revents);
		}
	}
}
