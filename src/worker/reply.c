/* SPDX-License-Identifier: Apache-2.0 */
#include "worker/reply.h"

#include <string.h>

#include "base/fd.h"

static int send_reply(struct worker_reply *r, const char *text)
{
	struct err e;

	r->magic = WORKER_MAGIC;
	r->text_bytes = text ? (uint32_t)strlen(text) : 0;
	if (fd_write_all(WORKER_FD_REPLY, r, sizeof *r, &e) < 0)
		return 1;
	return fd_write_all(WORKER_FD_REPLY, text ?: "", r->text_bytes, &e) < 0;
}

int reply_failure(const struct err *e)
{
	struct worker_reply r = { .err = *e };

	send_reply(&r, NULL);
	return 1;
}

int reply_success(const int64_t *numbers, const char *text)
{
	struct worker_reply r = {};

	if (text && strlen(text) > WORKER_TEXT_MAX) {
		struct err e;

		err_set(&e, ERR_LIMIT, "the result is larger than %d bytes", WORKER_TEXT_MAX);
		return reply_failure(&e);
	}
	if (numbers)
		memcpy(r.numbers, numbers, sizeof r.numbers);
	return send_reply(&r, text);
}
