/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/notify.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/fd_pass.h"
#include "base/mem.h"

/* For as long a supervisor is waited for that doesn't say that it has taken a message. */
#define BARRIER_MSEC 5000
/* Between two messages: a container that floods us costs next to nothing. */
#define PAUSE_NSEC 20000000L
/* Of what it said just before its end. */
#define LAST_WORDS_MAX 16

int notify_connect(const char *address, struct err *e)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	cleanup_fd int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	/* One that reads nothing any more doesn't hold us for ever. */
	const struct timeval patience = { .tv_sec = BARRIER_MSEC / 1000 };
	size_t n = strlen(address);

	if (fd < 0)
		return err_sys(e, "create a socket");
	if ((*address != '/' && *address != '@') || n < 2 || n >= sizeof to.sun_path)
		return err_set(e, ERR_USAGE,
			       "NOTIFY_SOCKET: \"%s\" is neither an absolute path nor @NAME",
			       address);
	memcpy(to.sun_path, address, n);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	if (*address == '@')
		to.sun_path[0] = '\0';
	if (connect(fd, (const struct sockaddr *)&to,
		    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n)) < 0)
		return err_sys(e, "NOTIFY_SOCKET: connect to %s", address);
	return take_fd(&fd);
}

int notify_listen(int dir_fd, const char *name, struct err *e)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	cleanup_fd int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int n = snprintf(at.sun_path, sizeof at.sun_path, "/proc/self/fd/%d/%s", dir_fd, name);

	if (fd < 0)
		return err_sys(e, "create a socket");
	if (n < 0 || (size_t)n >= sizeof at.sun_path)
		return err_set(e, ERR_LIMIT, "socket name %s is too long", name);
	unlinkat(dir_fd, name, 0);
	if (bind(fd, (const struct sockaddr *)&at, sizeof at) < 0 ||
	    fchmodat(dir_fd, name, 0777, 0) < 0)
		return err_sys(e, "listen on %s", name);
	return take_fd(&fd);
}

/*
 * Who is told finds us by our pid, which may be gone a moment later: a pipe that it closes when it has
 * read everything before it, sd_notify_barrier(3). Those who don't know of it let us wait.
 */
static int await_taken(int host_fd, struct err *e)
{
	struct pollfd p = { .events = POLLIN };
	cleanup_fd int read_fd = -1, write_fd = -1;
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		return err_sys(e, "create a pipe");
	read_fd = fds[0];
	write_fd = fds[1];
	if (fd_pass_over(host_fd, "BARRIER=1", write_fd, e) < 0)
		return -1;
	close(take_fd(&write_fd));
	p.fd = read_fd;
	poll(&p, 1, BARRIER_MSEC);
	return 0;
}

/* One message, if there is one: 1 when it said that it is ready. */
static int forward(const struct notify_relay *r, struct err *e)
{
	/* No room for descriptors: the kernel closes those that come along. */
	char message[NOTIFY_BYTES_MAX], main_pid[32] = "", all[NOTIFY_BYTES_MAX + 32];
	ssize_t n = recv(r->socket_fd, message, sizeof message, MSG_DONTWAIT | MSG_TRUNC);
	struct notify_lines lines;

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : err_sys(e, "read a notification");
	if ((size_t)n > sizeof message)
		return 0;
	notify_filter(message, (size_t)n, &lines);
	if (!lines.n)
		return 0;
	if (lines.ready && r->main_pid)
		snprintf(main_pid, sizeof main_pid, "\nMAINPID=%d", (int)r->main_pid);
	n = snprintf(all, sizeof all, "%s%s", lines.text, main_pid);
	if (send(r->host_fd, all, (size_t)n, MSG_NOSIGNAL) < 0)
		return err_sys(e, "NOTIFY_SOCKET: send to it");
	return lines.ready ? (await_taken(r->host_fd, e) < 0 ? -1 : 1) : 0;
}

static int forward_last_words(const struct notify_relay *r, struct err *e)
{
	int ready = 0;

	for (int i = 0; i < LAST_WORDS_MAX && ready == 0; i++)
		ready = forward(r, e);
	return ready;
}

int notify_relay(const struct notify_relay *r, struct err *e)
{
	const struct timespec pause = { .tv_nsec = PAUSE_NSEC };
	struct pollfd p[] = { { .fd = r->socket_fd, .events = POLLIN },
			      { .fd = r->pid_fd, .events = POLLIN } };

	for (;;) {
		int ready = 0;

		if (poll(p, 2, -1) < 0 && errno != EINTR)
			return err_sys(e, "wait for a notification");
		if (p[1].revents)
			return forward_last_words(r, e);
		if (p[0].revents)
			ready = forward(r, e);
		if (ready < 0 || (ready && r->until_ready))
			return ready;
		nanosleep(&pause, NULL);
	}
}
