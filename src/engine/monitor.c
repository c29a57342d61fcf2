/* SPDX-License-Identifier: Apache-2.0 */
/* The fork that makes a monitor, and what the two sides do about it. */
#include "engine/monitor.h"

#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/fd.h"
#include "engine/monitor_private.h"
#include "engine/monitor_runtime.h"
#include "engine/monitor_title.h"

#define KEEP_FDS_MAX 32
/* A monitor whose container has ended may still be cleaning up when the next one is asked for. */
#define PREDECESSOR_MSEC 60000

/* What the monitor says over the report pipe, once. */
struct report {
	int failed;
	struct err why;
};

static int compare_fds(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static int close_others(const struct monitor_request *r, int lock_fd, int report_fd, struct err *e)
{
	int keep[KEEP_FDS_MAX],
		all[] = { r->state_dir_fd, r->run_dir_fd, r->client_fd, lock_fd, report_fd };
	size_t n = 0;

	if (r->n_keep_fds > ARRAY_SIZE(keep) - ARRAY_SIZE(all))
		return err_set(e, ERR_SYSTEM, "too many descriptors for the monitor");
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		if (all[i] >= 0)
			keep[n++] = all[i];
	}
	for (size_t i = 0; i < r->n_keep_fds; i++)
		keep[n++] = r->keep_fds[i];
	qsort(keep, n, sizeof *keep, compare_fds);
	fd_close_from(STDERR_FILENO + 1, keep, n);
	return 0;
}

/*
 * The caller may hold flock(2) on its folders, which is the open file's and would live as long as
 * our copy of the descriptor: the same folder, opened anew, takes the descriptor's place.
 */
static int open_anew(int dir_fd, struct err *e)
{
	cleanup_fd int fd = fd_open(dir_fd, ".", O_RDONLY | O_DIRECTORY, e);

	if (fd < 0)
		return -1;
	return dup3(fd, dir_fd, O_CLOEXEC) < 0 ? err_sys(e, "replace descriptor %d", dir_fd) : 0;
}

/* Nothing of the caller's surroundings is kept: terminal, session, folder, descriptors. */
static int leave_caller(const struct monitor_request *r, int lock_fd, int report_fd, struct err *e)
{
	cleanup_fd int null = -1;

	setsid();
	prctl(PR_SET_NAME, "cale-monitor");
	if (close_others(r, lock_fd, report_fd, e) < 0 || open_anew(r->state_dir_fd, e) < 0 ||
	    open_anew(r->run_dir_fd, e) < 0)
		return -1;
	null = fd_open(AT_FDCWD, "/dev/null", O_RDWR, e);
	if (null < 0)
		return -1;
	for (int fd = 0; fd <= STDERR_FILENO; fd++) {
		if (dup2(null, fd) < 0)
			return err_sys(e, "take /dev/null as descriptor %d", fd);
	}
	if (chdir("/") < 0)
		return err_sys(e, "change to /");
	/* Unused pages of the caller's heap would stay private to this process for its whole life. */
	malloc_trim(0);
	return 0;
}

/*
 * SIGTERM comes through a descriptor; what a terminal or a reader that went away would send is
 * ignored. The runtime gives the container's process all of them back.
 */
static int open_signals(struct err *e)
{
	static const int ignored[] = {
		SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTSTP, SIGTTIN, SIGTTOU
	};
	sigset_t term;
	int fd;

	for (int s = 1; s < NSIG; s++)
		signal(s, SIG_DFL);
	for (size_t i = 0; i < ARRAY_SIZE(ignored); i++)
		signal(ignored[i], SIG_IGN);
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_SETMASK, &term, NULL);
	fd = signalfd(-1, &term, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? err_sys(e, "signalfd") : fd;
}

/* The folder's path may be longer than a socket's name; its descriptor's name never is. */
static int listen_for_clients(int run_dir_fd, struct err *e)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	cleanup_fd int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return err_sys(e, "make the monitor's socket");
	snprintf(name.sun_path, sizeof name.sun_path, "/proc/self/fd/%d/%s", run_dir_fd,
		 MONITOR_SOCKET);
	unlinkat(run_dir_fd, MONITOR_SOCKET, 0);
	if (bind(fd, (struct sockaddr *)&name, sizeof name) < 0 || listen(fd, 16) < 0)
		return err_sys(e, "listen on the monitor's socket");
	return take_fd(&fd);
}

/* A container that has run keeps what is known of that when it can't be started now. */
static void begin_state(struct monitor *m)
{
	struct container_state before;
	struct err ignored;

	if (container_state_read(m->r->state_dir_fd, &before, &ignored) < 0)
		return;
	m->state.started_nsec = before.started_nsec;
	m->state.finished_nsec = before.finished_nsec;
	if (before.status != CONTAINER_CREATED)
		m->state.status = CONTAINER_EXITED;
}

