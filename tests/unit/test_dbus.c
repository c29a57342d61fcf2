/* SPDX-License-Identifier: Apache-2.0 */
/*
 * runtime/dbus_wire.h: bytes as the specification shows them, and what must be refused;
 * runtime/dbus.h against a small server of our own that does one thing wrong at a time.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/mem.h"
#include "dbus_made.h"
#include "runtime/dbus.h"
#include "runtime/dbus_address.h"

/* ---- bytes ---- */

static void is_bytes(const struct text *t, const char *want, size_t n)
{
	assert_int_equal(t->n, n);
	assert_memory_equal(t->s, want, n);
}
#define IS_BYTES(t, literal) is_bytes(t, literal, sizeof(literal) - 1)

/* "Marshalling basic types", "Marshalling containers" (there big-endian). */
static void values_are_as_in_the_specification(void **state)
{
	cleanup_by(text_free) struct text strings = {}, numbers = {}, empty = {};
	struct dbus_array a;

	(void)state;
	dbus_put_string(&strings, "foo");
	dbus_put_string(&strings, "+");
	dbus_put_string(&strings, "bar");
	IS_BYTES(&strings, "\3\0\0\0foo\0\1\0\0\0+\0\0\0\3\0\0\0bar\0");
	a = dbus_begin_array(&numbers, 8);
	dbus_put_u64(&numbers, 5);
	dbus_end_array(&numbers, a);
	IS_BYTES(&numbers, "\10\0\0\0\0\0\0\0\5\0\0\0\0\0\0\0");
	/* The padding before the first element is there without one. */
	dbus_end_array(&empty, dbus_begin_array(&empty, 8));
	IS_BYTES(&empty, "\0\0\0\0\0\0\0\0");
}

static void a_call_is_as_in_the_specification(void **state)
{
	static const struct dbus_call hello = { .destination = "org.freedesktop.DBus",
						.path = "/org/freedesktop/DBus",
						.interface = "org.freedesktop.DBus",
						.member = "Hello",
						.signature = "" };
	cleanup_by(text_free) struct text t = {};
	struct dbus_message m;
	struct err e = {};

	(void)state;
	assert_int_equal(dbus_encode_call(&hello, 1, &t, &e), 0);
	IS_BYTES(&t, "l\1\0\1\0\0\0\0\1\0\0\0\155\0\0\0"
		     "\1\1o\0\25\0\0\0/org/freedesktop/DBus\0\0\0"
		     "\2\1s\0\24\0\0\0org.freedesktop.DBus\0\0\0\0"
		     "\3\1s\0\5\0\0\0Hello\0\0\0"
		     "\6\1s\0\24\0\0\0org.freedesktop.DBus\0\0\0\0");
	assert_int_equal(dbus_decode((const uint8_t *)t.s, t.n, &m, &e), 0);
	assert_int_equal(m.type, DBUS_METHOD_CALL);
	assert_string_equal(m.member, "Hello");
	assert_string_equal(m.signature, "");
}

static int decode_body(const char *signature, const char *bytes, size_t n)
{
	struct dbus_made made = { .type = DBUS_METHOD_RETURN,
				  .reply_serial = 1,
				  .signature = signature };
	cleanup_by(text_free) struct text body = {}, whole = {};
	struct dbus_message m;
	struct err e = {};

	text_add_bytes(&body, bytes, n);
	dbus_make(&made, &body, &whole);
	return dbus_decode((const uint8_t *)whole.s, whole.n, &m, &e);
}
#define DECODE(signature, literal) decode_body(signature, literal, sizeof(literal) - 1)

static void bodies_that_fit_their_signature(void **state)
{
	(void)state;
	assert_int_equal(DECODE("u", "\1\0\0\0"), 0);
	assert_int_equal(DECODE("b", "\1\0\0\0"), 0);
	assert_int_equal(DECODE("s", "\1\0\0\0x\0"), 0);
	assert_int_equal(DECODE("o", "\4\0\0\0/a/b\0"), 0);
	assert_int_equal(DECODE("g", "\2as\0"), 0);
	assert_int_equal(DECODE("v", "\1t\0\0\0\0\0\0\5\0\0\0\0\0\0\0"), 0);
	assert_int_equal(DECODE("yq", "\1\0\2\0"), 0);
	assert_int_equal(DECODE("ay", "\3\0\0\0abc"), 0);
	assert_int_equal(DECODE("a(su)", "\14\0\0\0\0\0\0\0\1\0\0\0x\0\0\0\7\0\0\0"), 0);
	assert_int_equal(DECODE("a{sv}", "\15\0\0\0\0\0\0\0\1\0\0\0x\0\1u\0\0\0\0\0\7\0\0\0"), -1);
	assert_int_equal(DECODE("a{sv}", "\20\0\0\0\0\0\0\0\1\0\0\0x\0\1u\0\0\0\0\7\0\0\0"), 0);
	assert_int_equal(DECODE("aau", "\4\0\0\0\0\0\0\0"), 0);
	assert_int_equal(DECODE("a{sa{su}}u", "\0\0\0\0\0\0\0\0\1\0\0\0"), 0);
}

