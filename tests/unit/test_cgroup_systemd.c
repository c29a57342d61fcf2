/* SPDX-License-Identifier: Apache-2.0 */
/*
 * runtime/cgroup_systemd.h against a manager of our own that answers as an old, busy or failing
 * systemd does; tests/vm/systemd_scope.c has the real one.
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
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/mem.h"
#include "dbus_made.h"
#include "runtime/cgroup_systemd.h"
#include "runtime/dbus_wire.h"

#define SYSTEMD_ERROR "org.freedesktop.systemd1."
#define CALLS_SIZE    1024

/* What the manager is like. */
static struct behaviour {
	const char *unknown[3]; /* properties that it doesn't know */
	int exists;		/* so many starts find a unit of that name */
	const char *result;	/* of its jobs */
	int forgot;		/* it has no unit to stop */
} is;

static char folder[64];
static int calls_fd;
static pid_t manager;

/* ---- the manager ---- */

static void answer(int fd, const struct dbus_made *m, const struct text *body)
{
	cleanup_by(text_free) struct text whole = {};

	dbus_make(m, body, &whole);
	if (send(fd, whole.s, whole.n, MSG_NOSIGNAL) != (ssize_t)whole.n)
		_exit(0);
}

static void answer_error(int fd, uint32_t serial, const char *name, const char *text)
{
	struct dbus_made m = {
		.type = DBUS_ERROR, .reply_serial = serial, .error = name, .signature = "s"
	};
	cleanup_by(text_free) struct text body = {};

	dbus_put_string(&body, text);
	answer(fd, &m, &body);
}

/* The end of somebody else's job, the reply, and the end of this one. */
static void answer_job(int fd, uint32_t serial)
{
	struct dbus_made reply = { .type = DBUS_METHOD_RETURN,
				   .reply_serial = serial,
				   .signature = "o" };
	struct dbus_made removed = { .type = DBUS_SIGNAL,
				     .path = "/org/freedesktop/systemd1",
				     .interface = "org.freedesktop.systemd1.Manager",
				     .member = "JobRemoved",
				     .signature = "uoss" };
	cleanup_by(text_free) struct text job = {};
	static const char *const jobs[] = { "/job/1", "/job/2" };

	dbus_put_string(&job, jobs[1]);
	for (int i = 0; i < 2; i++) {
		cleanup_by(text_free) struct text body = {};

		dbus_put_u32(&body, (uint32_t)i);
		dbus_put_string(&body, jobs[i]);
		dbus_put_string(&body, "a.scope");
		dbus_put_string(&body, i ? is.result : "failed");
		answer(fd, &removed, &body);
		if (i == 0)
			answer(fd, &reply, &job);
	}
}

static void answer_start(int fd, const struct dbus_message *m)
{
	char text[128];

	if (is.exists > 0) {
		is.exists--;
		answer_error(fd, m->serial, SYSTEMD_ERROR "UnitExists", "it is there");
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(is.unknown) && is.unknown[i]; i++) {
		if (!memmem(m->bytes, m->end, is.unknown[i], strlen(is.unknown[i]) + 1))
			continue;
		snprintf(text, sizeof(text), "Cannot set property %s, or unknown property.",
			 is.unknown[i]);
		answer_error(fd, m->serial, "org.freedesktop.DBus.Error.PropertyReadOnly", text);
		return;
	}
	answer_job(fd, m->serial);
}

static void answer_call(int fd, const struct dbus_message *m)
{
	struct dbus_made reply = { .type = DBUS_METHOD_RETURN, .reply_serial = m->serial };
	cleanup_by(text_free) struct text body = {};

	dprintf(calls_fd, "%s ", m->member);
	if (!strcmp(m->member, "StartTransientUnit") || !strcmp(m->member, "SetUnitProperties")) {
		answer_start(fd, m);
	} else if (!strcmp(m->member, "StopUnit") && is.forgot) {
		answer_error(fd, m->serial, SYSTEMD_ERROR "NoSuchUnit", "never heard of it");
	} else if (!strcmp(m->member, "StopUnit")) {
		answer_job(fd, m->serial);
	} else if (!strcmp(m->member, "Get")) {
		reply.signature = "v";
		dbus_put_signature(&body, "s");
		dbus_put_string(&body, "/top");
		answer(fd, &reply, &body);
	} else {
		answer(fd, &reply, &body);
	}
}

