/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "runtime/notify.h"

enum value {
	ONE,	/* "1" and nothing else */
	NUMBER, /* decimal */
	WORDS,	/* printable UTF-8 */
};

/* sd_notify(3); what isn't here is the supervisor's business and not the container's. */
static const struct {
	const char *key;
	enum value value;
} rows[] = {
	{ "READY=", ONE },
	{ "RELOADING=", ONE },
	{ "STOPPING=", ONE },
	{ "WATCHDOG=", ONE },
	{ "STATUS=", WORDS },
	{ "ERRNO=", NUMBER },
	{ "MONOTONIC_USEC=", NUMBER },
};

static int is_number(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return 0;
	}
	return n > 0 && n <= 20;
}

static int are_words(const char *text, size_t n)
{
	size_t step;

	if (n > NOTIFY_STATUS_MAX)
		return 0;
	for (; n; text += step, n -= step) {
		step = utf8_sequence(text, n);
		if (!step || (step == 1 && ((unsigned char)*text < ' ' || *text == 0x7f)))
			return 0;
	}
	return 1;
}

static int fits(enum value kind, const char *text, size_t n)
{
	switch (kind) {
	case ONE:
		return n == 1 && *text == '1';
	case NUMBER:
		return is_number(text, n);
	case WORDS:
		return are_words(text, n);
	}
	return 0;
}

/* Its row, or -1: it stays here. */
static int find_row(const char *line, size_t n)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		size_t key = strlen(rows[i].key);

		if (n >= key && !memcmp(line, rows[i].key, key))
			return fits(rows[i].value, line + key, n - key) ? (int)i : -1;
	}
	return -1;
}

void notify_filter(const char *message, size_t n, struct notify_lines *ret)
{
	unsigned seen = 0;

	ret->n = 0;
	ret->ready = 0;
	while (n) {
		const char *end = memchr(message, '\n', n);
		size_t length = end ? (size_t)(end - message) : n;
		int row = find_row(message, length);

		/* Each of them once, so all of them have room. */
		if (row >= 0 && !(seen & 1U << row)) {
			seen |= 1U << row;
			if (ret->n)
				ret->text[ret->n++] = '\n';
			memcpy(ret->text + ret->n, message, length);
			ret->n += length;
			ret->ready |= row == 0;
		}
		message += length + (end != NULL);
		n -= length + (end != NULL);
	}
	ret->text[ret->n] = '\0';
}