static void bodies_that_must_be_refused(void **state)
{
	(void)state;
	/* cut, too long, a NUL inside, no NUL, no UTF-8 */
	assert_int_equal(DECODE("u", "\1\0\0"), -1);
	assert_int_equal(DECODE("u", "\1\0\0\0\0"), -1);
	assert_int_equal(DECODE("", "\1"), -1);
	assert_int_equal(DECODE("s", "\3\0\0\0a\0b\0"), -1);
	assert_int_equal(DECODE("s", "\3\0\0\0abcd"), -1);
	assert_int_equal(DECODE("s", "\377\377\377\377abcd"), -1);
	assert_int_equal(DECODE("s", "\1\0\0\0\377\0"), -1);
	/* values that their type hasn't */
	assert_int_equal(DECODE("b", "\2\0\0\0"), -1);
	assert_int_equal(DECODE("h", "\0\0\0\0"), -1);
	assert_int_equal(DECODE("o", "\1\0\0\0a\0"), -1);
	assert_int_equal(DECODE("o", "\2\0\0\0//\0"), -1);
	assert_int_equal(DECODE("o", "\3\0\0\0/a/\0"), -1);
	assert_int_equal(DECODE("g", "\1(\0"), -1);
	/* padding that isn't zero; arrays that end within an element or beyond the message */
	assert_int_equal(DECODE("yu", "\1\0\1\0\1\0\0\0"), -1);
	assert_int_equal(DECODE("au", "\6\0\0\0\1\0\0\0\1\0"), -1);
	assert_int_equal(DECODE("au", "\10\0\0\0\1\0\0\0"), -1);
	assert_int_equal(DECODE("at", "\0\0\0\0"), -1);
	/* signatures */
	assert_int_equal(DECODE("()", ""), -1);
	assert_int_equal(DECODE("(u", "\1\0\0\0"), -1);
	assert_int_equal(DECODE("u)", "\1\0\0\0"), -1);
	assert_int_equal(DECODE("a", "\0\0\0\0"), -1);
	assert_int_equal(DECODE("{su}", ""), -1);
	assert_int_equal(DECODE("a{vu}", "\0\0\0\0\0\0\0\0"), -1);
	assert_int_equal(DECODE("a{su", "\0\0\0\0\0\0\0\0"), -1);
	assert_int_equal(DECODE("z", "\0"), -1);
	assert_int_equal(DECODE("v", "\2uu\0\1\0\0\0\1\0\0\0"), -1);
	assert_int_equal(DECODE("v", "\0\0"), -1);
}

/* A variant in a variant in a …: the stack must not be the sender's to use up. */
static void nesting_ends_somewhere(void **state)
{
	char deep[3 * 10000 + 8];

	(void)state;
	for (size_t n = 1; n <= 10000; n *= 10) {
		for (size_t i = 0; i < n; i++)
			memcpy(deep + 3 * i, "\1v\0", 3);
		memcpy(deep + 3 * n, "\1y\0\7", 4);
		assert_int_equal(decode_body("v", deep, 3 * n + 4), n < 64 ? 0 : -1);
	}
	memset(deep, 'a', 40);
	memcpy(deep + 32, "u", 2);
	assert_int_equal(DECODE(deep, "\0\0\0\0"), 0);
	memcpy(deep + 32, "au", 3);
	assert_int_equal(DECODE(deep, "\0\0\0\0"), -1);
}

