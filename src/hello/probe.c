/* SPDX-License-Identifier: Apache-2.0 */
#include "hello/probe.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define ATTEMPT_SECONDS 2

/* Shared between hello and its children: an answer that was written survives the writer's death. */
struct board {
	size_t next; /* the attempt that is being made */
	int answers[];
};

/* Never returns. Goes on until an attempt alters or kills the process. */
static _Noreturn void make_attempts(const struct probe *probes, size_t n, struct board *board)
{
	/* A killing filter would leave a core file, or wake the host's crash collector, each time.
	 */
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	while (board->next < n) {
		const struct probe *probe = &probes[board->next];

		alarm(ATTEMPT_SECONDS);
		board->answers[board->next] = probe->attempt();
		board->next++;
		if (probe->alters)
			break;
	}
	_exit(0);
}

static int wait_for(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0) {
		if (errno != EINTR)
			return 0;
	}
	return status;
}

int probe_run(const struct probe *probes, size_t n, int *answers)
{
	size_t bytes = sizeof(struct board) + n * sizeof(int);
	struct board *board =
		mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (board == MAP_FAILED)
		return -1;
	while (board->next < n) {
		size_t before = board->next;
		pid_t child = fork();
		int status;

		if (child == 0)
			make_attempts(probes, n, board);
		if (child < 0) {
			board->answers[board->next++] = PROBE_FORK + errno;
			continue;
		}
		status = wait_for(child);
		if (WIFSIGNALED(status) && board->next < n)
			board->answers[board->next++] = PROBE_KILLED + WTERMSIG(status);
		else if (board->next == before)
			board->answers[board->next++] = PROBE_UNTRIED;
	}
	memcpy(answers, board->answers, n * sizeof *answers);
	munmap(board, bytes);
	return 0;
}

static bool is_one_of(int error, const int *set, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (set[i] && error == set[i])
			return true;
	}
	return false;
}

static struct probe_outcome judge_error(const struct probe *probe, int error)
{
	static const int usual[] = { EPERM, EACCES, ENOSYS };
	struct probe_outcome o = { PLAIN, "unclear", error ? strerrorname_np(error) : NULL };

	if (!error || is_one_of(error, probe->allowed, ARRAY_SIZE(probe->allowed))) {
		o.outcome = "allowed";
		o.verdict = probe->everyday ? PLAIN : OPEN;
	} else if (is_one_of(error, usual, ARRAY_SIZE(usual)) ||
		   is_one_of(error, probe->refused, ARRAY_SIZE(probe->refused))) {
		o.outcome = "refused";
		o.verdict = CONFINED;
	}
	return o;
}

struct probe_outcome probe_judge(const struct probe *probe, int answer)
{
	if (answer <= 0)
		return judge_error(probe, -answer);
	if (answer >= PROBE_FORK)
		return (struct probe_outcome){ PLAIN, "not tried",
					       strerrorname_np(answer - PROBE_FORK),
					       "no child process" };
	if (answer == PROBE_KILLED + SIGALRM)
		return (struct probe_outcome){ PLAIN, "no answer", NULL };
	if (answer > PROBE_KILLED)
		return (struct probe_outcome){ CONFINED, "killed",
					       sigabbrev_np(answer - PROBE_KILLED) };
	return (struct probe_outcome){ PLAIN, "not tried", NULL, probe->needs };
}
