/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Errors as values.
 *
 * Every function that can fail takes a `struct err *` as its last parameter, returns -1 (or NULL)
 * and leaves one line in it: "outermost: ...: cause". The struct is the caller's, has a fixed size
 * and holds no pointer, so it can be sent over a pipe with one write and needs no freeing.
 * A context is put in front once per layer, by whoever knows a new name:
 *
 *	if (layer_open(name, &fd, e) < 0)
 *		return err_wrap(e, "image %s", ref);
 *
 * All functions here return -1, so that `return err_set(e, ...)` is a whole error path.
 * Foreign bytes in the arguments are made printable. Nothing here prints or exits.
 */
#pragma once

/* What a caller may want to tell apart; exit status, HTTP status and gRPC code come from one table. */
enum err_code {
	ERR_NONE,
	ERR_SYSTEM,	       /* a system call failed, `sys` holds errno */
	ERR_USAGE,	       /* the command line or request is wrong */
	ERR_INVALID,	       /* a file, image or record is malformed */
	ERR_NOT_FOUND,	       /* no such container, image, volume … */
	ERR_CONFLICT,	       /* name in use, container running … */
	ERR_UNENFORCED,	       /* was asked for and can't be enforced here; `hint` holds the mend */
	ERR_DENIED,	       /* a policy or permission forbids it */
	ERR_LIMIT,	       /* a stated limit was exceeded */
	ERR_COMMAND_NOT_FOUND, /* the container's program doesn't exist: exit 127 */
	ERR_COMMAND_NOT_RUN,   /* the container's program can't be executed: exit 126 */
};

struct err {
	enum err_code code;
	int sys;	/* errno, or 0 */
	char text[704]; /* one printable line, no newline at the end */
	char hint[320]; /* the command or flag that mends it, or "" */
};

#define ERR_PRINTF(f, a) __attribute__((format(printf, f, a), cold))

int err_set(struct err *e, enum err_code code, const char *format, ...) ERR_PRINTF(3, 4);
/* The message plus ": " and strerror(errno); keeps errno in `sys`. */
int err_sys(struct err *e, const char *format, ...) ERR_PRINTF(2, 3);
/* Puts "<message>: " in front of what is there. */
int err_wrap(struct err *e, const char *format, ...) ERR_PRINTF(2, 3);
/* Says how to mend it; replaces an earlier hint. */
int err_hint(struct err *e, const char *format, ...) ERR_PRINTF(2, 3);

/* What the comment above promises, in a form that compilers and analyzers can see. */
static inline int err_always(int minus_one)
{
	(void)minus_one;
	return -1;
}
#define err_set(...)  err_always(err_set(__VA_ARGS__))
#define err_sys(...)  err_always(err_sys(__VA_ARGS__))
#define err_wrap(...) err_always(err_wrap(__VA_ARGS__))
#define err_hint(...) err_always(err_hint(__VA_ARGS__))

/* Docker's exit status of a command that failed so: 125, 126 or 127. */
int err_exit_status(const struct err *e);