static void serve_client(int fd)
{
	static const char auth[] = "\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n",
			  ok[] = "DATA\r\nOK 0\r\n";
	static uint8_t in[65536];
	size_t have = 0, length;
	struct dbus_message m;
	struct err e;

	if (recv(fd, in, sizeof(auth) - 1, MSG_WAITALL) != sizeof(auth) - 1 ||
	    send(fd, ok, sizeof(ok) - 1, MSG_NOSIGNAL) < 0)
		return;
	for (;;) {
		ssize_t n = read(fd, in + have, sizeof(in) - have);

		if (n <= 0)
			return;
		have += (size_t)n;
		while (have >= DBUS_HEAD_BYTES && dbus_message_length(in, &length, &e) == 0 &&
		       have >= length) {
			if (dbus_decode(in, length, &m, &e) < 0)
				_exit(1);
			answer_call(fd, &m);
			have -= length;
			memmove(in, in + length, have);
		}
	}
}

static void start_manager(const struct behaviour *b)
{
	struct sockaddr_un s = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), client, pipe_fds[2];
	char path[96];

	is = *b;
	snprintf(folder, sizeof(folder), "/tmp/cale-systemd-test-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/systemd", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(s.sun_path, sizeof(s.sun_path), "%s/systemd/private", folder);
	assert_int_equal(bind(fd, (struct sockaddr *)&s, sizeof(s)), 0);
	assert_int_equal(listen(fd, 4), 0);
	assert_int_equal(pipe(pipe_fds), 0);
	setenv("XDG_RUNTIME_DIR", folder, 1);
	manager = fork();
	assert_true(manager >= 0);
	if (manager == 0) {
		calls_fd = pipe_fds[1];
		while ((client = accept(fd, NULL, NULL)) >= 0) {
			serve_client(client);
			close(client);
		}
		_exit(0);
	}
	close(fd);
	close(pipe_fds[1]);
	calls_fd = pipe_fds[0];
}

/* Ends it; were these the calls that it got? */
static void manager_got(const char *want)
{
	char calls[CALLS_SIZE] = "", path[96];
	ssize_t n;
	size_t have = 0;

	kill(manager, SIGTERM);
	waitpid(manager, NULL, 0);
	while ((n = read(calls_fd, calls + have, sizeof(calls) - 1 - have)) > 0)
		have += (size_t)n;
	calls[have] = '\0';
	close(calls_fd);
	assert_string_equal(calls, want);
	snprintf(path, sizeof(path), "%s/systemd/private", folder);
	unlink(path);
	snprintf(path, sizeof(path), "%s/systemd", folder);
	rmdir(path);
	rmdir(folder);
}

/* ---- the tests ---- */

static struct systemd_name name;
static struct systemd_place place;

static struct systemd_request request_of(const char *cgroups_path)
{
	struct err e = {};

	assert_int_equal(systemd_name_parse(cgroups_path, "x", 1, &name, &e), 0);
	return (struct systemd_request){ .owner = { 1, 54321 },
					 .name = &name,
					 .description = "test",
					 .pid = getpid(),
					 .cgroup_version = 2 };
}

static void a_slice_is_below_the_managers_group(void **state)
{
	struct systemd_request r = request_of("::a-b.slice");
	struct err e = {};

	(void)state;
	start_manager(&(struct behaviour){ .result = "done" });
	assert_true(cgroup_systemd_is_there(&r.owner));
	assert_int_equal(cgroup_systemd_start(&r, &place, &e), 0);
	assert_string_equal(place.path, "/top/a.slice/a-b.slice");
	manager_got("StartTransientUnit Get ");
	assert_false(cgroup_systemd_is_there(&r.owner));
}

static void a_slice_that_is_there_is_as_good(void **state)
{
	struct systemd_request r = request_of("::a.slice");
	struct err e = {};

	(void)state;
	start_manager(&(struct behaviour){ .exists = 1, .result = "done" });
	assert_int_equal(cgroup_systemd_start(&r, &place, &e), 0);
	manager_got("StartTransientUnit Get ");
}

