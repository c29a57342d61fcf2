/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of engine/monitor.h and attach.h share: a runtime that starts a shell instead of a
 * container, a monitor beside it, and a client. No privilege needed.
 *
 * The shell's folder is the container's: files there are how a script and its test talk. What
 * happens in another process is awaited by its traces (AWAIT), never by a pause; the patience is
 * used up only when something is broken, however slow the machine is.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/mem.h"
#include "engine/attach.h"
#include "engine/monitor.h"

#define PATIENCE_USEC INT64_C(60000000)
/* Of a monitor that has nothing to do: 3 null, 2 folders, lock, log, signals, listener, process,
 * stdout, stderr. */
#define MONITOR_FDS 12

/* Goes on as soon as the condition holds; fails the test after PATIENCE_USEC. */
#define AWAIT(condition)                                                                           \
	for (int64_t begin_ = await_begin(); !(condition);)                                        \
	await_turn(begin_, #condition)

struct fixture {
	char folder[32];
	int state_fd, run_fd;
	const char *script;
	int fails_after; /* runs that succeed before create() fails; 0: all succeed */
	int runs;
	struct spec spec;
	struct monitor_request request;
	pid_t monitor;
};

int monitor_set_up(void **state);
int monitor_tear_down(void **state);
#define MONITOR_TEST(f) cmocka_unit_test_setup_teardown(f, monitor_set_up, monitor_tear_down)

/* ---- the monitor and its container ---- */

void spawn(struct fixture *f, const char *script);
/* Until the monitor has ended, which must be well. */
void wait_gone(struct fixture *f);
struct container_state state_of(struct fixture *f);
void assert_log(struct fixture *f, const char *want);
/*
 * Hooks leave marks: "released" and "cleaned" get an x for each call, "finished" a letter of the
 * status that the state file has at the end of a run: r(estarting), e(xited) …
 */
void hook_cleanup(void *data, const struct container_state *state);
int count_fds(const struct fixture *f);

/* ---- files of the container ---- */

void make_file(const struct fixture *f, const char *name);
int has_file(const struct fixture *f, const char *name);
/* "" when there is none. The caller frees it. */
char *file_of(const struct fixture *f, const char *name);
/* `want` NULL: there is none. */
void assert_file(const struct fixture *f, const char *name, const char *want);
int file_says(const struct fixture *f, const char *name, const char *want);

/* ---- waiting ---- */

int64_t await_begin(void);
void await_turn(int64_t begin, const char *what);
/* Asleep: it has dealt with all that it was sent. */
int is_idle(pid_t pid);
int is_readable(int fd);
/* Blocks until the process, whose parent somebody else may be, has ended. */
void await_end(pid_t pid);
/* Does something while the test itself is busy with a call that blocks. */
pid_t beside(struct fixture *f, void (*what)(struct fixture *f));
/* What ran beside has succeeded. */
void join(pid_t pid);
/* Beside monitor_wait(): makes "go" when the monitor has heard the question. */
void go_when_heard(struct fixture *f);

/* ---- a client, as `cale run` is one ---- */

struct session {
	struct attach_options o;
	struct attach_result result;
	int in[2], out, err;
	char *stdout_text, *stderr_text;
};

void session_open(struct session *s);
/* attach_run(), and what came on each stream. */
void session_run(struct session *s);
void session_close(struct session *s);
/* The monitor with a client from its beginning. */
void spawn_attached(struct fixture *f, struct session *s, const char *script);
