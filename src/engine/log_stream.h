/* SPDX-License-Identifier: Apache-2.0 */
/* What a log entry (log.h) is of: a stream, and at most so many bytes of it. */
#pragma once

#define LOG_PIECE_BYTES 16384

enum log_stream {
	LOG_STDOUT,
	LOG_STDERR,
};
