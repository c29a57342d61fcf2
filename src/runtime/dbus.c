/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/dbus.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runtime/dbus_address.h"

#define LINE_MAX_BYTES	 4096 /* of the authentication */
#define KEPT_SIGNALS_MAX 256
#define READ_BYTES	 4096

#define BUS_NAME      "org.freedesktop.DBus"
#define BUS_PATH      "/org/freedesktop/DBus"
#define NAME_MAX_SIZE 256 /* specification: names have at most 255 bytes */

struct dbus {
	int fd;
	enum dbus_kind kind;
	int64_t timeout_usec;
	uint32_t serial;
	/* What was read: `given` bytes of it are lent to the caller and go at the next read. */
	uint8_t *in;
	size_t n_in, room_in, given;
	const char *interface, *member; /* of the signals that are kept */
	struct text kept[KEPT_SIGNALS_MAX];
	size_t n_kept, next_kept;
	char error_name[NAME_MAX_SIZE];
};

void dbus_close(struct dbus *d)
{
	if (!d)
		return;
	if (d->fd >= 0)
		close(d->fd);
	for (size_t i = 0; i < d->n_kept; i++)
		text_free(&d->kept[i]);
	free(d->in);
	free(d);
}

void dbus_closep(struct dbus **d)
{
	dbus_close(*d);
}

const char *dbus_error_name(const struct dbus *d)
{
	return d->error_name;
}

/* ---- bytes, with a deadline ---- */

static int wait_for(const struct dbus *d, short events, int64_t deadline, struct err *e)
{
	for (;;) {
		struct pollfd p = { .fd = d->fd, .events = events };
		int64_t left = deadline - clock_monotonic_usec();
		int n = left > 0 ? poll(&p, 1, (int)(left / 1000 + 1)) : 0;

		if (n > 0)
			return 0;
		if (n == 0)
			return err_set(e, ERR_LIMIT, "no answer in time");
		if (errno != EINTR)
			return err_sys(e, "wait for an answer");
	}
}