static void messages_need_what_their_kind_needs(void **state)
{
	static const struct dbus_made wrong[] = {
		{ .type = 0, .reply_serial = 1 },
		{ .type = DBUS_METHOD_CALL, .path = "/" },
		{ .type = DBUS_METHOD_RETURN },
		{ .type = DBUS_ERROR, .reply_serial = 1 },
		{ .type = DBUS_SIGNAL, .path = "/", .member = "M" },
		{ .type = DBUS_SIGNAL, .path = "x", .interface = "i.f", .member = "M" },
	};
	static const struct dbus_made unknown = { .type = 200 };
	cleanup_by(text_free) struct text body = {}, good = {};
	struct dbus_message m;
	struct err e = {};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		cleanup_by(text_free) struct text t = {};

		dbus_make(&wrong[i], &body, &t);
		assert_int_equal(dbus_decode((const uint8_t *)t.s, t.n, &m, &e), -1);
	}
	dbus_make(&unknown, &body, &good);
	assert_int_equal(dbus_decode((const uint8_t *)good.s, good.n, &m, &e), 0);
	good.s[3] = 2; /* another version of the protocol */
	assert_int_equal(dbus_decode((const uint8_t *)good.s, good.n, &m, &e), -1);
	good.s[3] = 1;
	good.s[8] = 0; /* the serial */
	assert_int_equal(dbus_decode((const uint8_t *)good.s, good.n, &m, &e), -1);
	assert_int_equal(
		dbus_message_length((const uint8_t *)"l\2\0\1\377\377\377\377\1\0\0\0\0\0\0\0",
				    &(size_t){ 0 }, &e),
		-1);
	assert_int_equal(e.code, ERR_LIMIT);
}

static void the_other_byte_order_is_read(void **state)
{
	static const uint8_t reply[] = "B\2\0\1\0\0\0\x0a\0\0\0\1\0\0\0\x10"
				       "\5\1u\0\0\0\0\x09\x08\1g\0\2us\0"
				       "\0\0\0\7\0\0\0\1x\0";
	struct dbus_message m;
	struct dbus_reader r;
	struct err e = {};

	(void)state;
	assert_int_equal(dbus_decode(reply, sizeof(reply) - 1, &m, &e), 0);
	assert_int_equal(m.reply_serial, 9);
	r = dbus_read(&m);
	assert_int_equal(dbus_get_u32(&r), 7);
	assert_string_equal(dbus_get_string(&r), "x");
	assert_false(r.wrong);
	assert_string_equal(dbus_get_string(&r), "");
	assert_true(r.wrong);
}

static void addresses(void **state)
{
	const char *list = "tcp:host=x;unix:guid=1,path=/run/a%20b;unix:abstract=/tmp/x,guid=2;"
			   "unix:path=;unix:path=%4;unix:path=%00x;unix:runtime=yes;;unix:path=/z";
	struct dbus_address a;
	char longest[200];

	(void)state;
	assert_int_equal(dbus_address_next(&list, &a), 1);
	assert_string_equal(a.name, "/run/a b");
	assert_false(a.abstract);
	assert_int_equal(dbus_address_next(&list, &a), 1);
	assert_string_equal(a.name, "/tmp/x");
	assert_true(a.abstract);
	assert_int_equal(a.n, 6);
	assert_int_equal(dbus_address_next(&list, &a), 1);
	assert_string_equal(a.name, "/z");
	assert_int_equal(dbus_address_next(&list, &a), 0);
	for (size_t n = 100; n < 120; n++) {
		int fits = n <= sizeof(((struct sockaddr_un *)NULL)->sun_path) - 1;

		snprintf(longest, sizeof(longest), "unix:path=%0*d", (int)n, 0);
		list = longest;
		assert_int_equal(dbus_address_next(&list, &a), fits);
	}
}

/* ---- a server ---- */

enum mischief {
	HONEST,
	REJECTS,
	TALKS_ENDLESSLY,
	HANGS_UP,
	SAYS_NOTHING,
	ANSWERS_NONSENSE,
	ANSWERS_HUGE,
	FLOODS,
};

#define PATIENCE_USEC 60000000 /* used up only when something is broken */

static char folder[64], address[128];
static pid_t server;

static void send_text(int fd, const char *bytes, size_t n)
{
	if (send(fd, bytes, n, MSG_NOSIGNAL) != (ssize_t)n)
		_exit(0);
}
#define SEND(fd, literal) send_text(fd, literal, sizeof(literal) - 1)

static void send_message(int fd, const struct dbus_made *m, const char *string)
{
	cleanup_by(text_free) struct text body = {}, whole = {};

	if (m->type == DBUS_SIGNAL) { /* uoss */
		dbus_put_u32(&body, 1);
		dbus_put_string(&body, "/job");
		dbus_put_string(&body, "unit");
	}
	dbus_put_string(&body, string);
	dbus_make(m, &body, &whole);
	/* In two pieces: a message needn't come at once. */
	send_text(fd, whole.s, 20);
	usleep(2000);
	send_text(fd, whole.s + 20, whole.n - 20);
}

