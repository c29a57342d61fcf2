/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/log.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "engine/log_entry.h"

static const char *const stream_names[] = { [LOG_STDOUT] = "stdout", [LOG_STDERR] = "stderr" };

void log_file_name(const char *id, unsigned age, char *out)
{
	if (age)
		snprintf(out, LOG_NAME_SIZE, "%s-json.log.%u", id, age);
	else
		snprintf(out, LOG_NAME_SIZE, "%s-json.log", id);
}

static int open_current(struct log *l, struct err *e)
{
	struct stat st;

	l->fd = openat(l->dir_fd, l->name, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
		       0600);
	if (l->fd < 0 || fstat(l->fd, &st) < 0)
		return err_sys(e, "open log %s", l->name);
	l->size_bytes = l->whole_bytes = st.st_size;
	return 0;
}

/* A writer that was killed may have left half an entry: end its line, readers skip it. */
static void end_torn_line(struct log *l)
{
	char last;

	if (l->size_bytes && pread(l->fd, &last, 1, l->size_bytes - 1) == 1 && last != '\n') {
		l->out[0] = '\n';
		l->n_out = l->whole_out = 1;
	}
}

int log_open(struct log *l, int dir_fd, const char *id, const struct log_options *options,
	     struct err *e)
{
	/* The buffers stay untouched, so that their pages cost nothing until they are used. */
	memset(l, 0, offsetof(struct log, pending));
	l->dir_fd = dir_fd;
	l->fd = -1;
	l->options = *options;
	log_set_time(l, clock_now_nsec());
	log_file_name(id, 0, l->name);
	if (open_current(l, e) < 0)
		return -1;
	end_torn_line(l);
	return 0;
}

/*
 * Writes what was collected. When that fails, the file is cut back to its last whole entry, and an
 * entry that is under way is given up.
 */
static void write_out(struct log *l)
{
	struct err ignored;

	if (l->fd < 0)
		open_current(l, &ignored);
	if (l->fd >= 0 && fd_write_all(l->fd, l->out, l->n_out, &ignored) == 0) {
		if (l->whole_out)
			l->whole_bytes = l->size_bytes + (int64_t)l->whole_out;
		l->size_bytes += (int64_t)l->n_out;
	} else {
		l->lost_writes++;
		l->is_broken = l->n_out > l->whole_out;
		l->size_bytes = l->whole_bytes;
		if (l->fd >= 0)
			(void)!ftruncate(l->fd, l->whole_bytes);
	}
	l->n_out = l->whole_out = 0;
}

void log_flush(struct log *l)
{
	if (l->n_out)
		write_out(l);
}

/* The oldest file goes, each other becomes one older, a new one begins. */
static void rotate(struct log *l)
{
	size_t n = strlen(l->name);
	char from[LOG_NAME_SIZE + 4], to[LOG_NAME_SIZE + 4];
	struct err ignored;

	if (l->options.max_files <= 1) {
		if (l->fd >= 0 && ftruncate(l->fd, 0) == 0)
			l->size_bytes = l->whole_bytes = 0;
		return;
	}
	memcpy(from, l->name, n + 1);
	memcpy(to, l->name, n + 1);
	for (unsigned age = l->options.max_files - 1; age; age--) {
		snprintf(to + n, sizeof to - n, ".%u", age);
		if (age > 1)
			snprintf(from + n, sizeof from - n, ".%u", age - 1);
		else
			from[n] = '\0';
		renameat(l->dir_fd, from, l->dir_fd, to);
	}
	if (l->fd >= 0)
		close(l->fd);
	open_current(l, &ignored); /* failing that, the next write tries again */
}

static void put(struct log *l, const char *s, size_t n)
{
	if (l->n_out + n > sizeof l->out)
		write_out(l);
	if (l->is_broken)
		return;
	memcpy(l->out + l->n_out, s, n);
	l->n_out += n;
}

static void put_escaped(struct log *l, const char *s, size_t n)
{
	while (n && !l->is_broken) {
		size_t used;
		struct log_escape request = { s, n, l->out + l->n_out, sizeof l->out - l->n_out };

		if (request.room < LOG_ESCAPE_MAX) {
			write_out(l);
			continue;
		}
		l->n_out += log_escape(&request, &used);
		s += used;
		n -= used;
	}
}

static void add_entry(struct log *l, enum log_stream which, const char *s, size_t n)
{
	static const char head[] = "{\"log\":\"", stream[] = "\",\"stream\":\"";
	static const char time[] = "\",\"time\":\"", tail[] = "\"}\n";

	if (l->options.max_bytes && l->size_bytes + (int64_t)l->n_out >= l->options.max_bytes) {
		log_flush(l);
		rotate(l);
	}
	l->is_broken = 0;
	put(l, head, sizeof head - 1);
	put_escaped(l, s, n);
	put(l, stream, sizeof stream - 1);
	put(l, stream_names[which], strlen(stream_names[which]));
	put(l, time, sizeof time - 1);
	put(l, l->time, strlen(l->time));
	put(l, tail, sizeof tail - 1);
	if (!l->is_broken)
		l->whole_out = l->n_out;
	l->is_broken = 0;
}

/* The buffered beginning of a line becomes an entry; a character that is cut in two stays. */
static void add_pending(struct log *l, enum log_stream stream)
{
	char *pending = l->pending[stream];
	size_t n = l->n_pending[stream], cut = 0;

	if (n == LOG_PIECE_BYTES && pending[n - 1] != '\n')
		cut = log_cut_sequence(pending, n);
	add_entry(l, stream, pending, n - cut);
	memmove(pending, pending + n - cut, cut);
	l->n_pending[stream] = cut;
}

void log_set_time(struct log *l, int64_t nsec)
{
	clock_format(nsec, l->time);
}

void log_add(struct log *l, enum log_stream stream, const char *bytes, size_t n)
{
	size_t *n_pending = &l->n_pending[stream];

	while (n) {
		const char *newline = memchr(bytes, '\n', n);
		size_t take = newline ? (size_t)(newline - bytes) + 1 : n;

		if (take > LOG_PIECE_BYTES - *n_pending) {
			take = LOG_PIECE_BYTES - *n_pending;
			newline = NULL;
		}
		if (newline && !*n_pending) {
			add_entry(l, stream, bytes, take);
		} else {
			memcpy(l->pending[stream] + *n_pending, bytes, take);
			*n_pending += take;
			if (newline || *n_pending == LOG_PIECE_BYTES)
				add_pending(l, stream);
		}
		bytes += take;
		n -= take;
	}
}

void log_end_lines(struct log *l)
{
	for (enum log_stream s = LOG_STDOUT; s <= LOG_STDERR; s++) {
		if (l->n_pending[s])
			add_entry(l, s, l->pending[s], l->n_pending[s]);
		l->n_pending[s] = 0;
	}
}

void log_close(struct log *l)
{
	log_flush(l);
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
}
