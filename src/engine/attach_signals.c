/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/attach_signals.h"

#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

/* What a user or a service manager sends on purpose; job control stays with the user's shell. */
static const int taken[] = {
	SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM, SIGWINCH
};

int attach_signals_open(struct attach_signals *s, int pass_on, struct err *e)
{
	struct sigaction action;
	sigset_t set, blocked;

	sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_SIZE(taken); i++) {
		if (sigaction(taken[i], NULL, &action) == 0 &&
		    (action.sa_handler != SIG_IGN || (pass_on && taken[i] != SIGHUP)))
			sigaddset(&set, taken[i]);
	}
	blocked = set;
	sigaddset(&blocked, SIGPIPE);
	s->fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (s->fd < 0)
		return err_sys(e, "signalfd");
	sigprocmask(SIG_BLOCK, &blocked, &s->before);
	return 0;
}

int attach_signals_read(const struct attach_signals *s)
{
	struct signalfd_siginfo info;

	return read(s->fd, &info, sizeof info) == (ssize_t)sizeof info ? (int)info.ssi_signo : 0;
}

void attach_signals_close(struct attach_signals *s)
{
	const struct timespec now = {};
	sigset_t pipe;

	if (s->fd < 0)
		return;
	close(s->fd);
	s->fd = -1;
	/* One that a failed write has left would end us as soon as it is no longer blocked. */
	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	if (!sigismember(&s->before, SIGPIPE))
		sigtimedwait(&pipe, NULL, &now);
	sigprocmask(SIG_SETMASK, &s->before, NULL);
}

void attach_signals_die_of(struct attach_signals *s, int signal)
{
	attach_signals_close(s);
	raise(signal);
}
