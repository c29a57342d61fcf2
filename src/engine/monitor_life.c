/* SPDX-License-Identifier: Apache-2.0 */
/* The runs of a container: begin, end, what is told and written then, the next one or none. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "engine/monitor_private.h"
#include "engine/restart.h"

#define USEC INT64_C(1000000)
/* Clients that read slowly delay the news of the end so long at most … */
#define DRAIN_GRACE_USEC USEC
/* … and are dropped after this when a restart is waiting for them. */
#define DRAIN_RESTART_USEC (10 * USEC)
/* Who had connected before the end may ask so much later what it was. */
#define LAST_QUESTION_USEC (5 * USEC)

/* A state that can't be written (disk full) must not stop a container. */
static void write_state(const struct monitor *m, enum file_durability durable)
{
	struct err ignored;

	container_state_write(m->r->state_dir_fd, &m->state, durable, &ignored);
}

static int begin_process(struct monitor *m, struct err *e)
{
	struct runtime_io io;
	int failed;

	m->process = (struct runtime_process){ .pid_fd = -1, .status_fd = -1, .pty_fd = -1 };
	m->is_unfinished = 1;
	if (monitor_io_open(m, &io, e) < 0)
		return -1;
	failed = m->runtime->create(m->runtime_data, &io, &m->process, e) < 0;
	monitor_io_started(m, &io);
	if (!failed && (process_identify(m->process.pid, &m->state.init, e) < 0 ||
			m->runtime->start(m->runtime_data, &m->process, e) < 0)) {
		m->runtime->abort(m->runtime_data, &m->process);
		failed = 1;
	}
	if (failed)
		monitor_io_close(m);
	return failed ? -1 : 0;
}

/* Once for each run. */
static void finish_run(struct monitor *m)
{
	if (m->is_unfinished)
		m->runtime->finish(m->runtime_data);
	m->is_unfinished = 0;
}

int monitor_begin(struct monitor *m, struct err *e)
{
	m->is_reaped = m->is_told = m->will_restart = 0;
	m->kill_at = m->restart_at = 0;
	m->state.oom_killed = 0;
	m->state.error[0] = '\0';
	if (begin_process(m, e) < 0) {
		finish_run(m);
		m->state.init = (struct process_id){};
		m->state.exit_code = err_exit_status(e);
		snprintf(m->state.error, sizeof m->state.error, "%s", e->text);
		return -1;
	}
	m->phase = PHASE_RUNNING;
	m->began = clock_monotonic_usec();
	m->state.status = CONTAINER_RUNNING;
	m->state.exit_code = 0;
	m->state.started_nsec = clock_now_nsec();
	m->state.finished_nsec = 0;
	write_state(m, FILE_VOLATILE);
	return 0;
}

static void decide_restart(struct monitor *m)
{
	const struct restart_end end = {
		.exit_code = m->state.exit_code,
		.stopped_by_user = m->is_stopping,
		.restarts = m->state.restart_count,
		.ran_usec = m->ended - m->began,
		.last_delay_usec = m->last_delay,
	};
	int64_t delay = restart_delay_usec(&m->r->restart, &end);

	m->will_restart = delay >= 0;
	m->state.status = m->will_restart ? CONTAINER_RESTARTING : CONTAINER_EXITED;
	if (!m->will_restart)
		return;
	m->restart_at = m->ended + delay;
	m->last_delay = delay;
	m->state.restart_count++;
}

void monitor_reap(struct monitor *m)
{
	int status;
	pid_t pid;

	do {
		pid = waitpid(m->process.pid, &status, WNOHANG);
	} while (pid < 0 && errno == EINTR);
	if (pid == 0)
		return;
	close(m->process.pid_fd);
	m->process.pid_fd = -1;
	m->is_reaped = 1;
	m->kill_at = 0;
	m->ended = clock_monotonic_usec();
	m->phase = PHASE_DRAINING;
	m->state.exit_code = pid < 0 ? 255 : process_exit_code(status);
	m->state.oom_killed = m->runtime->was_oom_killed(m->runtime_data);
	m->state.init = (struct process_id){};
	m->state.finished_nsec = clock_now_nsec();
	decide_restart(m);
	write_state(m, FILE_VOLATILE);
	for (int i = 0; i < 2; i++)
		m->streams[i].paused_until = 0;
}

static void end_clients(struct monitor *m, int attached)
{
	for (int i = 0; i < MONITOR_CLIENTS_MAX; i++) {
		struct monitor_client_slot *c = &m->clients[i];

		if (c->fd < 0 || c->state == CLIENT_NEW || (c->state != CLIENT_WAITING) != attached)
			continue;
		c->owes_end = 1;
		c->owes_ready = 0;
		monitor_client_send(m, i);
	}
}

