/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/log_read.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/mem.h"
#include "engine/log_entry.h"
#include "engine/log_files.h"

/* How soon the end of the container is noticed; new entries wake us at once. */
#define LOOK_MSEC	 100
#define OUT_BUFFER_BYTES 65536

struct reader {
	const struct log_read_options *o;
	int dir_fd;
	const char *id;
	int is_past;	 /* an entry was later than `until` */
	int is_skipping; /* a line that is longer than any of ours */
	size_t n, n_out;
	int out_fd; /* for which `out` is */
	char line[LOG_LINE_MAX + 1];
	char out[OUT_BUFFER_BYTES];
};

static int write_out(struct reader *r, struct err *e)
{
	size_t n = r->n_out;

	r->n_out = 0;
	return n ? fd_write_all(r->out_fd, r->out, n, e) : 0;
}

/* Keeps the order between the streams: what was for the other one is written first. */
static int put(struct reader *r, int fd, const char *s, size_t n, struct err *e)
{
	if ((fd != r->out_fd || n > sizeof r->out - r->n_out) && write_out(r, e) < 0)
		return -1;
	r->out_fd = fd;
	if (n > sizeof r->out)
		return fd_write_all(fd, s, n, e);
	memcpy(r->out + r->n_out, s, n);
	r->n_out += n;
	return 0;
}

static int is_wanted(struct reader *r, const struct log_entry *entry)
{
	struct err ignored;
	int64_t at;

	if (!r->o->since_nsec && !r->o->until_nsec)
		return 1;
	if (clock_parse(entry->time, &at, &ignored) < 0)
		return 0;
	r->is_past = r->o->until_nsec && at > r->o->until_nsec;
	return !r->is_past && at >= r->o->since_nsec;
}

static int take_line(struct reader *r, char *line, size_t n, struct err *e)
{
	struct log_entry entry;
	int fd;

	if (log_entry_parse(line, n, &entry) < 0 || !is_wanted(r, &entry))
		return 0;
	fd = entry.stream == LOG_STDERR ? r->o->stderr_fd : r->o->stdout_fd;
	if (fd < 0)
		return 0;
	if (r->o->timestamps &&
	    (put(r, fd, entry.time, strlen(entry.time), e) < 0 || put(r, fd, " ", 1, e) < 0))
		return -1;
	return put(r, fd, entry.text, entry.n, e);
}

/* All whole lines in the buffer; the rest moves to its beginning. */
static int take_lines(struct reader *r, struct err *e)
{
	char *p = r->line, *end = r->line + r->n, *newline;

	while (!r->is_past && (newline = memchr(p, '\n', (size_t)(end - p)))) {
		if (!r->is_skipping && take_line(r, p, (size_t)(newline - p), e) < 0)
			return -1;
		r->is_skipping = 0;
		p = newline + 1;
	}
	r->n = (size_t)(end - p);
	memmove(r->line, p, r->n);
	if (r->n == LOG_LINE_MAX) {
		r->is_skipping = 1;
		r->n = 0;
	}
	return 0;
}

/* From the file's position to its present end. */
static int read_on(struct reader *r, int fd, struct err *e)
{
	while (!r->is_past) {
		ssize_t got = read(fd, r->line + r->n, LOG_LINE_MAX - r->n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_sys(e, "read the log");
		if (got == 0)
			break;
		r->n += (size_t)got;
		if (take_lines(r, e) < 0)
			return -1;
	}
	return write_out(r, e);
}

/* With one file only, rotation empties it: then it begins anew. */
static void rewind_if_emptied(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && lseek(fd, 0, SEEK_CUR) > st.st_size)
		lseek(fd, 0, SEEK_SET);
}

/* A new file: what is left of an unfinished line in the old one will never be finished. */
static void move_on(struct reader *r, int *fd, int next)
{
	close(*fd);
	*fd = next;
	r->n = 0;
	r->is_skipping = 0;
}

/* Waits for a change of the file or of its name. */
static void await_change(int fd)
{
	cleanup_fd int watcher = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	struct pollfd p = { .fd = watcher, .events = POLLIN };
	char path[32];

	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	inotify_add_watch(watcher, path, IN_MODIFY | IN_MOVE_SELF);
	rewind_if_emptied(fd);
	poll(&p, 1, LOOK_MSEC);
}

static int follow(struct reader *r, int *fd, struct err *e)
{
	int alive = 1;

	while (alive && !r->is_past) {
		struct err none;
		int next;

		/* Asked before the last look, so that nothing is missed between. */
		alive = r->o->is_alive && r->o->is_alive(r->o->data);
		next = log_files_open_next(r->dir_fd, r->id, *fd, &none);
		if (read_on(r, *fd, e) < 0)
			return -1;
		if (next >= 0) {
			move_on(r, fd, next);
			alive = 1;
		} else if (alive) {
			await_change(*fd);
		}
		if (r->o->until_nsec && clock_now_nsec() > r->o->until_nsec)
			alive = 0;
	}
	return 0;
}

static int read_all(struct reader *r, struct log_files *f, struct err *e)
{
	size_t first;

	if (log_files_seek_tail(f, r->o->tail, &first, e) < 0)
		return -1;
	for (size_t i = first; i < f->n && !r->is_past; i++) {
		r->n = 0;
		r->is_skipping = 0;
		if (read_on(r, f->fds[i], e) < 0)
			return -1;
	}
	if (!r->o->follow || r->is_past)
		return 0;
	return follow(r, &f->fds[f->n - 1], e);
}

int log_read(int dir_fd, const char *id, const struct log_read_options *options, struct err *e)
{
	cleanup_by(log_files_close) struct log_files files = {};
	cleanup_free struct reader *r = xcalloc(1, sizeof *r);

	r->o = options;
	r->dir_fd = dir_fd;
	r->id = id;
	r->out_fd = -1;
	if (log_files_open(dir_fd, id, &files, e) < 0)
		return -1;
	return files.n ? read_all(r, &files, e) : 0;
}
