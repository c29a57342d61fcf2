/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/state.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/parse.h"

#define PID_LIMIT (1 << 22) /* the kernel's largest pid_max */

static const char *const status_names[CONTAINER_STATUS_COUNT] = {
	[CONTAINER_CREATED] = "created",
	[CONTAINER_RUNNING] = "running",
	[CONTAINER_RESTARTING] = "restarting",
	[CONTAINER_EXITED] = "exited",
	[CONTAINER_DEAD] = "dead",
};

/* The lines of the file, in order; all numbers but `status` and `error`. */
enum field {
	FIELD_STATUS,
	FIELD_INIT_PID,
	FIELD_INIT_TICKS,
	FIELD_MONITOR_PID,
	FIELD_MONITOR_TICKS,
	FIELD_EXIT_CODE,
	FIELD_OOM_KILLED,
	FIELD_STOPPED_BY_USER,
	FIELD_RESTART_COUNT,
	FIELD_STARTED,
	FIELD_FINISHED,
	FIELD_ERROR,
	FIELD_COUNT,
};

static const struct {
	const char *key;
	uint64_t max;
} fields[FIELD_COUNT] = {
	[FIELD_STATUS] = { "status", 0 },
	[FIELD_INIT_PID] = { "pid", PID_LIMIT },
	[FIELD_INIT_TICKS] = { "pid_start_ticks", UINT64_MAX },
	[FIELD_MONITOR_PID] = { "monitor_pid", PID_LIMIT },
	[FIELD_MONITOR_TICKS] = { "monitor_start_ticks", UINT64_MAX },
	[FIELD_EXIT_CODE] = { "exit_code", 255 },
	[FIELD_OOM_KILLED] = { "oom_killed", 1 },
	[FIELD_STOPPED_BY_USER] = { "stopped_by_user", 1 },
	[FIELD_RESTART_COUNT] = { "restart_count", UINT32_MAX },
	[FIELD_STARTED] = { "started_nsec", INT64_MAX },
	[FIELD_FINISHED] = { "finished_nsec", INT64_MAX },
	[FIELD_ERROR] = { "error", 0 },
};

const char *container_status_text(enum container_status status)
{
	return status_names[status];
}

void container_state_format(const struct container_state *s, char *out)
{
	const uint64_t numbers[FIELD_COUNT] = {
		[FIELD_INIT_PID] = (uint64_t)s->init.pid,
		[FIELD_INIT_TICKS] = s->init.start_ticks,
		[FIELD_MONITOR_PID] = (uint64_t)s->monitor.pid,
		[FIELD_MONITOR_TICKS] = s->monitor.start_ticks,
		[FIELD_EXIT_CODE] = (uint64_t)s->exit_code,
		[FIELD_OOM_KILLED] = s->oom_killed != 0,
		[FIELD_STOPPED_BY_USER] = s->stopped_by_user != 0,
		[FIELD_RESTART_COUNT] = s->restart_count,
		[FIELD_STARTED] = (uint64_t)s->started_nsec,
		[FIELD_FINISHED] = (uint64_t)s->finished_nsec,
	};
	size_t n = 0;

	/* The longest numbers and the longest error together stay below a thousand bytes. */
	for (int f = 0; f < FIELD_COUNT; f++) {
		const char *key = fields[f].key;

		if (f == FIELD_STATUS || f == FIELD_ERROR)
			n += (size_t)snprintf(
				out + n, CONTAINER_STATE_BYTES_MAX - n, "%s=%s\n", key,
				f == FIELD_ERROR ? s->error : status_names[s->status]);
		else
			n += (size_t)snprintf(out + n, CONTAINER_STATE_BYTES_MAX - n,
					      "%s=%" PRIu64 "\n", key, numbers[f]);
	}
}

static int status_parse(const char *text, enum container_status *ret)
{
	for (int i = 0; i < CONTAINER_STATUS_COUNT; i++) {
		if (!strcmp(text, status_names[i])) {
			*ret = (enum container_status)i;
			return 0;
		}
	}
	return -1;
}

