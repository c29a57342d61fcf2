/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/criu.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/fd_pass.h"
#include "base/path.h"
#include "base/process.h"

#define LOG_BYTES_MAX (64 << 20)
#define ANSWER_BYTES  65536
#define SOCKET_FD     3 /* in criu, and "swrk" says so */
#define FDS_MAX	      16
#define WATCH_MSEC    500
#define UNDO_MSEC     5000

static const char *const places[] = {
	"/usr/local/sbin/criu", "/usr/local/bin/criu", "/usr/sbin/criu",
	"/usr/bin/criu",	"/sbin/criu",	       "/bin/criu",
};

static const char *find(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		if (access(places[i], X_OK) == 0)
			return places[i];
	}
	return NULL;
}

int criu_is_there(void)
{
	return find() != NULL;
}

/* ---- folders ---- */

static int open_dir(const char *path, int make, struct err *e)
{
	if (make && path_make_own_dirs(path, 0700, e) < 0)
		return -1;
	return fd_open(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, e);
}

int criu_open_images(const struct criu_options *o, int make, struct err *e)
{
	int fd = open_dir(o->image_path, make, e);

	return fd < 0 ? err_wrap(e, "--image-path") : fd;
}

/* ---- the conversation ---- */

static int send_all(int socket_fd, const struct text *message, struct err *e)
{
	ssize_t n = send(socket_fd, message->s, message->n, MSG_NOSIGNAL);

	if (n < 0 || (size_t)n != message->n)
		return err_sys(e, "speak to criu");
	return 0;
}

/*
 * The restored process is our child, not CRIU's, which doesn't see it die half-way and would wait for it for ever.
 */
static int await(int socket_fd, pid_t watched, struct err *e)
{
	struct pollfd p = { .fd = socket_fd, .events = POLLIN };
	siginfo_t info;
	int n;

	while ((n = poll(&p, 1, WATCH_MSEC)) <= 0) {
		if (n < 0 && errno != EINTR)
			return err_sys(e, "wait for criu");
		info.si_pid = 0;
		if (watched > 0 &&
		    waitid(P_PID, (id_t)watched, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
		    info.si_pid == watched)
			return err_set(e, ERR_SYSTEM, "the process died while it was made");
	}
	return 0;
}

static int receive(int socket_fd, struct criu_answer *ret, int *ret_fd, struct err *e)
{
	cleanup_free char *bytes = xcalloc(1, ANSWER_BYTES);
	const struct fd_room room = { bytes, ANSWER_BYTES, ret_fd, 1 };
	ssize_t n = fd_receive(socket_fd, &room);

	if (n < 0)
		return err_sys(e, "hear from criu");
	if (n == 0)
		return err_set(e, ERR_SYSTEM, "criu ended without an answer");
	return criu_read_answer(bytes, (size_t)n, ret, e);
}

/* It always fails to raise a limit where it may not, and goes on. */
static int is_harmless(const char *line)
{
	const char *found = strstr(line, "RLIMIT_NOFILE");

	return found && found < strchrnul(line, '\n');
}

/* The first line in its log that says why, without place and time; or what there is. */
static int quote_log(const struct criu_call *call, struct err *e)
{
	const struct criu_options *o = call->asked;
	cleanup_free char *path = xprintf("%s/%s", o->work_path ?: o->image_path, call->log);
	struct err ignored;
	cleanup_free char *log = fd_read_file(AT_FDCWD, path, LOG_BYTES_MAX, &ignored);
	const char *line = log ? strstr(log, "Error (") : NULL, *text;

	while (line && is_harmless(line))
		line = strstr(line + 1, "Error (");
	text = line ? strstr(line, "): ") : NULL;
	if (text)
		err_set(e, ERR_SYSTEM, "%.*s", (int)strcspn(text + 3, "\n"), text + 3);
	err_wrap(e, "criu");
	return err_hint(e, "its log is %s", path);
}

static int fail(const struct criu_call *call, const struct criu_answer *a, struct err *e)
{
	const char *why = a->error ? strerror(a->error) : "failed";

	err_set(e, ERR_SYSTEM, "%s", *a->error_text ? a->error_text : why);
	return quote_log(call, e);
}

/* What isn't well makes criu undo what it did: only it knows the processes that it began to make. */
static int acknowledge(int socket_fd, int is_well, struct err *e)
{
	cleanup_by(text_free) struct text message = {};

	criu_make_acknowledgement(&message, is_well);
	return send_all(socket_fd, &message, e);
}

/* 1: goes on; 0: that was the answer. After an error of ours the answer is awaited, too. */
static int take_answer(const struct criu_call *call, int socket_fd, struct criu_answer *a,
		       struct err *ret_first)
{
	pid_t watched = call->kind == CRIU_RESTORE ? a->pid : 0;
	struct err e = {};
	int fd, failed;

	if (await(socket_fd, watched, &e) < 0 || receive(socket_fd, a, &fd, &e) < 0) {
		if (ret_first->code == ERR_NONE) {
			*ret_first = e;
			quote_log(call, ret_first);
		}
		return 0;
	}
	if (a->kind != CRIU_NOTIFY || !a->success)
		return 0;
	failed = call->notified && call->notified(call->data, a, fd, &e) < 0;
	if (failed && ret_first->code == ERR_NONE)
		*ret_first = e;
	if (acknowledge(socket_fd, ret_first->code == ERR_NONE, &e) == 0)
		return 1;
	if (ret_first->code == ERR_NONE)
		*ret_first = e;
	return 0;
}

/* Until the answer; the pid in it. */
static pid_t converse(const struct criu_call *call, int socket_fd, struct err *e)
{
	cleanup_by(text_free) struct text message = {};
	struct criu_answer a = {};
	struct err first = {};

	criu_make_request(&message, call->kind, &call->options);
	if (send_all(socket_fd, &message, e) < 0)
		return -1;
	while (take_answer(call, socket_fd, &a, &first))
		continue;
	if (first.code != ERR_NONE) {
		*e = first;
		return -1;
	}
	if (!a.success)
		return fail(call, &a, e);
	if (a.kind != (unsigned)call->kind)
		return err_set(e, ERR_SYSTEM, "criu answers something else");
	return a.pid;
}

static pid_t spawn(const int *fds, size_t n, int socket_fd, struct err *e)
{
	static const char *const env[] = {
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", NULL
	};
	const char *const argv[] = { find(), "swrk", "3", NULL };
	int all[FDS_MAX] = { 0, 1, 2, [SOCKET_FD] = socket_fd };
	const struct process_run run = {
		.argv = argv,
		.fds = all,
		.n_fds = SOCKET_FD + 1 + n,
		.env = env,
	};

	if (!argv[0] || run.n_fds > FDS_MAX)
		return err_set(e, ERR_LIMIT, "criu can't be run");
	for (size_t i = 0; i < n; i++)
		all[SOCKET_FD + 1 + i] = fds[i];
	return process_spawn(&run, e);
}

/* With a socket to it; the pid. */
static pid_t begin(const int *fds, size_t n, int *ret_socket_fd, struct err *e)
{
	int sockets[2];
	pid_t criu;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) < 0)
		return err_sys(e, "create a socket");
	criu = spawn(fds, n, sockets[1], e);
	close(sockets[1]);
	if (criu < 0)
		close(sockets[0]);
	else
		*ret_socket_fd = sockets[0];
	return criu;
}