static void signal_to(int fd, const char *member, const char *result)
{
	struct dbus_made m = { .type = DBUS_SIGNAL,
			       .path = "/o",
			       .interface = "i.f",
			       .member = member,
			       .signature = "uoss" };

	send_message(fd, &m, result);
}

static void authenticate_client(int fd, enum mischief how)
{
	static const char want[] = "\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n";
	char got[sizeof(want)];
	size_t n = 0;

	while (n < sizeof(want) - 1) {
		ssize_t more = read(fd, got + n, sizeof(want) - 1 - n);

		if (more <= 0)
			_exit(1);
		n += (size_t)more;
	}
	if (memcmp(got, want, n) != 0)
		_exit(1);
	if (how == REJECTS)
		SEND(fd, "REJECTED DBUS_COOKIE_SHA1\r\n");
	for (int i = 0; how == TALKS_ENDLESSLY && i < 100000; i++)
		SEND(fd, "DATADATADATADATA");
	SEND(fd, "DATA\r\nOK 0123456789abcdef\r\n");
}

static void answer_call(int fd, enum mischief how, uint32_t serial, const char *member)
{
	struct dbus_made reply = { .type = DBUS_METHOD_RETURN,
				   .reply_serial = serial,
				   .signature = "s" };
	struct dbus_made error = { .type = DBUS_ERROR,
				   .reply_serial = serial,
				   .error = "a.b.NoSuchThing",
				   .signature = "s" };
	struct dbus_made stranger = reply;

	if (how == HANGS_UP)
		_exit(0);
	if (how == SAYS_NOTHING)
		return;
	if (how == ANSWERS_NONSENSE)
		SEND(fd, "HTTP/1.1 400 Bad Request\r\n\r\n");
	if (how == ANSWERS_HUGE)
		SEND(fd, "l\2\0\1\0\0\0\x7f\1\0\0\0\0\0\0\0");
	for (int i = 0; how == FLOODS && i < 300; i++)
		signal_to(fd, "Watched", "done");
	if (!strcmp(member, "Fail")) {
		send_message(fd, &error, "it isn't there");
		return;
	}
	/* What isn't the answer comes first. */
	signal_to(fd, "Other", "x");
	signal_to(fd, "Watched", "early");
	stranger.reply_serial = serial + 1;
	send_message(fd, &stranger, "not yours");
	send_message(fd, &reply, "the answer");
	signal_to(fd, "Other", "y");
	signal_to(fd, "Watched", "late");
}

static void serve(int listening, enum mischief how)
{
	static uint8_t in[65536];
	int fd = accept(listening, NULL, NULL);
	size_t have = 0, length;
	struct dbus_message m;
	struct err e = {};

	authenticate_client(fd, how);
	for (;;) {
		ssize_t n = read(fd, in + have, sizeof(in) - have);

		if (n <= 0)
			_exit(0);
		have += (size_t)n;
		while (have >= DBUS_HEAD_BYTES && dbus_message_length(in, &length, &e) == 0 &&
		       have >= length) {
			if (dbus_decode(in, length, &m, &e) < 0)
				_exit(1);
			answer_call(fd, how, m.serial, m.member);
			have -= length;
			memmove(in, in + length, have);
		}
	}
}