/* The news, in the order of who waits for it; then what nobody waits for. */
static void tell(struct monitor *m)
{
	m->is_told = 1;
	log_flush(&m->log);
	if (!m->will_restart && !m->is_kept && m->r->hooks.release)
		m->r->hooks.release(m->r->hooks.data, &m->state);
	if (monitor_io_is_drained(m))
		end_clients(m, 1);
	end_clients(m, 0);
	finish_run(m);
}

/* After this, other commands may start or remove the container. */
static void leave(struct monitor *m, int64_t now)
{
	m->phase = PHASE_LEAVING;
	m->left = now;
	m->state.monitor = (struct process_id){};
	if (!m->r->auto_remove || m->is_kept)
		write_state(m, FILE_DURABLE);
	unlinkat(m->r->run_dir_fd, MONITOR_SOCKET, 0);
	while (monitor_client_accept(m) == 0)
		;
	close(m->listen_fd);
	m->listen_fd = -1;
	if (m->r->hooks.cleanup)
		m->r->hooks.cleanup(m->r->hooks.data, &m->state);
	close(m->lock_fd);
	m->lock_fd = -1;
}

static void begin_again(struct monitor *m)
{
	struct err e;

	if (monitor_begin(m, &e) == 0)
		return;
	/* As Docker: a restart that fails isn't tried again. */
	m->phase = PHASE_WAITING;
	m->will_restart = 0;
	m->state.status = CONTAINER_EXITED;
	m->state.finished_nsec = clock_now_nsec();
	write_state(m, FILE_VOLATILE);
}

static void drop_slow_clients(struct monitor *m)
{
	for (int i = 0; i < MONITOR_CLIENTS_MAX; i++) {
		if (monitor_client_is_owed(m, i))
			monitor_client_drop(m, i);
	}
}

static int64_t step_draining(struct monitor *m, int64_t now)
{
	int drained = monitor_io_is_drained(m);

	if (!m->is_told && !drained && now < m->ended + DRAIN_GRACE_USEC)
		return m->ended + DRAIN_GRACE_USEC;
	if (!m->is_told)
		tell(m);
	if (!m->will_restart) {
		leave(m, now);
		return monitor_step(m, now);
	}
	if (!drained && now < m->ended + DRAIN_RESTART_USEC)
		return m->ended + DRAIN_RESTART_USEC;
	if (drained)
		end_clients(m, 1);
	drop_slow_clients(m);
	monitor_io_close(m);
	m->phase = PHASE_WAITING;
	return monitor_step(m, now);
}

static int64_t step_waiting(struct monitor *m, int64_t now)
{
	if (m->will_restart && now < m->restart_at)
		return m->restart_at;
	if (m->will_restart)
		begin_again(m);
	if (m->phase == PHASE_RUNNING)
		return 0;
	tell(m);
	leave(m, now);
	return monitor_step(m, now);
}

static int64_t step_leaving(struct monitor *m, int64_t now)
{
	int64_t last_question = m->left + LAST_QUESTION_USEC;
	int owed = 0, unheard = 0;

	if (!monitor_io_is_drained(m))
		return 0;
	log_flush(&m->log);
	end_clients(m, 1);
	for (int i = 0; i < MONITOR_CLIENTS_MAX; i++) {
		owed |= monitor_client_is_owed(m, i);
		unheard |= m->clients[i].fd >= 0 && m->clients[i].state == CLIENT_NEW;
	}
	unheard = unheard && now < last_question;
	m->is_done = !owed && !unheard;
	return unheard ? last_question : 0;
}

int64_t monitor_step(struct monitor *m, int64_t now)
{
	switch (m->phase) {
	case PHASE_RUNNING:
		if (m->kill_at && now >= m->kill_at) {
			struct err ignored;

			m->kill_at = 0;
			monitor_send_signal(m, SIGKILL, &ignored);
		}
		return m->kill_at;
	case PHASE_DRAINING:
		return step_draining(m, now);
	case PHASE_WAITING:
		return step_waiting(m, now);
	case PHASE_LEAVING:
		return step_leaving(m, now);
	}
	return 0;
}

int monitor_send_signal(struct monitor *m, int signal, struct err *e)
{
	if (m->phase != PHASE_RUNNING)
		return err_set(e, ERR_CONFLICT, "the container isn't running");
	if (syscall(SYS_pidfd_send_signal, m->process.pid_fd, signal, NULL, 0) < 0)
		return err_sys(e, "send signal %d", signal);
	return 0;
}

void monitor_stop_run(struct monitor *m, int signal, int timeout_sec)
{
	struct err ignored;

	m->is_stopping = 1;
	if (m->phase == PHASE_RUNNING) {
		monitor_send_signal(m, signal ? signal : m->r->stop_signal, &ignored);
		if (timeout_sec >= 0)
			m->kill_at = clock_monotonic_usec() + timeout_sec * USEC;
		return;
	}
	if (!m->will_restart)
		return;
	m->will_restart = 0;
	m->state.status = CONTAINER_EXITED;
	m->state.restart_count--; /* it was counted when the end was seen, and never came to be */
	write_state(m, FILE_VOLATILE);
}