/*
 * After some requests it waits for more, and ends when nobody is there to make any. One that failed gets time to
 * undo what it did; it may also wait for ever for a process that died.
 */
static void end(pid_t criu, int *socket_fd, int failed)
{
	cleanup_fd int pid_fd = (int)syscall(SYS_pidfd_open, criu, 0);
	struct pollfd p = { .fd = pid_fd, .events = POLLIN };
	struct err ignored;

	close(take_fd(socket_fd));
	if (failed && (pid_fd < 0 || poll(&p, 1, UNDO_MSEC) <= 0))
		kill(criu, SIGKILL);
	process_wait(criu, &ignored);
}

static int ask_features(struct criu_answer *ret, struct err *e)
{
	cleanup_by(text_free) struct text message = {};
	int socket_fd = -1, fd = -1, failed;
	pid_t criu = begin(NULL, 0, &socket_fd, e);

	if (criu < 0)
		return -1;
	criu_make_feature_request(&message);
	failed = send_all(socket_fd, &message, e) < 0 || receive(socket_fd, ret, &fd, e) < 0;
	if (fd >= 0)
		close(fd);
	end(criu, &socket_fd, failed);
	return failed ? -1 : 0;
}

int criu_check_features(const struct criu_options *o, struct err *e)
{
	int tracks = o->pre_dump || o->parent_path != NULL;
	struct criu_answer a;

	if (!tracks && !o->lazy_pages)
		return 0;
	if (ask_features(&a, e) < 0)
		return err_wrap(e, "criu's features");
	if (tracks && !a.tracks_memory) {
		err_set(e, ERR_UNENFORCED, "this kernel can't track which memory is written to");
		return err_hint(e, "leave --pre-dump and --parent-path out, or take a kernel with "
				   "CONFIG_MEM_SOFT_DIRTY");
	}
	if (o->lazy_pages && !a.has_lazy_pages) {
		err_set(e, ERR_UNENFORCED, "this kernel can't fetch memory when it is used");
		return err_hint(e, "leave --lazy-pages out, or take a kernel with "
				   "CONFIG_USERFAULTFD");
	}
	return 0;
}

pid_t criu_run(struct criu_call *call, struct err *e)
{
	cleanup_fd int images_fd = criu_open_images(call->asked, 0, e), work_fd = -1;
	int socket_fd = -1;
	pid_t criu, restored;

	if (images_fd < 0)
		return -1;
	if (call->asked->work_path) {
		work_fd = open_dir(call->asked->work_path, 1, e);
		if (work_fd < 0)
			return err_wrap(e, "--work-path");
	}
	criu_put_number(&call->options, CRIU_IMAGES_DIR_FD, (uint64_t)images_fd);
	if (work_fd >= 0)
		criu_put_number(&call->options, CRIU_WORK_DIR_FD, (uint64_t)work_fd);
	criu_put_string(&call->options, CRIU_LOG_FILE, call->log);
	if (criu_add_options(call->asked, &call->options, e) < 0)
		return -1;
	criu = begin(call->fds, call->n_fds, &socket_fd, e);
	if (criu < 0)
		return -1;
	restored = call->begun && call->begun(call->data, criu, &call->options, e) < 0
			   ? -1
			   : converse(call, socket_fd, e);
	end(criu, &socket_fd, restored < 0);
	return restored;
}