static int send_all(const struct dbus *d, const char *bytes, size_t n, struct err *e)
{
	int64_t deadline = clock_monotonic_usec() + d->timeout_usec;

	while (n) {
		ssize_t done = send(d->fd, bytes, n, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (done >= 0) {
			bytes += done;
			n -= (size_t)done;
		} else if (errno == EAGAIN) {
			if (wait_for(d, POLLOUT, deadline, e) < 0)
				return -1;
		} else if (errno != EINTR) {
			return err_sys(e, "send");
		}
	}
	return 0;
}

/* At least one more byte into `in`. */
static int read_more(struct dbus *d, int64_t deadline, struct err *e)
{
	ssize_t got;

	if (d->room_in - d->n_in < READ_BYTES) {
		d->room_in = d->n_in + (d->n_in > READ_BYTES ? d->n_in : READ_BYTES);
		d->in = xrealloc(d->in, d->room_in, 1);
	}
	for (;;) {
		got = recv(d->fd, d->in + d->n_in, d->room_in - d->n_in, MSG_DONTWAIT);
		if (got > 0)
			break;
		if (got == 0)
			return err_set(e, ERR_SYSTEM, "the connection was closed");
		if (errno == EAGAIN && wait_for(d, POLLIN, deadline, e) < 0)
			return -1;
		if (errno != EAGAIN && errno != EINTR)
			return err_sys(e, "receive");
	}
	d->n_in += (size_t)got;
	return 0;
}

/* Takes the first n bytes away. */
static void drop(struct dbus *d, size_t n)
{
	if (!n)
		return;
	d->n_in -= n;
	memmove(d->in, d->in + n, d->n_in);
}

/* ---- authentication ---- */

static int read_line(struct dbus *d, char line[LINE_MAX_BYTES], int64_t deadline, struct err *e)
{
	for (;;) {
		uint8_t *end = d->n_in ? memchr(d->in, '\n', d->n_in) : NULL;
		size_t n = end ? (size_t)(end - d->in) : 0;

		if (end && n > 0 && n < LINE_MAX_BYTES && end[-1] == '\r') {
			memcpy(line, d->in, n - 1);
			line[n - 1] = '\0';
			drop(d, n + 1);
			return 0;
		}
		if (end || d->n_in >= LINE_MAX_BYTES)
			return err_set(e, ERR_INVALID, "this isn't a D-Bus service");
		if (read_more(d, deadline, e) < 0)
			return -1;
	}
}

/*
 * An empty identity asks the other end to take whom the kernel names; it first says "DATA" and gets
 * an empty answer. A number of ours could be wrong: in a user namespace it isn't the one that the
 * other end sees.
 *
 * All is sent ahead, BEGIN too, though the specification has it after the OK: systemd reads ahead
 * at this stage, and a short message that comes right behind a late BEGIN stays unseen in its
 * buffer. Whom it rejects, it also closes the connection to.
 */
static int authenticate(struct dbus *d, struct err *e)
{
	static const char hello[] = "\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n";
	int64_t deadline = clock_monotonic_usec() + d->timeout_usec;
	char line[LINE_MAX_BYTES];

	if (send_all(d, hello, sizeof(hello) - 1, e) < 0)
		return -1;
	do {
		if (read_line(d, line, deadline, e) < 0)
			return -1;
	} while (!strcmp(line, "DATA"));
	if (strncmp(line, "OK ", 3) != 0)
		return err_set(e, ERR_DENIED, "who we are isn't accepted (%.100s)", line);
	return 0;
}

/* ---- messages ---- */

/* The next message, whatever it is. It is lent until the next read. */
static int next_message(struct dbus *d, int64_t deadline, struct dbus_message *ret, struct err *e)
{
	size_t length = DBUS_HEAD_BYTES;

	drop(d, d->given);
	d->given = 0;
	while (d->n_in < length) {
		if (read_more(d, deadline, e) < 0)
			return -1;
	}
	if (dbus_message_length(d->in, &length, e) < 0)
		return -1;
	while (d->n_in < length) {
		if (read_more(d, deadline, e) < 0)
			return -1;
	}
	d->given = length;
	return dbus_decode(d->in, length, ret, e);
}

static int is_watched(const struct dbus *d, const struct dbus_message *m)
{
	return m->type == DBUS_SIGNAL && d->member && !strcmp(m->member, d->member) &&
	       !strcmp(m->interface, d->interface);
}

static int keep(struct dbus *d, const struct dbus_message *m, struct err *e)
{
	if (d->n_kept == KEPT_SIGNALS_MAX)
		return err_set(e, ERR_LIMIT, "more than %d signals before the reply",
			       KEPT_SIGNALS_MAX);
	text_add_bytes(&d->kept[d->n_kept++], (const char *)m->bytes, m->end);
	return 0;
}

static int error_reply(struct dbus *d, const struct dbus_message *m, struct err *e)
{
	const char *text = dbus_first_string(m);
	int denied = !strcmp(m->error, BUS_NAME ".Error.AccessDenied") ||
		     !strcmp(m->error, BUS_NAME ".Error.InteractiveAuthorizationRequired");

	if (strlen(m->error) < sizeof(d->error_name))
		memcpy(d->error_name, m->error, strlen(m->error) + 1);
	return err_set(e, denied ? ERR_DENIED : ERR_SYSTEM, "%.400s", *text ? text : m->error);
}

static int wait_reply(struct dbus *d, uint32_t serial, struct dbus_message *reply, struct err *e)
{
	int64_t deadline = clock_monotonic_usec() + d->timeout_usec;

	for (;;) {
		if (next_message(d, deadline, reply, e) < 0)
			return -1;
		if (reply->type == DBUS_METHOD_RETURN && reply->reply_serial == serial)
			return 0;
		if (reply->type == DBUS_ERROR && reply->reply_serial == serial)
			return error_reply(d, reply, e);
		if (is_watched(d, reply) && keep(d, reply, e) < 0)
			return -1;
	}
}

int dbus_call(struct dbus *d, const struct dbus_call *c, struct dbus_message *reply, struct err *e)
{
	cleanup_by(text_free) struct text bytes = {};
	struct dbus_call call = *c;

	d->error_name[0] = '\0';
	if (d->kind == DBUS_DIRECT)
		call.destination = NULL;
	if (!++d->serial)
		d->serial = 1;
	if (dbus_encode_call(&call, d->serial, &bytes, e) < 0 ||
	    send_all(d, bytes.s, bytes.n, e) < 0 || wait_reply(d, d->serial, reply, e) < 0)
		return err_wrap(e, "D-Bus call %s", c->member);
	return 0;
}

int dbus_watch(struct dbus *d, const char *interface, const char *member, const char *rule,
	       struct err *e)
{
	cleanup_by(text_free) struct text body = {};
	struct dbus_call c = { .destination = BUS_NAME,
			       .path = BUS_PATH,
			       .interface = BUS_NAME,
			       .member = "AddMatch",
			       .signature = "s",
			       .body = &body };
	struct dbus_message reply;

	d->interface = interface;
	d->member = member;
	if (d->kind == DBUS_DIRECT)
		return 0;
	dbus_put_string(&body, rule);
	return dbus_call(d, &c, &reply, e);
}

int dbus_wait_signal(struct dbus *d, int64_t deadline_usec, struct dbus_message *ret, struct err *e)
{
	if (d->next_kept < d->n_kept) {
		const struct text *t = &d->kept[d->next_kept++];

		return dbus_decode((const uint8_t *)t->s, t->n, ret, e);
	}
	do {
		if (next_message(d, deadline_usec, ret, e) < 0)
			return -1;
	} while (!is_watched(d, ret));
	return 0;
}

/* ---- connecting ---- */

static int connect_to(const struct dbus_address *a, int64_t timeout_usec, struct err *e)
{
	struct timeval t = { .tv_sec = timeout_usec / 1000000, .tv_usec = timeout_usec % 1000000 };
	struct sockaddr_un s = { .sun_family = AF_UNIX };
	cleanup_fd int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return err_sys(e, "make a socket");
	/* A full backlog makes connect wait as long as sending may. */
	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof(t)) < 0)
		return err_sys(e, "set the time-out of a socket");
	memcpy(s.sun_path + (a->abstract ? 1 : 0), a->name, a->n);
	while (connect(fd, (const struct sockaddr *)&s,
		       (socklen_t)(offsetof(struct sockaddr_un, sun_path) + a->abstract + a->n)) <
	       0)
		if (errno != EINTR)
			return err_sys(e, "connect");
	return take_fd(&fd);
}