static int set_up(struct monitor *m, int report_fd, struct err *e)
{
	for (int i = 0; i < MONITOR_CLIENTS_MAX; i++)
		m->clients[i].fd = -1;
	m->streams[0].fd = m->streams[1].fd = m->stdin_fd = -1;
	m->listen_fd = -1;
	m->log.fd = -1;
	if (leave_caller(m->r, m->lock_fd, report_fd, e) < 0)
		return -1;
	begin_state(m);
	m->signal_fd = open_signals(e);
	if (m->signal_fd < 0 || process_identify(getpid(), &m->state.monitor, e) < 0 ||
	    log_open(&m->log, m->r->state_dir_fd, m->r->spec->id, &m->r->log, e) < 0)
		return -1;
	m->listen_fd = listen_for_clients(m->r->run_dir_fd, e);
	return m->listen_fd < 0 ? -1 : 0;
}

static void say_failed(struct monitor *m, int report_fd, struct report *report)
{
	struct err ignored;

	m->state.monitor = (struct process_id){};
	container_state_write(m->r->state_dir_fd, &m->state, FILE_VOLATILE, &ignored);
	unlinkat(m->r->run_dir_fd, MONITOR_SOCKET, 0);
	report->failed = 1;
	fd_write_all(report_fd, report, sizeof *report, &ignored);
	_exit(1);
}

/* Pages of their own, of which only those that are used cost anything: most buffers never are. */
static struct monitor *allocate(void)
{
	struct monitor *m =
		mmap(NULL, sizeof *m, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (m == MAP_FAILED)
		abort();
	return m;
}

static _Noreturn void monitor_main(const struct monitor_request *r, int lock_fd, int report_fd)
{
	struct monitor_runtime_data real = { .spec = r->spec };
	struct report report = {};
	struct monitor *m = allocate();
	struct err ignored;

	m->r = r;
	snprintf(m->title, sizeof m->title, "cale-monitor %s", r->spec->id);
	monitor_title_set(m->title);
	m->runtime = r->runtime ? r->runtime : monitor_runtime_get();
	m->runtime_data = r->runtime ? r->runtime_data : &real;
	m->lock_fd = lock_fd;
	if (set_up(m, report_fd, &report.why) < 0 || monitor_begin(m, &report.why) < 0)
		say_failed(m, report_fd, &report);
	if (r->client_fd >= 0)
		monitor_client_adopt(m, r->client_fd, r->client_streams);
	fd_write_all(report_fd, &report, sizeof report, &ignored);
	close(report_fd);
	monitor_loop(m);
	log_close(&m->log);
	_exit(0);
}

/* The lock, for which a predecessor may have to finish its clean-up. */
static int take_lock(const struct monitor_request *r, struct err *e)
{
	struct container_state state;
	struct err ignored;
	int fd = monitor_lock(r->run_dir_fd, e);

	if (fd >= 0 || e->code != ERR_CONFLICT)
		return fd;
	if (container_state_read(r->state_dir_fd, &state, &ignored) == 0 &&
	    (state.status == CONTAINER_RUNNING || state.status == CONTAINER_RESTARTING))
		return -1;
	if (monitor_wait_gone(r->run_dir_fd, PREDECESSOR_MSEC, e) < 0)
		return -1;
	return monitor_lock(r->run_dir_fd, e);
}

int monitor_spawn(const struct monitor_request *r, pid_t *ret, struct err *e)
{
	cleanup_fd int lock_fd = take_lock(r, e), read_fd = -1, write_fd = -1;
	struct report report;
	int fds[2];
	pid_t pid;

	if (lock_fd < 0)
		return -1;
	if (pipe2(fds, O_CLOEXEC) < 0)
		return err_sys(e, "make a pipe");
	read_fd = fds[0];
	write_fd = fds[1];
	pid = fork();
	if (pid == 0)
		monitor_main(r, lock_fd, write_fd);
	if (pid < 0)
		return err_sys(e, "fork the monitor");
	close(take_fd(&write_fd));
	if (fd_read_full(read_fd, &report, sizeof report, e) != (ssize_t)sizeof report)
		report = (struct report){ 1, { ERR_SYSTEM, 0, "the monitor died", "" } };
	if (!report.failed) {
		*ret = pid;
		return 0;
	}
	/* Its lock is gone with it. */
	process_wait(pid, &(struct err){});
	*e = report.why;
	return -1;
}