static void what_an_old_systemd_does_not_know_is_left_out(void **state)
{
	struct resource_file oom = { "memory.oom.group", "1" };
	struct resources limits = { .unified = &oom, .n_unified = 1 };
	struct systemd_request r = request_of("::a.slice");
	struct err e = {};

	(void)state;
	r.resources = &limits;
	start_manager(&(struct behaviour){ .unknown = { "OOMPolicy", "TasksAccounting" },
					   .result = "done" });
	assert_int_equal(cgroup_systemd_start(&r, &place, &e), 0);
	manager_got("StartTransientUnit StartTransientUnit StartTransientUnit Get ");
}

static void what_only_systemd_does_is_not_left_out(void **state)
{
	struct systemd_annotation soon = { "org.systemd.property.RuntimeMaxSec", "5" };
	struct systemd_request r = request_of("::a.slice");
	struct err e = {};

	(void)state;
	r.annotations = &soon;
	r.n_annotations = 1;
	start_manager(&(struct behaviour){ .unknown = { "RuntimeMaxUSec" }, .result = "done" });
	assert_int_equal(cgroup_systemd_start(&r, &place, &e), -1);
	assert_non_null(strstr(e.text, "RuntimeMaxUSec"));
	manager_got("StartTransientUnit ");
}

static void a_unit_that_stays_in_the_way_is_a_conflict(void **state)
{
	struct systemd_request r = request_of(NULL);
	struct err e = {};

	(void)state;
	start_manager(&(struct behaviour){ .exists = 2, .result = "done" });
	assert_int_equal(cgroup_systemd_start(&r, &place, &e), -1);
	assert_int_equal(e.code, ERR_CONFLICT);
	/* It isn't ours to stop. */
	manager_got("StartTransientUnit ResetFailedUnit StartTransientUnit ");
}

static void a_job_that_fails_leaves_nothing(void **state)
{
	struct systemd_request r = request_of(NULL);
	struct err e = {};

	(void)state;
	start_manager(&(struct behaviour){ .result = "dependency" });
	assert_int_equal(cgroup_systemd_start(&r, &place, &e), -1);
	assert_non_null(strstr(e.text, "dependency"));
	manager_got("StartTransientUnit StopUnit ResetFailedUnit ");
}

/* systemd says "done" and the process is elsewhere: without its limits it mustn't go on. */
static void a_process_that_was_not_moved_is_an_error(void **state)
{
	struct systemd_request r = request_of(NULL);
	struct err e = {};

	(void)state;
	start_manager(&(struct behaviour){ .result = "done" });
	assert_int_equal(cgroup_systemd_start(&r, &place, &e), -1);
	assert_int_equal(e.code, ERR_SYSTEM);
	manager_got("StartTransientUnit StopUnit ResetFailedUnit ");
}

static void stopping_what_is_gone_is_success(void **state)
{
	struct systemd_owner owner = { 1, 54321 };
	struct err e = {};

	(void)state;
	start_manager(&(struct behaviour){ .forgot = 1 });
	assert_int_equal(cgroup_systemd_stop("a.scope", &owner, &e), 0);
	manager_got("StopUnit ResetFailedUnit ");
	start_manager(&(struct behaviour){ .result = "timeout" });
	assert_int_equal(cgroup_systemd_stop("a.scope", &owner, &e), -1);
	manager_got("StopUnit ");
}

static void an_update_of_nothing_asks_nobody(void **state)
{
	struct resources none = {};
	struct systemd_request r = request_of(NULL);
	struct err e = {};

	(void)state;
	r.resources = &none;
	start_manager(&(struct behaviour){ .result = "done" });
	assert_int_equal(cgroup_systemd_update(&r, &e), 0);
	manager_got("");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_slice_is_below_the_managers_group),
		cmocka_unit_test(a_slice_that_is_there_is_as_good),
		cmocka_unit_test(what_an_old_systemd_does_not_know_is_left_out),
		cmocka_unit_test(what_only_systemd_does_is_not_left_out),
		cmocka_unit_test(a_unit_that_stays_in_the_way_is_a_conflict),
		cmocka_unit_test(a_job_that_fails_leaves_nothing),
		cmocka_unit_test(a_process_that_was_not_moved_is_an_error),
		cmocka_unit_test(stopping_what_is_gone_is_success),
		cmocka_unit_test(an_update_of_nothing_asks_nobody),
	};

	unsetenv("DBUS_SESSION_BUS_ADDRESS");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