static void start_server(enum mischief how)
{
	struct sockaddr_un s = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(folder, sizeof(folder), "/tmp/cale-dbus-test-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(s.sun_path, sizeof(s.sun_path), "%s/s", folder);
	snprintf(address, sizeof(address), "unix:path=/nonexistent/s;unix:path=%s/s", folder);
	assert_int_equal(bind(fd, (struct sockaddr *)&s, sizeof(s)), 0);
	assert_int_equal(listen(fd, 1), 0);
	server = fork();
	assert_true(server >= 0);
	if (server == 0)
		serve(fd, how);
	close(fd);
}

static void end_server(void)
{
	char socket_path[80];
	int status;

	kill(server, SIGTERM);
	assert_int_equal(waitpid(server, &status, 0), server);
	/* It ends by itself, or by the signal; 1 is what it has against us. */
	assert_false(WIFEXITED(status) && WEXITSTATUS(status) == 1);
	snprintf(socket_path, sizeof(socket_path), "%s/s", folder);
	unlink(socket_path);
	rmdir(folder);
}

static const struct dbus_call get = {
	.destination = "d.e", .path = "/o", .interface = "i.f", .member = "Get", .signature = ""
};

static void calls_find_their_answer(void **state)
{
	struct dbus_call fail = get;
	struct dbus_message m;
	struct err e = {};
	struct dbus *d;

	(void)state;
	start_server(HONEST);
	d = dbus_open(address, DBUS_BUS, PATIENCE_USEC, &e);
	assert_non_null(d);
	assert_int_equal(dbus_call(d, &get, &m, &e), 0);
	assert_string_equal(dbus_first_string(&m), "the answer");
	fail.member = "Fail";
	assert_int_equal(dbus_call(d, &fail, &m, &e), -1);
	assert_string_equal(dbus_error_name(d), "a.b.NoSuchThing");
	assert_string_equal(e.text, "D-Bus call Fail: it isn't there");
	assert_int_equal(dbus_call(d, &get, &m, &e), 0);
	assert_string_equal(dbus_error_name(d), "");
	dbus_close(d);
	end_server();
}

static const char *result_of(const struct dbus_message *m)
{
	struct dbus_reader r = dbus_read(m);

	assert_string_equal(m->signature, "uoss");
	dbus_get_u32(&r);
	dbus_get_string(&r);
	dbus_get_string(&r);
	return dbus_get_string(&r);
}

static void signals_before_the_answer_are_kept(void **state)
{
	struct dbus_message m;
	struct err e = {};
	struct dbus *d;

	(void)state;
	start_server(HONEST);
	d = dbus_open(address, DBUS_DIRECT, PATIENCE_USEC, &e);
	assert_non_null(d);
	assert_int_equal(dbus_watch(d, "i.f", "Watched", "", &e), 0);
	assert_int_equal(dbus_call(d, &get, &m, &e), 0);
	assert_int_equal(dbus_wait_signal(d, clock_monotonic_usec() + PATIENCE_USEC, &m, &e), 0);
	assert_string_equal(result_of(&m), "early");
	assert_int_equal(dbus_wait_signal(d, clock_monotonic_usec() + PATIENCE_USEC, &m, &e), 0);
	assert_string_equal(result_of(&m), "late");
	/* And no more of them. */
	assert_int_equal(dbus_wait_signal(d, clock_monotonic_usec() + 50000, &m, &e), -1);
	assert_int_equal(e.code, ERR_LIMIT);
	dbus_close(d);
	end_server();
}

static void a_bad_server_is_an_error_in_time(void **state)
{
	static const struct {
		enum mischief how;
		int opens;
		enum err_code code;
	} cases[] = {
		{ REJECTS, 0, ERR_DENIED },
		{ TALKS_ENDLESSLY, 0, ERR_INVALID },
		{ HANGS_UP, 1, ERR_SYSTEM },
		{ SAYS_NOTHING, 1, ERR_LIMIT },
		{ ANSWERS_NONSENSE, 1, ERR_INVALID },
		{ ANSWERS_HUGE, 1, ERR_LIMIT },
		{ FLOODS, 1, ERR_LIMIT },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int64_t start = clock_monotonic_usec();
		struct dbus_message m;
		struct err e = {};
		struct dbus *d;

		start_server(cases[i].how);
		d = dbus_open(address, DBUS_DIRECT,
			      cases[i].how == SAYS_NOTHING ? 2000000 : PATIENCE_USEC, &e);
		assert_int_equal(d != NULL, cases[i].opens);
		if (d) {
			assert_int_equal(dbus_watch(d, "i.f", "Watched", "", &e), 0);
			assert_int_equal(dbus_call(d, &get, &m, &e), -1);
		}
		assert_int_equal(e.code, cases[i].code);
		assert_true(clock_monotonic_usec() - start < PATIENCE_USEC);
		dbus_close(d);
		end_server();
	}
}

static void nobody_there_is_not_found(void **state)
{
	struct err e = {};

	(void)state;
	assert_null(dbus_open("unix:path=/nonexistent/socket", DBUS_BUS, 1000000, &e));
	assert_int_equal(e.code, ERR_NOT_FOUND);
	assert_null(dbus_open("", DBUS_BUS, 1000000, &e));
	assert_int_equal(e.code, ERR_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_as_in_the_specification),
		cmocka_unit_test(a_call_is_as_in_the_specification),
		cmocka_unit_test(bodies_that_fit_their_signature),
		cmocka_unit_test(bodies_that_must_be_refused),
		cmocka_unit_test(nesting_ends_somewhere),
		cmocka_unit_test(messages_need_what_their_kind_needs),
		cmocka_unit_test(the_other_byte_order_is_read),
		cmocka_unit_test(addresses),
		cmocka_unit_test(calls_find_their_answer),
		cmocka_unit_test(signals_before_the_answer_are_kept),
		cmocka_unit_test(a_bad_server_is_an_error_in_time),
		cmocka_unit_test(nobody_there_is_not_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
