/* SPDX-License-Identifier: Apache-2.0 */
/* What the monitor and its clients read: packets, the state file, detach keys. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/detach_keys.h"
#include "engine/monitor_message.h"
#include "engine/state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is accepted is written again exactly as it came. */
static void packet(const char *data, size_t size)
{
	char again[MESSAGE_SMALL_MAX];
	struct message m;
	struct err e;

	if (message_decode(data, size, &m, &e) < 0 || m.type == MESSAGE_STDIN ||
	    m.type == MESSAGE_STDOUT || m.type == MESSAGE_STDERR)
		return;
	if (message_encode(&m, again) != size ||
	    (m.type != MESSAGE_END && memcmp(again, data, size)))
		abort();
}

static void state(const char *text)
{
	char again[CONTAINER_STATE_BYTES_MAX];
	struct container_state s, back = {};
	struct err e;

	if (container_state_parse(text, &s, &e) < 0)
		return;
	container_state_format(&s, again);
	if (container_state_parse(again, &back, &e) < 0 || back.status != s.status ||
	    strcmp(back.error, s.error))
		abort();
}

/* The text up to the first zero byte are the keys, the rest is typed. */
static void keys(const char *text, size_t size)
{
	size_t n = strlen(text), typed = n < size ? size - n - 1 : 0;
	cleanup_free char *out = xcalloc(typed + DETACH_KEYS_MAX, 1);
	struct detach_keys k;
	struct err e;

	if (detach_keys_parse(text, &k, &e) == 0 &&
	    detach_keys_filter(&k, text + n + 1, typed, out) > typed)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_free char *text = xcalloc(size + 2, 1);

	memcpy(text, data, size);
	packet(text, size);
	state(text);
	keys(text, size);
	return 0;
}
