/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a monitor and its clients say to each other: one message is one packet on a SOCK_SEQPACKET
 * socket, a byte for the type and a payload. Numbers are little endian. Pure.
 *
 * A client speaks only as its state allows (message_is_allowed); anything else, an unknown type or
 * a payload of the wrong size ends the connection. Types keep their numbers for ever, since a
 * monitor outlives the program that started it.
 *
 *	client: ATTACH streams	-> OK, then STDIN_READY, STDOUT, STDERR … END
 *	client: WAIT		-> END
 *	client: STOP		-> END
 *	client: STOP_KEEP	-> END		a --rm container stays, to be started again
 *	client: SIGNAL		-> OK
 *	instead of any answer: ERROR
 *
 * Stdin goes by leave: a client may send one STDIN for each STDIN_READY, so that data that the
 * container doesn't read never stands before a signal.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define MESSAGE_DATA_MAX   16384
#define MESSAGE_PACKET_MAX (MESSAGE_DATA_MAX + 1)
#define MESSAGE_SMALL_MAX  1100 /* any message but STDIN, STDOUT, STDERR; the largest is ERROR */

enum message_type {
	MESSAGE_ATTACH = 1,
	MESSAGE_WAIT = 2,
	MESSAGE_STDIN = 3,
	MESSAGE_STDIN_CLOSE = 4,
	MESSAGE_RESIZE = 5,
	MESSAGE_SIGNAL = 6,
	MESSAGE_STOP = 7,
	MESSAGE_STOP_KEEP = 8,

	MESSAGE_STDOUT = 16,
	MESSAGE_STDERR = 17,
	MESSAGE_STDIN_READY = 18,
	MESSAGE_OK = 19,
	MESSAGE_END = 20,
	MESSAGE_ERROR = 21,
	MESSAGE_TYPE_COUNT,
};

struct message {
	enum message_type type;
	union {
		unsigned streams; /* ATTACH: MONITOR_* */
		struct {
			uint16_t rows, columns;
		} resize;
		int signal; /* SIGNAL: 1..64 */
		struct {
			int signal;	 /* 0: the container's stop signal */
			int timeout_sec; /* -1: never */
		} stop;			 /* STOP, STOP_KEEP */
		struct {
			int exit_code; /* 0..255 */
			int oom_killed, will_restart;
		} end;
		struct err error;
		struct {
			const char *bytes; /* in the packet */
			size_t n;	   /* 1..MESSAGE_DATA_MAX */
		} data;
	};
};

/* Any type but STDIN, STDOUT, STDERR; `out` has MESSAGE_SMALL_MAX bytes. The packet's size. */
size_t message_encode(const struct message *m, char *out);
/* ERR_INVALID for what isn't exactly one well-formed message. */
int message_decode(const char *packet, size_t n, struct message *ret, struct err *e);

enum message_client {
	CLIENT_NEW,
	CLIENT_ATTACHED,
	CLIENT_ATTACHED_STDIN, /* and may send one STDIN */
	CLIENT_WAITING,	       /* has said all it may; only END is to come */
	CLIENT_STATE_COUNT,
};
int message_is_allowed(enum message_client state, enum message_type type);
