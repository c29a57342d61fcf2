/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A container's log in Docker's json-file format, which log shippers know: one object per line,
 *
 *	{"log":"text\n","stream":"stdout","time":"2026-01-02T15:04:05.123456789Z"}
 *
 * in ID-json.log, ID-json.log.1 (older) … What has no newline is written as an entry without "\n":
 * each LOG_PIECE_BYTES of a longer line, and the rest at the end of the stream. The text is the
 * container's and hostile; bytes that aren't UTF-8 become U+FFFD.
 *
 * The writer never allocates after log_open(). Entries are collected and written by log_flush(), so
 * that a wake-up costs one write(2). A write that fails (disk full) drops the entries, cuts the
 * file back to its last whole entry and is counted: a full disk must not stop a container.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "engine/log_stream.h"

#define LOG_BUFFER_BYTES 32768
#define LOG_NAME_SIZE	 128 /* ID-json.log.NN */
#define LOG_FILES_MAX	 99

struct log_options {
	int64_t max_bytes;  /* a file that has reached it is rotated; 0: never */
	unsigned max_files; /* 1..LOG_FILES_MAX, the current one included */
};

/* 10 MB × 3 */
#define LOG_OPTIONS_DEFAULT ((struct log_options){ .max_bytes = 10 * 1000 * 1000, .max_files = 3 })

struct log {
	int dir_fd; /* borrowed */
	int fd;
	struct log_options options;
	char name[LOG_NAME_SIZE];
	int64_t size_bytes;  /* in the file */
	int64_t whole_bytes; /* the same, up to the last entry that is complete there */
	uint64_t lost_writes;
	int is_broken; /* the entry that is being added can't be written whole */
	char time[CLOCK_TEXT_SIZE];
	size_t n_pending[2];
	size_t n_out, whole_out;
	char pending[2][LOG_PIECE_BYTES]; /* the line that has no end yet, by stream */
	char out[LOG_BUFFER_BYTES];
};

/* Opens ID-json.log in `dir_fd`, which must outlive the log, for appending. */
int log_open(struct log *l, int dir_fd, const char *id, const struct log_options *options,
	     struct err *e);
/* When what is added from now on was printed; nanoseconds since 1970. */
void log_set_time(struct log *l, int64_t nsec);
void log_add(struct log *l, enum log_stream stream, const char *bytes, size_t n);
/* The streams have ended: what is left of unfinished lines is added. */
void log_end_lines(struct log *l);
void log_flush(struct log *l);
/* Flushes and closes. */
void log_close(struct log *l);

/* "ID-json.log" (age 0) or "ID-json.log.AGE"; `out` has LOG_NAME_SIZE bytes. */
void log_file_name(const char *id, unsigned age, char *out);
