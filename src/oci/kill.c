/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/kill.h"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/cgroup_control.h"

static int send_signal(int pid_fd, int signal, struct err *e)
{
	if (syscall(SYS_pidfd_send_signal, pid_fd, signal, NULL, 0) == 0)
		return 0;
	if (errno == ESRCH)
		return err_set(e, ERR_CONFLICT, "container not running");
	return err_sys(e, "send signal %d", signal);
}

/* The end of a pid namespace's first process ends all others in it. */
static int has_own_pids(const struct oci_container *c)
{
	return c->config.spec.namespaces[NS_PID].mode == NS_MODE_NEW;
}

int oci_kill_all(const struct oci_container *c, int pid_fd, struct err *e)
{
	cleanup_cgroup struct cgroup *groups = NULL;

	if (pid_fd >= 0 && send_signal(pid_fd, SIGKILL, e) < 0 && e->code != ERR_CONFLICT)
		return -1;
	if (oci_container_groups(c, &groups, e) < 0)
		return -1;
	if (!groups)
		return 0;
	if (!has_own_pids(c))
		return cgroup_kill(groups, e);
	/* A frozen v1 group keeps even SIGKILL waiting. */
	return cgroup_is_frozen(groups, e) == 1 ? cgroup_thaw(groups, e) : 0;
}

int oci_kill(const struct oci_container *c, int signal, struct err *e)
{
	cleanup_fd int pid_fd = oci_container_pidfd(c, e);

	/* The first process may have ended before others that share its caller's pid namespace. */
	if (pid_fd < 0)
		return signal == SIGKILL && !has_own_pids(c) && e->code == ERR_CONFLICT
			       ? oci_kill_all(c, -1, e)
			       : -1;
	return signal == SIGKILL ? oci_kill_all(c, pid_fd, e) : send_signal(pid_fd, signal, e);
}
