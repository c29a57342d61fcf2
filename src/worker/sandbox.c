/* SPDX-License-Identifier: Apache-2.0 */
#include "worker/sandbox.h"

#include <errno.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "worker/sandbox_landlock.h"
#include "worker/sandbox_seccomp.h"

#define FILES_MAX 1024

#ifdef SANDBOX_SANITIZED
/* Its shadow memory needs terabytes of address space, its leak check ptrace. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}
#endif

static int set_limits(const struct sandbox *s, struct err *e)
{
	const struct {
		int resource;
		uint64_t value;
	} rows[] = {
		{ RLIMIT_CORE, 0 },
		{ RLIMIT_CPU, s->cpu_sec },
		{ RLIMIT_FSIZE, s->file_bytes },
		{ RLIMIT_NOFILE, FILES_MAX },
#ifndef SANDBOX_SANITIZED
		{ RLIMIT_AS, s->memory_bytes },
#endif
	};

	/* A write beyond RLIMIT_FSIZE shall fail with EFBIG, which can be reported. */
	signal(SIGXFSZ, SIG_IGN);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct rlimit now, limit = { rows[i].value, rows[i].value };

		if (getrlimit((__rlimit_resource_t)rows[i].resource, &now) < 0)
			return err_sys(e, "getrlimit");
		if (limit.rlim_max > now.rlim_max)
			limit.rlim_cur = limit.rlim_max = now.rlim_max;
		if (setrlimit((__rlimit_resource_t)rows[i].resource, &limit) < 0)
			return err_sys(e, "setrlimit");
	}
	return 0;
}

static int drop_capabilities(uint64_t keep, struct err *e)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct sets[2] = {};

	if (syscall(SYS_capget, &head, sets) < 0)
		return err_sys(e, "capget");
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	/* Only CAP_SETPCAP may shrink the bounding set; without it there is nothing worth bounding:
	 * no_new_privs keeps exec, which seccomp forbids anyway, from giving any. */
	for (int cap = 0; cap < 64 && sets[0].effective & 1U << CAP_SETPCAP; cap++) {
		if (!(keep & UINT64_C(1) << cap) && prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0 &&
		    errno != EINVAL)
			return err_sys(e, "drop capability %d", cap);
	}
	for (int i = 0; i < 2; i++) {
		sets[i].permitted &= (uint32_t)(keep >> 32 * i);
		sets[i].effective = sets[i].permitted;
		sets[i].inheritable = 0;
	}
	return syscall(SYS_capset, &head, sets) < 0 ? err_sys(e, "capset") : 0;
}

int sandbox_enter(const struct sandbox *s, struct sandbox_state *ret, struct err *e)
{
	*ret = (struct sandbox_state){};
	umask(0);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || prctl(PR_SET_DUMPABLE, 0) < 0)
		return err_sys(e, "prctl");
	if (set_limits(s, e) < 0)
		return -1;
	ret->own_network = unshare(CLONE_NEWNET | CLONE_NEWIPC) == 0;
	if (drop_capabilities(s->capabilities, e) < 0)
		return -1;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_sys(e, "no_new_privs");
	if (sandbox_landlock(s, &ret->landlock_abi, e) < 0)
		return -1;
	return sandbox_seccomp(s, e);
}