static int error_parse(const char *text, char *out, size_t room)
{
	size_t n = strlen(text);

	if (n >= room)
		return -1;
	for (const char *p = text; *p; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			return -1;
	}
	memcpy(out, text, n + 1);
	return 0;
}

/* Cuts the next "key=value\n" off *p. NULL when it isn't that. */
static char *take_line(char **p, const char *key)
{
	size_t n = strlen(key);
	char *value = *p + n + 1, *end = strchr(*p, '\n');

	if (!end || strncmp(*p, key, n) || (*p)[n] != '=')
		return NULL;
	*end = '\0';
	*p = end + 1;
	return value;
}

static void take_numbers(struct container_state *s, const uint64_t *numbers)
{
	s->init.pid = (pid_t)numbers[FIELD_INIT_PID];
	s->init.start_ticks = numbers[FIELD_INIT_TICKS];
	s->monitor.pid = (pid_t)numbers[FIELD_MONITOR_PID];
	s->monitor.start_ticks = numbers[FIELD_MONITOR_TICKS];
	s->exit_code = (int)numbers[FIELD_EXIT_CODE];
	s->oom_killed = (int)numbers[FIELD_OOM_KILLED];
	s->stopped_by_user = (int)numbers[FIELD_STOPPED_BY_USER];
	s->restart_count = (uint32_t)numbers[FIELD_RESTART_COUNT];
	s->started_nsec = (int64_t)numbers[FIELD_STARTED];
	s->finished_nsec = (int64_t)numbers[FIELD_FINISHED];
}

int container_state_parse(const char *text, struct container_state *ret, struct err *e)
{
	char copy[CONTAINER_STATE_BYTES_MAX], *p = copy;
	uint64_t numbers[FIELD_COUNT] = {};
	struct container_state s = {};
	size_t n = strlen(text);

	if (n >= sizeof copy)
		return err_set(e, ERR_LIMIT, "state larger than %zu bytes", sizeof copy);
	memcpy(copy, text, n + 1);
	for (int f = 0; f < FIELD_COUNT; f++) {
		const char *value = take_line(&p, fields[f].key);
		int bad;

		if (!value)
			return err_set(e, ERR_INVALID, "no \"%s\" where it belongs", fields[f].key);
		if (f == FIELD_STATUS)
			bad = status_parse(value, &s.status);
		else if (f == FIELD_ERROR)
			bad = error_parse(value, s.error, sizeof s.error);
		else
			bad = parse_uint(value, fields[f].max, &numbers[f], e);
		if (bad)
			return err_set(e, ERR_INVALID, "bad \"%s\"", fields[f].key);
	}
	if (*p)
		return err_set(e, ERR_INVALID, "something follows after the last line");
	take_numbers(&s, numbers);
	*ret = s;
	return 0;
}

int container_state_read(int dir_fd, struct container_state *ret, struct err *e)
{
	cleanup_fd int fd = openat(dir_fd, CONTAINER_STATE_FILE, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	char text[CONTAINER_STATE_BYTES_MAX];
	ssize_t n;

	if (fd < 0 && errno == ENOENT)
		return err_set(e, ERR_NOT_FOUND, "no state");
	if (fd < 0)
		return err_sys(e, "open the state");
	n = fd_read_full(fd, text, sizeof text - 1, e);
	if (n < 0)
		return err_wrap(e, "state");
	text[n] = '\0';
	if (strlen(text) != (size_t)n)
		return err_set(e, ERR_INVALID, "state: a zero byte");
	if (container_state_parse(text, ret, e) < 0)
		return err_wrap(e, "state");
	return 0;
}

int container_state_write(int dir_fd, const struct container_state *s, enum file_durability durable,
			  struct err *e)
{
	char text[CONTAINER_STATE_BYTES_MAX];

	container_state_format(s, text);
	return file_replace(dir_fd, CONTAINER_STATE_FILE, text, durable, e);
}
