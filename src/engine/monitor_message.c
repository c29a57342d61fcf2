/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/monitor_message.h"

#include <string.h>

#include "engine/monitor_request.h"

#define SIGNAL_MAX 64

/* Payload bytes by type; absent ones don't exist. ERROR ends with two strings. */
static const struct {
	uint16_t least, most;
	uint8_t exists;
} sizes[MESSAGE_TYPE_COUNT] = {
	[MESSAGE_ATTACH] = { 1, 1, 1 },
	[MESSAGE_WAIT] = { 0, 0, 1 },
	[MESSAGE_STDIN] = { 1, MESSAGE_DATA_MAX, 1 },
	[MESSAGE_STDIN_CLOSE] = { 0, 0, 1 },
	[MESSAGE_RESIZE] = { 4, 4, 1 },
	[MESSAGE_SIGNAL] = { 1, 1, 1 },
	[MESSAGE_STOP] = { 5, 5, 1 },
	[MESSAGE_STOP_KEEP] = { 5, 5, 1 },
	[MESSAGE_STDOUT] = { 1, MESSAGE_DATA_MAX, 1 },
	[MESSAGE_STDERR] = { 1, MESSAGE_DATA_MAX, 1 },
	[MESSAGE_STDIN_READY] = { 0, 0, 1 },
	[MESSAGE_OK] = { 0, 0, 1 },
	[MESSAGE_END] = { 3, 3, 1 },
	[MESSAGE_ERROR] = { 7, MESSAGE_SMALL_MAX - 1, 1 },
};

#define BIT(type) (UINT32_C(1) << (type))

static const uint32_t allowed[CLIENT_STATE_COUNT] = {
	[CLIENT_NEW] = BIT(MESSAGE_ATTACH) | BIT(MESSAGE_WAIT) | BIT(MESSAGE_SIGNAL) |
		       BIT(MESSAGE_STOP) | BIT(MESSAGE_STOP_KEEP),
	[CLIENT_ATTACHED] = BIT(MESSAGE_STDIN_CLOSE) | BIT(MESSAGE_RESIZE) | BIT(MESSAGE_SIGNAL),
	[CLIENT_ATTACHED_STDIN] = BIT(MESSAGE_STDIN) | BIT(MESSAGE_STDIN_CLOSE) |
				  BIT(MESSAGE_RESIZE) | BIT(MESSAGE_SIGNAL),
	[CLIENT_WAITING] = 0,
};

int message_is_allowed(enum message_client state, enum message_type type)
{
	return (allowed[state] & BIT(type)) != 0;
}

static void put_number(char *out, uint32_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		out[i] = (char)(value >> 8 * i);
}

static uint32_t get_number(const char *in, size_t bytes)
{
	uint32_t value = 0;

	for (size_t i = 0; i < bytes; i++)
		value |= (uint32_t)(unsigned char)in[i] << 8 * i;
	return value;
}

/* code, errno, text, hint: the strings with their zero bytes. */
static size_t encode_error(const struct err *error, char *p)
{
	size_t text = strnlen(error->text, sizeof error->text - 1);
	size_t hint = strnlen(error->hint, sizeof error->hint - 1);

	p[0] = (char)error->code;
	put_number(p + 1, (uint32_t)error->sys, 4);
	memcpy(p + 5, error->text, text);
	p[5 + text] = '\0';
	memcpy(p + 6 + text, error->hint, hint);
	p[6 + text + hint] = '\0';
	return 7 + text + hint;
}

static int decode_error(const char *p, size_t n, struct err *ret)
{
	const char *text = p + 5, *hint = memchr(text, '\0', n - 5);

	if (!hint || ++hint == p + n || p[n - 1] != '\0' ||
	    memchr(hint, '\0', (size_t)(p + n - hint)) != p + n - 1 ||
	    (unsigned char)p[0] > ERR_COMMAND_NOT_RUN || (size_t)(hint - text) > sizeof ret->text ||
	    (size_t)(p + n - hint) > sizeof ret->hint)
		return -1;
	*ret = (struct err){ .code = (enum err_code)p[0], .sys = (int)get_number(p + 1, 4) };
	memcpy(ret->text, text, (size_t)(hint - text));
	memcpy(ret->hint, hint, (size_t)(p + n - hint));
	return 0;
}

size_t message_encode(const struct message *m, char *out)
{
	char *p = out + 1;

	out[0] = (char)m->type;
	switch (m->type) {
	case MESSAGE_ATTACH:
		put_number(p, m->streams, 1);
		break;
	case MESSAGE_RESIZE:
		put_number(p, m->resize.rows, 2);
		put_number(p + 2, m->resize.columns, 2);
		break;
	case MESSAGE_SIGNAL:
		put_number(p, (uint32_t)m->signal, 1);
		break;
	case MESSAGE_STOP:
	case MESSAGE_STOP_KEEP:
		put_number(p, (uint32_t)m->stop.signal, 1);
		put_number(p + 1, (uint32_t)m->stop.timeout_sec, 4);
		break;
	case MESSAGE_END:
		put_number(p, (uint32_t)m->end.exit_code, 1);
		put_number(p + 1, m->end.oom_killed != 0, 1);
		put_number(p + 2, m->end.will_restart != 0, 1);
		break;
	case MESSAGE_ERROR:
		return 1 + encode_error(&m->error, p);
	default:
		break;
	}
	return 1 + (size_t)sizes[m->type].least;
}

/* The values of a payload that has the right size; -1: out of range. */
static int decode_payload(const char *p, size_t n, struct message *m)
{
	switch (m->type) {
	case MESSAGE_ATTACH:
		m->streams = get_number(p, 1);
		return m->streams <= (MONITOR_STDIN | MONITOR_STDOUT | MONITOR_STDERR) ? 0 : -1;
	case MESSAGE_RESIZE:
		m->resize.rows = (uint16_t)get_number(p, 2);
		m->resize.columns = (uint16_t)get_number(p + 2, 2);
		return 0;
	case MESSAGE_SIGNAL:
		m->signal = (int)get_number(p, 1);
		return m->signal >= 1 && m->signal <= SIGNAL_MAX ? 0 : -1;
	case MESSAGE_STOP:
	case MESSAGE_STOP_KEEP:
		m->stop.signal = (int)get_number(p, 1);
		m->stop.timeout_sec = (int)get_number(p + 1, 4);
		return m->stop.signal <= SIGNAL_MAX && m->stop.timeout_sec >= -1 ? 0 : -1;
	case MESSAGE_END:
		m->end.exit_code = (int)get_number(p, 1);
		m->end.oom_killed = p[1] != 0;
		m->end.will_restart = p[2] != 0;
		return 0;
	case MESSAGE_ERROR:
		return decode_error(p, n, &m->error);
	case MESSAGE_STDIN:
	case MESSAGE_STDOUT:
	case MESSAGE_STDERR:
		m->data.bytes = p;
		m->data.n = n;
		return 0;
	default:
		return 0;
	}
}

int message_decode(const char *packet, size_t n, struct message *ret, struct err *e)
{
	struct message m = { .type = n ? (enum message_type)(unsigned char)packet[0] : 0 };

	if (m.type >= MESSAGE_TYPE_COUNT || !sizes[m.type].exists)
		return err_set(e, ERR_INVALID, "unknown message");
	if (n - 1 < sizes[m.type].least || n - 1 > sizes[m.type].most ||
	    decode_payload(packet + 1, n - 1, &m) < 0)
		return err_set(e, ERR_INVALID, "malformed message of type %d", (int)m.type);
	*ret = m;
	return 0;
}
