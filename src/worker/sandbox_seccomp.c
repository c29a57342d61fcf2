/* SPDX-License-Identifier: Apache-2.0 */
#include "worker/sandbox_seccomp.h"

#include <errno.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"

/* Who may make the call: every worker, or only those with a folder of such access. */
enum need {
	NEED_NOTHING,
	NEED_READ,
	NEED_WRITE,
	NEED_TREE,
};

static const struct {
	const char *call;
	enum need need;
} allowed[] = {
	/* what libc does for malloc, abort, signals and exit */
	{ "brk", NEED_NOTHING },
	{ "clock_gettime", NEED_NOTHING },
	{ "exit", NEED_NOTHING },
	{ "exit_group", NEED_NOTHING },
	{ "futex", NEED_NOTHING },
	{ "getpid", NEED_NOTHING },
	{ "getrandom", NEED_NOTHING },
	{ "gettid", NEED_NOTHING },
	{ "madvise", NEED_NOTHING },
	{ "mremap", NEED_NOTHING },
	{ "munmap", NEED_NOTHING },
	{ "restart_syscall", NEED_NOTHING },
	{ "rt_sigaction", NEED_NOTHING },
	{ "rt_sigprocmask", NEED_NOTHING },
	{ "rt_sigreturn", NEED_NOTHING },
	{ "sysinfo", NEED_NOTHING }, /* qsort asks how much memory there is */
	/* descriptors that are open */
	{ "close", NEED_NOTHING },
	{ "fcntl", NEED_NOTHING },
	{ "fadvise64", NEED_NOTHING },
	{ "fstat", NEED_NOTHING },
	{ "lseek", NEED_NOTHING },
	{ "newfstatat", NEED_NOTHING }, /* fstat as newer libc has it */
	{ "pread64", NEED_NOTHING },
	{ "read", NEED_NOTHING },
	{ "readv", NEED_NOTHING },
	{ "write", NEED_NOTHING },
	{ "writev", NEED_NOTHING },
	/* the folders: Landlock says where */
	{ "getdents64", NEED_READ },
	{ "openat", NEED_READ },
	{ "openat2", NEED_READ },
	{ "statx", NEED_READ },
	{ "ftruncate", NEED_WRITE },
	{ "fsync", NEED_WRITE },
	{ "pwrite64", NEED_WRITE },
	{ "renameat", NEED_WRITE },
	{ "renameat2", NEED_WRITE },
	{ "mkdirat", NEED_WRITE },
	{ "unlinkat", NEED_WRITE },
	/* metadata; what they may be set to is the kernel's to say */
	{ "fallocate", NEED_TREE },
	{ "fchmod", NEED_TREE },
	{ "fchmodat", NEED_TREE },
	{ "fchown", NEED_TREE },
	{ "fchownat", NEED_TREE },
	{ "fgetxattr", NEED_TREE },
	{ "flistxattr", NEED_TREE },
	{ "fsetxattr", NEED_TREE },
	{ "linkat", NEED_TREE },
	{ "mknodat", NEED_TREE },
	{ "readlinkat", NEED_TREE },
	{ "symlinkat", NEED_TREE },
	{ "utimensat", NEED_TREE },
#ifdef SANDBOX_SANITIZED
	{ "getrlimit", NEED_NOTHING },
	{ "getuid", NEED_NOTHING },
	{ "getppid", NEED_NOTHING },
	{ "mprotect", NEED_NOTHING },
	{ "openat", NEED_NOTHING },
	{ "prctl", NEED_NOTHING },
	{ "prlimit64", NEED_NOTHING },
	{ "readlink", NEED_NOTHING },
	{ "readlinkat", NEED_NOTHING },
	{ "sched_getaffinity", NEED_NOTHING },
	{ "sched_yield", NEED_NOTHING },
	{ "sigaltstack", NEED_NOTHING },
	{ "uname", NEED_NOTHING },
#endif
};

static enum need need_of(const struct sandbox *s)
{
	static const enum need needs[] = {
		[SANDBOX_READ] = NEED_READ,
		[SANDBOX_WRITE] = NEED_WRITE,
		[SANDBOX_TREE] = NEED_TREE,
	};
	enum need most = NEED_NOTHING;

	for (size_t i = 0; i < s->n_folders; i++) {
		if (needs[s->folders[i].access] > most)
			most = needs[s->folders[i].access];
	}
	return most;
}

static int allow(scmp_filter_ctx filter, const char *call)
{
	int number = seccomp_syscall_resolve_name(call);

	/* Negative: a call that this architecture doesn't have. */
	return number < 0 ? 0 : seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0);
}

/* New mappings are fine, executable ones aren't: injected code would need one. */
static int allow_data_mappings(scmp_filter_ctx filter)
{
	struct scmp_arg_cmp no_exec = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
	int r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, no_exec);

	return r < 0 ? r : seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, no_exec);
}

static int fill(scmp_filter_ctx filter, enum need most)
{
	int r = allow_data_mappings(filter);

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(allowed); i++) {
		if (allowed[i].need <= most)
			r = allow(filter, allowed[i].call);
	}
	/* abort: a signal to itself. As root it could otherwise end any process of root's. */
	if (r == 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
				     SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()));
	/* stdio asks whether its file is a terminal. It never is. */
	if (r == 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOTTY), SCMP_SYS(ioctl), 0);
	return r;
}

static void release(scmp_filter_ctx *filter)
{
	seccomp_release(*filter);
}

int sandbox_seccomp(const struct sandbox *s, struct err *e)
{
	cleanup_by(release) scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int r;

	if (!filter)
		return err_set(e, ERR_SYSTEM, "seccomp: no memory");
	r = fill(filter, need_of(s));
	if (r == 0)
		r = seccomp_load(filter);
	errno = -r;
	return r < 0 ? err_sys(e, "seccomp") : 0;
}
