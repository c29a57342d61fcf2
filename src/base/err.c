/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Control characters from foreign names must not reach a terminal. Bytes above 0x7f pass: UTF-8. */
static void make_printable(char *s)
{
	for (; *s; s++) {
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			*s = '?';
	}
}

static __attribute__((format(printf, 2, 0))) void format_text(struct err *e, const char *format,
							      va_list ap)
{
	vsnprintf(e->text, sizeof e->text, format, ap);
	make_printable(e->text);
}

int(err_set)(struct err *e, enum err_code code, const char *format, ...)
{
	va_list ap;

	e->code = code;
	e->sys = 0;
	e->hint[0] = '\0';
	va_start(ap, format);
	format_text(e, format, ap);
	va_end(ap);
	return -1;
}

int(err_sys)(struct err *e, const char *format, ...)
{
	int sys = errno;
	va_list ap;
	size_t n;

	e->code = ERR_SYSTEM;
	e->sys = sys;
	e->hint[0] = '\0';
	va_start(ap, format);
	format_text(e, format, ap);
	va_end(ap);
	n = strlen(e->text);
	snprintf(e->text + n, sizeof e->text - n, ": %s", strerrordesc_np(sys) ?: "unknown error");
	return -1;
}

int(err_wrap)(struct err *e, const char *format, ...)
{
	char cause[sizeof e->text];
	va_list ap;
	size_t n;

	memcpy(cause, e->text, sizeof cause);
	va_start(ap, format);
	format_text(e, format, ap);
	va_end(ap);
	n = strlen(e->text);
	snprintf(e->text + n, sizeof e->text - n, ": %s", cause);
	return -1;
}

int(err_hint)(struct err *e, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(e->hint, sizeof e->hint, format, ap);
	va_end(ap);
	make_printable(e->hint);
	return -1;
}

int err_exit_status(const struct err *e)
{
	switch (e->code) {
	case ERR_COMMAND_NOT_FOUND:
		return 127;
	case ERR_COMMAND_NOT_RUN:
		return 126;
	default:
		return 125;
	}
}
