/* SPDX-License-Identifier: Apache-2.0 */
/*
 * D-Bus messages as bytes: D-Bus Specification 0.41, "Type System", "Marshaling (Wire Format)" and
 * "Message Protocol". Pure. Writing is in this machine's byte order; both are read.
 *
 * What is read comes from a service of this host (systemd) through a bus, and isn't trusted to be
 * well formed: a message is checked whole, its body against its own signature, before anything
 * is taken out of it. Descriptors in messages are not supported.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

/* The specification allows 128 MiB; nothing that we ask for comes near this. */
#define DBUS_MESSAGE_BYTES_MAX (4U << 20)
/* What must be there to know how long a message is. */
#define DBUS_HEAD_BYTES 16

/* ---- writing: each aligns itself and appends; the text begins where a message or body does ---- */
void dbus_put_byte(struct text *t, uint8_t v);
void dbus_put_u32(struct text *t, uint32_t v);	     /* also BOOLEAN (0 or 1) and INT32 */
void dbus_put_u64(struct text *t, uint64_t v);	     /* also INT64 */
void dbus_put_string(struct text *t, const char *s); /* also OBJECT_PATH */
void dbus_put_signature(struct text *t, const char *s);
/* Before each struct. */
void dbus_put_struct(struct text *t);
/* An array whose elements are aligned to `alignment` bytes; arrays may be nested. */
struct dbus_array {
	size_t length_at, start;
};
struct dbus_array dbus_begin_array(struct text *t, size_t alignment);
void dbus_end_array(struct text *t, struct dbus_array a);

struct dbus_call {
	const char *destination; /* NULL on a connection without a bus */
	const char *path, *interface, *member;
	const char *signature; /* of the body; "": no body */
	const struct text *body;
};

/* A method call; `serial` isn't 0. `out` must be empty. ERR_LIMIT when it gets too long. */
int dbus_encode_call(const struct dbus_call *c, uint32_t serial, struct text *out, struct err *e);

/* ---- reading ---- */
enum dbus_message_type {
	DBUS_METHOD_CALL = 1,
	DBUS_METHOD_RETURN = 2,
	DBUS_ERROR = 3,
	DBUS_SIGNAL = 4,
};

/* A checked message; all pointers go into the bytes that it was decoded from. */
struct dbus_message {
	unsigned type;
	uint32_t serial, reply_serial;		       /* reply_serial 0: none */
	const char *path, *interface, *member, *error; /* NULL: not there */
	const char *signature;			       /* "" without a body */
	const uint8_t *bytes;			       /* whole; offsets below */
	size_t body, end;
	int swapped; /* the other byte order than ours */
};

/* The length of the message that begins with these DBUS_HEAD_BYTES; ERR_INVALID, ERR_LIMIT. */
int dbus_message_length(const uint8_t *head, size_t *ret, struct err *e);
/* `n` bytes that are exactly one message. */
int dbus_decode(const uint8_t *bytes, size_t n, struct dbus_message *ret, struct err *e);

/*
 * Takes the values out of a body one after the other; the caller knows the signature. Reading
 * something else or too much gives 0 or "" and sets `wrong`.
 */
struct dbus_reader {
	const struct dbus_message *message;
	size_t at;
	int wrong;
};

struct dbus_reader dbus_read(const struct dbus_message *m);
uint32_t dbus_get_u32(struct dbus_reader *r);
const char *dbus_get_string(struct dbus_reader *r); /* STRING or OBJECT_PATH */
/* The STRING in a VARIANT, as properties have it. */
const char *dbus_get_string_variant(struct dbus_reader *r);
/* The first argument when it is a string, as errors have it; else "". */
const char *dbus_first_string(const struct dbus_message *m);