/* A bus gives everyone a name before it passes anything on. */
static int say_hello(struct dbus *d, struct err *e)
{
	static const struct dbus_call hello = { .destination = BUS_NAME,
						.path = BUS_PATH,
						.interface = BUS_NAME,
						.member = "Hello",
						.signature = "" };
	struct dbus_message reply;

	return d->kind == DBUS_BUS ? dbus_call(d, &hello, &reply, e) : 0;
}

struct dbus *dbus_open(const char *addresses, enum dbus_kind kind, int64_t timeout_usec,
		       struct err *e)
{
	struct dbus_address a;
	const char *rest = addresses;

	err_set(e, ERR_NOT_FOUND, "no D-Bus socket in \"%s\"", addresses);
	while (dbus_address_next(&rest, &a)) {
		struct dbus *d = xcalloc(1, sizeof(*d));

		*d = (struct dbus){ .kind = kind, .timeout_usec = timeout_usec };
		d->fd = connect_to(&a, timeout_usec, e);
		if (d->fd < 0 && (e->sys == ENOENT || e->sys == ECONNREFUSED))
			e->code = ERR_NOT_FOUND;
		if (d->fd >= 0 && authenticate(d, e) == 0 && say_hello(d, e) == 0)
			return d;
		err_wrap(e, "D-Bus at %s", a.name);
		dbus_close(d);
	}
	return NULL;
}
