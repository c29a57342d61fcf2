/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <linux/ioprio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/scheduling.h"

int io_priority_check(const struct spec_io_priority *p, struct err *e)
{
	if (!p->set)
		return 0;
	if (p->io_class != IOPRIO_CLASS_RT && p->io_class != IOPRIO_CLASS_BE &&
	    p->io_class != IOPRIO_CLASS_IDLE)
		return err_set(e, ERR_INVALID, "invalid ioPriority.Class: %d", p->io_class);
	if (p->priority < 0 || p->priority > 7)
		return err_set(e, ERR_INVALID, "invalid ioPriority.Priority: %d", p->priority);
	return 0;
}

static long value(const struct spec_io_priority *p)
{
	return (long)IOPRIO_PRIO_VALUE((unsigned)p->io_class, (unsigned)p->priority);
}

static long set(const struct spec_io_priority *p, pid_t pid)
{
	return syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, pid, value(p));
}

static int failed(struct err *e)
{
	int sys = errno;

	err_sys(e, "failed to set io priority");
	if (sys == EPERM) {
		e->code = ERR_UNENFORCED;
		err_hint(e, "IOPRIO_CLASS_RT needs CAP_SYS_NICE of the host");
	}
	return -1;
}

int io_priority_try(const struct spec_io_priority *p, struct err *e)
{
	if (!p->set)
		return 0;
	if (io_priority_check(p, e) < 0)
		return -1;
	return set(p, 0) == 0 || errno == EPERM ? 0 : failed(e);
}

int io_priority_ensure(const struct spec_io_priority *p, pid_t pid, struct err *e)
{
	if (!p->set)
		return 0;
	if (syscall(SYS_ioprio_get, IOPRIO_WHO_PROCESS, pid) == value(p))
		return 0;
	return set(p, pid) == 0 ? 0 : failed(e);
}
