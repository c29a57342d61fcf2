/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/seccomp_filter.h"

#include <errno.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "runtime/status.h"

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5) /* Linux 5.19 */
#endif
#define POLL_NSEC 20000

enum step {
	STEP_WAIT,   /* the filter isn't loaded yet: the thread sleeps */
	STEP_LOAD,   /* it is being loaded: the thread looks again and again */
	STEP_LOADED, /* listener_fd is there */
	STEP_SENT,
	STEP_FAILED,   /* sending failed */
	STEP_GIVEN_UP, /* loading failed */
	STEP_ENDED,    /* … and the thread makes no system call any more */
};

static const struct {
	unsigned flag;
	const char *name, *kernel;
} flags[] = {
	{ SECCOMP_FILTER_FLAG_TSYNC, "SECCOMP_FILTER_FLAG_TSYNC", "3.17" },
	{ SECCOMP_FILTER_FLAG_LOG, "SECCOMP_FILTER_FLAG_LOG", "4.14" },
	{ SECCOMP_FILTER_FLAG_SPEC_ALLOW, "SECCOMP_FILTER_FLAG_SPEC_ALLOW", "4.17" },
	{ SECCOMP_FILTER_FLAG_NEW_LISTENER, "SECCOMP_FILTER_FLAG_NEW_LISTENER", "5.0" },
	{ SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV",
	  "5.19" },
};

/* Without a program the kernel gets as far as to look for one, if it knows the flags. */
static int is_known(unsigned flag)
{
	/* It wants this one beside it. */
	if (flag == SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV)
		flag |= SECCOMP_FILTER_FLAG_NEW_LISTENER;
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flag, NULL) < 0 && errno == EFAULT;
}

unsigned seccomp_filter_known_flags(void)
{
	unsigned known = 0;

	for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
		known |= is_known(flags[i].flag) ? flags[i].flag : 0;
	return known;
}

/* ---- the thread that sends ---- */

/*
 * Shares memory, descriptors and the C library's thread area with the thread that will load the filter,
 * also errno: that thread looks at errno only when this one has ended or while it knows it asleep.
 */
static int send_listener(void *argument)
{
	static const struct timespec pause = { .tv_nsec = POLL_NSEC };
	struct seccomp_sender *s = argument;
	int step;

	while (atomic_load(&s->step) == STEP_WAIT)
		syscall(SYS_futex, &s->step, FUTEX_WAIT_PRIVATE, STEP_WAIT, NULL, NULL, 0);
	while ((step = atomic_load(&s->step)) == STEP_LOAD)
		syscall(SYS_nanosleep, &pause, NULL);
	if (step != STEP_LOADED) {
		atomic_store(&s->step, STEP_ENDED);
		return 0;
	}
	step = status_send_listener(s->status_fd, atomic_load(&s->listener_fd), &s->error) < 0
		       ? STEP_FAILED
		       : STEP_SENT;
	atomic_store(&s->step, step);
	return 0;
}

int seccomp_filter_prepare(const struct spec_seccomp *s, int status_fd,
			   struct seccomp_sender *sender, struct err *e)
{
	const int as_thread =
		CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;

	if (!s->code || !s->notifies)
		return 0;
	sender->status_fd = status_fd;
	atomic_store(&sender->step, STEP_WAIT);
	if (clone(send_listener, sender->stack + sizeof sender->stack, as_thread, sender) < 0)
		return err_sys(e, "start the thread that sends the seccomp listener");
	atomic_store(&sender->started, 1);
	return 0;
}

/* No system call: see the header. The thread needs some microseconds. */
static int await_sent(struct seccomp_sender *sender, int listener_fd, struct err *e)
{
	int step;

	atomic_store(&sender->listener_fd, listener_fd);
	atomic_store(&sender->step, STEP_LOADED);
	do {
		step = atomic_load(&sender->step);
	} while (step == STEP_LOADED);
	if (step == STEP_SENT)
		return 0;
	*e = sender->error;
	return err_wrap(e, "send the seccomp listener");
}

/* ---- the filter ---- */

static int check(const struct spec_seccomp *s, struct err *e)
{
	if (!s->n || s->n > BPF_MAXINSNS)
		return err_set(e, ERR_LIMIT,
			       "a seccomp filter of %zu instructions: the kernel takes 1 to %d",
			       s->n, BPF_MAXINSNS);
	if (s->flags & SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV && !s->notifies)
		return err_set(e, ERR_INVALID,
			       "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV needs a "
			       "rule with SCMP_ACT_NOTIFY");
	return 0;
}

/* EINVAL is the program's fault or that of a flag that is newer than the kernel. */
static int load_failed(const struct spec_seccomp *s, unsigned asked, int sys, struct err *e)
{
	errno = sys;
	err_sys(e, "error loading seccomp filter");
	for (size_t i = 0; sys == EINVAL && i < ARRAY_SIZE(flags); i++) {
		if (!(asked & flags[i].flag) || is_known(flags[i].flag))
			continue;
		err_set(e, ERR_UNENFORCED, "this kernel has no %s", flags[i].name);
		return err_hint(e, "Linux %s brought it", flags[i].kernel);
	}
	if (sys == ENOMEM)
		err_hint(e, "all filters of a process together may have 32768 instructions");
	if (sys == EBUSY && s->notifies)
		err_hint(e, "a filter around us notifies already, and there can be one only");
	return -1;
}

int seccomp_filter_load(const struct spec_seccomp *s, struct seccomp_sender *sender, struct err *e)
{
	/* The kernel takes it as const; its header doesn't say so. */
	union {
		const struct sock_filter *in;
		struct sock_filter *out;
	} code = { .in = s->code };
	struct sock_fprog program = { (unsigned short)s->n, code.out };
	/* One thread is to have it, and the exec ends the other: nothing to synchronise. */
	unsigned asked = s->flags & ~(unsigned)SECCOMP_FILTER_FLAG_TSYNC;
	long result;

	if (!s->code)
		return 0;
	if (check(s, e) < 0)
		return -1;
	if (s->notifies) {
		if (!atomic_load(&sender->started))
			return err_set(e, ERR_SYSTEM, "nobody can send the seccomp listener");
		asked |= SECCOMP_FILTER_FLAG_NEW_LISTENER;
		atomic_store(&sender->step, STEP_LOAD);
		syscall(SYS_futex, &sender->step, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
	}
	result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, asked, &program);
	if (result >= 0)
		return s->notifies ? await_sent(sender, (int)result, e) : 0;
	if (s->notifies) {
		/* errno may be the other thread's: end it and ask again. */
		atomic_store(&sender->step, STEP_GIVEN_UP);
		while (atomic_load(&sender->step) != STEP_ENDED)
			;
		syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, asked, &program);
	}
	return load_failed(s, asked, errno, e);
}
