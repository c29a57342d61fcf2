/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/door.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/fd.h"

/* One write per message, so that messages of several processes don't mix within a line. */
static void say(const struct text *t)
{
	struct err ignored;

	/* Nobody is left to tell when stderr is closed. */
	(void)fd_write_all(STDERR_FILENO, t->s, t->n, &ignored);
}

void door_report(const struct err *e)
{
	cleanup_by(text_free) struct text t = {};

	fflush(stdout);
	text_add(&t, "cale: %s\n", e->text);
	if (e->hint[0])
		text_add(&t, "hint: %s\n", e->hint);
	say(&t);
}

void door_warn(const char *format, ...)
{
	cleanup_by(text_free) struct text t = {};
	struct err clean = {};
	va_list ap;

	va_start(ap, format);
	vsnprintf(clean.text, sizeof clean.text, format, ap);
	va_end(ap);
	text_add(&t, "cale: warning: ");
	text_add_printable(&t, clean.text);
	text_add(&t, "\n");
	say(&t);
}

int door_status(const struct command *c, const struct err *e)
{
	switch (e->code) {
	case ERR_COMMAND_NOT_FOUND:
	case ERR_COMMAND_NOT_RUN:
	case ERR_UNENFORCED:
		return err_exit_status(e);
	default:
		return c->failure_status ?: 1;
	}
}

int door_print(const struct text *t, struct err *e)
{
	if (t->n && fwrite(t->s, 1, t->n, stdout) != t->n)
		return err_sys(e, "write to standard output");
	return 0;
}
