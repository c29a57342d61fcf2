/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <linux/sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "runtime/scheduling.h"

/* linux/sched/types.h, which can't be included beside the C library's sched.h. */
struct attributes {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
	uint32_t util_min, util_max;
};

#define POLICY_ISO 4 /* reserved by the kernel, never made */
/* sched(7): deadline parameters are at least this many nanoseconds, and less than 2^63. */
#define DEADLINE_MIN_NSEC 1024
/* What sched_getattr(2) tells of the flags. */
#define FLAGS_VISIBLE	       SCHED_FLAG_RESET_ON_FORK
#define FLAGS_VISIBLE_DEADLINE (FLAGS_VISIBLE | SCHED_FLAG_RECLAIM | SCHED_FLAG_DL_OVERRUN)

static const char *const policies[] = {
	[SCHED_NORMAL] = "SCHED_OTHER",
	[SCHED_FIFO] = "SCHED_FIFO",
	[SCHED_RR] = "SCHED_RR",
	[SCHED_BATCH] = "SCHED_BATCH",
	[POLICY_ISO] = "SCHED_ISO",
	[SCHED_IDLE] = "SCHED_IDLE",
	[SCHED_DEADLINE] = "SCHED_DEADLINE",
};

static int check_deadline(const struct spec_scheduler *s, struct err *e)
{
	uint64_t period = s->period_nsec ?: s->deadline_nsec;

	if (s->runtime_nsec < DEADLINE_MIN_NSEC || period > INT64_MAX ||
	    s->runtime_nsec > s->deadline_nsec || s->deadline_nsec > period)
		return err_set(e, ERR_INVALID,
			       "SCHED_DEADLINE needs %d <= runtime (%" PRIu64
			       ") <= deadline (%" PRIu64 ") <= period (%" PRIu64 ") < 2^63",
			       DEADLINE_MIN_NSEC, s->runtime_nsec, s->deadline_nsec, period);
	return 0;
}

int scheduler_check(const struct spec_scheduler *s, struct err *e)
{
	int fair = s->policy == SCHED_NORMAL || s->policy == SCHED_BATCH;
	int realtime = s->policy == SCHED_FIFO || s->policy == SCHED_RR;

	if (!s->set)
		return 0;
	if (s->policy >= ARRAY_SIZE(policies) || !policies[s->policy])
		return err_set(e, ERR_INVALID, "invalid scheduler policy: %u", s->policy);
	if (s->policy == POLICY_ISO)
		return err_set(e, ERR_UNENFORCED, "no kernel has the scheduler policy SCHED_ISO");
	if (fair && (s->nice < -20 || s->nice > 19))
		return err_set(e, ERR_INVALID,
			       "invalid scheduler.nice: %d when scheduler.policy is %s", s->nice,
			       policies[s->policy]);
	if (s->priority && !realtime)
		return err_set(e, ERR_INVALID,
			       "scheduler.priority can only be specified for "
			       "SCHED_FIFO or SCHED_RR policy");
	if (realtime && (s->priority < 1 || s->priority > 99))
		return err_set(e, ERR_INVALID, "%s needs a scheduler.priority of 1 to 99, not %u",
			       policies[s->policy], s->priority);
	if (s->policy == SCHED_DEADLINE)
		return check_deadline(s, e);
	if (s->runtime_nsec || s->deadline_nsec || s->period_nsec)
		return err_set(e, ERR_INVALID,
			       "scheduler runtime/deadline/period can only be "
			       "specified for SCHED_DEADLINE policy");
	return 0;
}

/* The clamp flags come with no values in the specification: they are 0, as in other runtimes. */
static int set(const struct spec_scheduler *s, pid_t pid)
{
	struct attributes a = {
		.size = sizeof a,
		.policy = s->policy,
		.flags = s->flags,
		.nice = s->nice,
		.priority = s->priority,
		.runtime = s->runtime_nsec,
		.deadline = s->deadline_nsec,
		.period = s->period_nsec,
	};

	return (int)syscall(SYS_sched_setattr, pid, &a, 0);
}

/* Has the process what the specification asks for, as far as the kernel tells? */
static int is_set(const struct spec_scheduler *s, pid_t pid)
{
	int deadline = s->policy == SCHED_DEADLINE;
	uint64_t visible = deadline ? FLAGS_VISIBLE_DEADLINE : FLAGS_VISIBLE;
	struct attributes a = { .size = sizeof a };

	if (syscall(SYS_sched_getattr, pid, &a, sizeof a, 0) < 0)
		return 0;
	/* What is to be kept, and what can't be seen, is set anew. */
	if (s->flags & ~visible || a.policy != s->policy || (a.flags ^ s->flags) & visible)
		return 0;
	if (deadline)
		return a.runtime == s->runtime_nsec && a.deadline == s->deadline_nsec &&
		       a.period == (s->period_nsec ?: s->deadline_nsec);
	return a.priority == s->priority &&
	       (a.nice == s->nice || (a.policy != SCHED_NORMAL && a.policy != SCHED_BATCH));
}

static int failed(const struct spec_scheduler *s, struct err *e)
{
	int sys = errno;

	err_sys(e, "error setting scheduler %s", policies[s->policy]);
	if (sys == EOPNOTSUPP) {
		e->code = ERR_UNENFORCED;
		err_hint(e, "SCHED_FLAG_UTIL_CLAMP_* needs a kernel with CONFIG_UCLAMP_TASK");
	} else if (sys == EBUSY) {
		err_hint(e, "the CPUs have no time left to promise; see sched(7) and "
			    "/proc/sys/kernel/sched_rt_runtime_us");
	}
	return -1;
}

int scheduler_try(const struct spec_scheduler *s, struct err *e)
{
	if (!s->set)
		return 0;
	if (scheduler_check(s, e) < 0)
		return -1;
	return set(s, 0) == 0 || errno == EPERM ? 0 : failed(s, e);
}

int scheduler_ensure(const struct spec *spec, pid_t pid, struct err *e)
{
	const struct spec_scheduler *s = &spec->process.scheduler;

	if (!s->set || is_set(s, pid) || set(s, pid) == 0)
		return 0;
	if (errno != EPERM)
		return failed(s, e);
	e->sys = EPERM;
	if (spec->resources.cpuset_cpus && s->policy == SCHED_DEADLINE)
		return err_set(e, ERR_UNENFORCED,
			       "process scheduler can't be used together with AllowedCPUs");
	failed(s, e);
	e->code = ERR_UNENFORCED;
	return err_hint(e, "it needs CAP_SYS_NICE of the host, and for SCHED_FIFO and SCHED_RR a "
			   "cpu.rt_runtime_us of the cgroup where cgroup v1 has one");
}

int scheduling_ensure(const struct spec *spec, pid_t pid, struct err *e)
{
	if (scheduler_ensure(spec, pid, e) < 0)
		return -1;
	return io_priority_ensure(&spec->process.io_priority, pid, e);
}
