/* SPDX-License-Identifier: Apache-2.0 */
/* engine/monitor_message.h: packets there and back, bad ones refused, who may say what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "engine/monitor_message.h"

static struct message there_and_back(const struct message *m)
{
	char packet[MESSAGE_SMALL_MAX];
	struct message back = {};
	struct err e;
	size_t n = message_encode(m, packet);

	assert_true(n <= sizeof packet);
	assert_int_equal(message_decode(packet, n, &back, &e), 0);
	assert_int_equal(back.type, m->type);
	/* No shorter and no longer packet is the same message. */
	assert_int_equal(message_decode(packet, n + 1, &back, &e), -1);
	if (n > 1)
		assert_int_equal(message_decode(packet, n - 1, &back, &e), -1);
	return back;
}

static void values_survive(void **state)
{
	struct message m = { .type = MESSAGE_ATTACH, .streams = 5 }, back;

	(void)state;
	assert_int_equal(there_and_back(&m).streams, 5);
	m = (struct message){ .type = MESSAGE_RESIZE, .resize = { 65535, 258 } };
	back = there_and_back(&m);
	assert_int_equal(back.resize.rows, 65535);
	assert_int_equal(back.resize.columns, 258);
	m = (struct message){ .type = MESSAGE_SIGNAL, .signal = 64 };
	assert_int_equal(there_and_back(&m).signal, 64);
	m = (struct message){ .type = MESSAGE_STOP, .stop = { 15, -1 } };
	assert_int_equal(there_and_back(&m).stop.timeout_sec, -1);
	m.type = MESSAGE_STOP_KEEP;
	m.stop.timeout_sec = 1000000;
	assert_int_equal(there_and_back(&m).stop.timeout_sec, 1000000);
	m = (struct message){ .type = MESSAGE_END, .end = { 255, 1, 0 } };
	back = there_and_back(&m);
	assert_int_equal(back.end.exit_code, 255);
	assert_int_equal(back.end.oom_killed, 1);
	assert_int_equal(back.end.will_restart, 0);
}

static void errors_survive(void **state)
{
	struct message m = { .type = MESSAGE_ERROR,
			     .error = { ERR_COMMAND_NOT_FOUND, 2, "exec x", "" } };
	struct message back = there_and_back(&m);

	(void)state;
	assert_int_equal(back.error.code, ERR_COMMAND_NOT_FOUND);
	assert_int_equal(back.error.sys, 2);
	assert_string_equal(back.error.text, "exec x");
	memset(m.error.text, 't', sizeof m.error.text - 1);
	memset(m.error.hint, 'h', sizeof m.error.hint - 1);
	back = there_and_back(&m);
	assert_string_equal(back.error.text, m.error.text);
	assert_string_equal(back.error.hint, m.error.hint);
}

static void data_is_bounded(void **state)
{
	static char packet[MESSAGE_PACKET_MAX + 1];
	struct message m;
	struct err e;

	(void)state;
	packet[0] = MESSAGE_STDIN;
	assert_int_equal(message_decode(packet, 1, &m, &e), -1);
	assert_int_equal(message_decode(packet, MESSAGE_PACKET_MAX, &m, &e), 0);
	assert_int_equal(m.data.n, MESSAGE_DATA_MAX);
	assert_ptr_equal(m.data.bytes, packet + 1);
	assert_int_equal(message_decode(packet, MESSAGE_PACKET_MAX + 1, &m, &e), -1);
}

static void nonsense_is_refused(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
	} rows[] = {
		{ "", 0 },
		{ "\0", 1 },
		{ "\x08", 1 },
		{ "\x16", 1 },
		{ "\xff", 1 },
		{ "\x01\x08", 2 },		       /* ATTACH, unknown stream */
		{ "\x06\x00", 2 },		       /* SIGNAL 0 */
		{ "\x06\x41", 2 },		       /* SIGNAL 65 */
		{ "\x07\x0f\xfe\xff\xff\xff", 6 },     /* STOP with -2 s */
		{ "\x15\x01\0\0\0\0abc", 9 },	       /* ERROR without end of text */
		{ "\x15\x01\0\0\0\0abc\0", 10 },       /* … without hint */
		{ "\x15\x01\0\0\0\0abc\0h\0i\0", 14 }, /* … with a third string */
		{ "\x15\x63\0\0\0\0abc\0\0", 11 },     /* … with an unknown code */
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct message m;
		struct err e;

		assert_int_equal(message_decode(rows[i].bytes, rows[i].n, &m, &e), -1);
		assert_int_equal(e.code, ERR_INVALID);
	}
}

static void clients_say_only_what_their_state_allows(void **state)
{
	static const char *const allowed[CLIENT_STATE_COUNT] = {
		/* by type 1..8: attach wait stdin close resize signal stop stop-keep */
		[CLIENT_NEW] = "aw---sSK",
		[CLIENT_ATTACHED] = "---crs--",
		[CLIENT_ATTACHED_STDIN] = "--icrs--",
		[CLIENT_WAITING] = "--------",
	};

	(void)state;
	for (int s = 0; s < CLIENT_STATE_COUNT; s++) {
		for (int t = 1; t < MESSAGE_TYPE_COUNT; t++)
			assert_int_equal(message_is_allowed(s, t),
					 t <= 8 && allowed[s][t - 1] != '-');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_survive),
		cmocka_unit_test(errors_survive),
		cmocka_unit_test(data_is_bounded),
		cmocka_unit_test(nonsense_is_refused),
		cmocka_unit_test(clients_say_only_what_their_state_allows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
