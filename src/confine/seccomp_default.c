/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The filter that a container gets by default: an allow-list as Docker's and Podman's, kept current
 * up to Linux 6.18. What it doesn't name answers ENOSYS, as if the kernel were older, so that
 * programs fall back; what it knows and refuses answers EPERM. Change the version in seccomp.h
 * with every change here.
 *
 * Stricter than Docker's:
 * - arguments that the kernel takes as int are compared as such (seccomp_arg_is_int());
 * - socket() through i386's socketcall(), whose address family no filter can see, is refused:
 *   it would open AF_ALG and AF_VSOCK again. 32-bit programs of glibc have no network then;
 * - x32 calls answer ENOSYS, as on distributions' kernels.
 */
#include "confine/seccomp.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sys/socket.h>

#include "base/mem.h"

#define CAP(name)     (1ULL << CAP_##name)
#define EPERM_ACTION  (SECCOMP_RET_ERRNO | EPERM)
#define ENOSYS_ACTION (SECCOMP_RET_ERRNO | ENOSYS)

/* linux/net.h's SYS_SOCKET: the sub-call of socketcall() that makes a socket. */
#define SOCKETCALL_SOCKET 1
/* personality(2): PER_LINUX, PER_LINUX32, with UNAME26, and the query. */
#define PER_LINUX32 0x0008
#define PER_UNAME26 0x0020000
#define PER_QUERY   0xffffffff
/* All flags of clone(2) that make a namespace. CLONE_NEWTIME shares a bit with the exit signal. */
#define NAMESPACE_FLAGS                                                                            \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER |             \
	 CLONE_NEWPID | CLONE_NEWNET)

#define NAMES(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* It would write one name a line: */
/* clang-format off */
static const char *const allowed[] = {
	"_llseek", "_newselect", "accept", "accept4", "access", "adjtimex", "alarm", "bind",
	"brk", "cachestat", "capget", "capset", "chdir", "chmod", "chown", "chown32",
	"clock_adjtime", "clock_adjtime64", "clock_getres", "clock_getres_time64",
	"clock_gettime", "clock_gettime64", "clock_nanosleep", "clock_nanosleep_time64", "close",
	"close_range", "connect", "copy_file_range", "creat", "dup", "dup2", "dup3",
	"epoll_create", "epoll_create1", "epoll_ctl", "epoll_ctl_old", "epoll_pwait",
	"epoll_pwait2", "epoll_wait", "epoll_wait_old", "eventfd", "eventfd2", "execve",
	"execveat", "exit", "exit_group", "faccessat", "faccessat2", "fadvise64", "fadvise64_64",
	"fallocate", "fanotify_mark", "fchdir", "fchmod", "fchmodat", "fchmodat2", "fchown",
	"fchown32", "fchownat", "fcntl", "fcntl64", "fdatasync", "fgetxattr", "file_getattr",
	"file_setattr", "flistxattr", "flock", "fork", "fremovexattr", "fsetxattr", "fstat",
	"fstat64", "fstatat64", "fstatfs", "fstatfs64", "fsync", "ftruncate", "ftruncate64",
	"futex", "futex_requeue", "futex_time64", "futex_wait", "futex_waitv", "futex_wake",
	"futimesat", "get_robust_list", "get_thread_area", "getcpu", "getcwd", "getdents",
	"getdents64", "getegid", "getegid32", "geteuid", "geteuid32", "getgid", "getgid32",
	"getgroups", "getgroups32", "getitimer", "getpeername", "getpgid", "getpgrp", "getpid",
	"getppid", "getpriority", "getrandom", "getresgid", "getresgid32", "getresuid",
	"getresuid32", "getrlimit", "getrusage", "getsid", "getsockname", "getsockopt", "gettid",
	"gettimeofday", "getuid", "getuid32", "getxattr", "getxattrat", "inotify_add_watch",
	"inotify_init", "inotify_init1", "inotify_rm_watch", "io_cancel", "io_destroy",
	"io_getevents", "io_pgetevents", "io_pgetevents_time64", "io_setup", "io_submit", "ioctl",
	"ioprio_get", "ioprio_set", "ipc", "kill", "landlock_add_rule", "landlock_create_ruleset",
	"landlock_restrict_self", "lchown", "lchown32", "lgetxattr", "link", "linkat", "listen",
	"listmount", "listxattr", "listxattrat", "llistxattr", "lremovexattr", "lseek",
	"lsetxattr", "lsm_get_self_attr", "lsm_list_modules", "lstat", "lstat64", "madvise",
	"map_shadow_stack", "membarrier", "memfd_create", "memfd_secret", "mincore", "mkdir",
	"mkdirat", "mknod", "mknodat", "mlock", "mlock2", "mlockall", "mmap", "mmap2", "mprotect",
	"mq_getsetattr", "mq_notify", "mq_open", "mq_timedreceive", "mq_timedreceive_time64",
	"mq_timedsend", "mq_timedsend_time64", "mq_unlink", "mremap", "mseal", "msgctl", "msgget",
	"msgrcv", "msgsnd", "msync", "munlock", "munlockall", "munmap", "name_to_handle_at",
	"nanosleep", "newfstatat", "nice", "open", "openat", "openat2", "pause", "pidfd_open",
	"pidfd_send_signal", "pipe", "pipe2", "pkey_alloc", "pkey_free", "pkey_mprotect", "poll",
	"ppoll", "ppoll_time64", "prctl", "pread64", "preadv", "preadv2", "prlimit64",
	"process_mrelease", "process_vm_readv", "process_vm_writev", "pselect6",
	"pselect6_time64", "ptrace", "pwrite64", "pwritev", "pwritev2", "read", "readahead",
	"readlink", "readlinkat", "readv", "recv", "recvfrom", "recvmmsg", "recvmmsg_time64",
	"recvmsg", "remap_file_pages", "removexattr", "removexattrat", "rename", "renameat",
	"renameat2", "restart_syscall", "riscv_hwprobe", "rmdir", "rseq", "rt_sigaction",
	"rt_sigpending", "rt_sigprocmask", "rt_sigqueueinfo", "rt_sigreturn", "rt_sigsuspend",
	"rt_sigtimedwait", "rt_sigtimedwait_time64", "rt_tgsigqueueinfo",
	"sched_get_priority_max", "sched_get_priority_min", "sched_getaffinity", "sched_getattr",
	"sched_getparam", "sched_getscheduler", "sched_rr_get_interval",
	"sched_rr_get_interval_time64", "sched_setaffinity", "sched_setattr", "sched_setparam",
	"sched_setscheduler", "sched_yield", "seccomp", "select", "semctl", "semget", "semop",
	"semtimedop", "semtimedop_time64", "send", "sendfile", "sendfile64", "sendmmsg",
	"sendmsg", "sendto", "set_robust_list", "set_thread_area", "set_tid_address", "setfsgid",
	"setfsgid32", "setfsuid", "setfsuid32", "setgid", "setgid32", "setgroups", "setgroups32",
	"setitimer", "setpgid", "setpriority", "setregid", "setregid32", "setresgid",
	"setresgid32", "setresuid", "setresuid32", "setreuid", "setreuid32", "setrlimit",
	"setsid", "setsockopt", "setuid", "setuid32", "setxattr", "setxattrat", "shmat", "shmctl",
	"shmdt", "shmget", "shutdown", "sigaltstack", "signal", "signalfd", "signalfd4",
	"sigprocmask", "sigreturn", "socketpair", "splice", "stat", "stat64", "statfs",
	"statfs64", "statmount", "statx", "symlink", "symlinkat", "sync", "sync_file_range",
	"syncfs", "sysinfo", "tee", "tgkill", "time", "timer_create", "timer_delete",
	"timer_getoverrun", "timer_gettime", "timer_gettime64", "timer_settime",
	"timer_settime64", "timerfd_create", "timerfd_gettime", "timerfd_gettime64",
	"timerfd_settime", "timerfd_settime64", "times", "tkill", "truncate", "truncate64",
	"ugetrlimit", "umask", "uname", "unlink", "unlinkat", "uprobe", "uretprobe", "utime",
	"utimensat", "utimensat_time64", "utimes", "vfork", "vmsplice", "wait4", "waitid",
	"waitpid", "write", "writev",
	NULL
};

/* Refused with EPERM where no rule allows them. */
static const char *const refused[] = {
	"_sysctl", "acct", "add_key", "afs_syscall", "bdflush", "bpf", "chroot", "clock_settime",
	"clock_settime64", "clone", "create_module", "delete_module", "fanotify_init",
	"finit_module", "fsconfig", "fsmount", "fsopen", "fspick", "get_kernel_syms",
	"get_mempolicy", "getpmsg", "init_module", "io_uring_enter", "io_uring_register",
	"io_uring_setup", "ioperm", "iopl", "kcmp", "kexec_file_load", "kexec_load", "keyctl",
	"lookup_dcookie", "lsm_set_self_attr", "mbind", "migrate_pages", "mount", "mount_setattr",
	"move_mount", "move_pages", "nfsservctl", "open_by_handle_at", "open_tree",
	"open_tree_attr", "perf_event_open", "personality", "pidfd_getfd", "pivot_root",
	"process_madvise", "putpmsg", "query_module", "quotactl", "quotactl_fd", "reboot",
	"request_key", "security", "set_mempolicy", "set_mempolicy_home_node", "setdomainname",
	"sethostname", "setns", "settimeofday", "sgetmask", "socket", "socketcall", "ssetmask", "stime",
	"swapoff", "swapon", "sysfs", "syslog", "tuxcall", "umount", "umount2", "unshare",
	"uselib", "userfaultfd", "ustat", "vhangup", "vm86", "vm86old", "vserver",
	NULL
};

static const char *const admin_calls[] = {
	"bpf", "clone", "clone3", "fanotify_init", "fsconfig", "fsmount", "fsopen", "fspick",
	"lookup_dcookie", "lsm_set_self_attr", "mount", "mount_setattr", "move_mount",
	"open_tree", "open_tree_attr", "perf_event_open", "pivot_root", "quotactl", "quotactl_fd",
	"setdomainname", "sethostname", "setns", "syslog", "umount", "umount2", "unshare",
	NULL
};
/* clang-format on */

_Static_assert(AF_ALG == 38 && AF_NFC == 39 && AF_VSOCK == 40, "the rules for socket()");

/* Words of the rows below. */
#define ARG(i, op, v)	    &(const struct seccomp_arg){ i, SECCOMP_##op, v, 0 }, .n_args = 1
#define ARG_MASKED(i, m, v) &(const struct seccomp_arg){ i, SECCOMP_MASKED_EQ, m, v }, .n_args = 1
#define ALLOW(...)	    .names = NAMES(__VA_ARGS__), .action = SECCOMP_RET_ALLOW
#define WITH_CAP(cap)	    .includes.caps = CAP(cap)
#define ON(...)		    .includes.arches = NAMES(__VA_ARGS__)

static const struct seccomp_rule rules[] = {
	{ .names = allowed, .action = SECCOMP_RET_ALLOW },

	/* AF_ALG: kernel bugs in the crypto API (CVE-2026-31431); AF_VSOCK: other machines' doors. */
	{ ALLOW("socket"), .args = ARG(0, LT, AF_ALG) },
	{ ALLOW("socket"), .args = ARG(0, EQ, AF_NFC) },
	{ ALLOW("socket"), .args = ARG(0, GT, AF_VSOCK) },
	{ ALLOW("socketcall"), .args = ARG(0, NE, SOCKETCALL_SOCKET) },

	{ ALLOW("personality"), .args = ARG(0, EQ, 0) },
	{ ALLOW("personality"), .args = ARG(0, EQ, PER_LINUX32) },
	{ ALLOW("personality"), .args = ARG(0, EQ, PER_UNAME26) },
	{ ALLOW("personality"), .args = ARG(0, EQ, PER_UNAME26 | PER_LINUX32) },
	{ ALLOW("personality"), .args = ARG(0, EQ, PER_QUERY) },

	/* No new namespaces. clone3's flags lie in memory; it answers ENOSYS, libc then uses clone. */
	{ ALLOW("clone"), .args = ARG_MASKED(0, NAMESPACE_FLAGS, 0),
	  .excludes = { .caps = CAP(SYS_ADMIN), .arches = NAMES("s390", "s390x") } },
	{ ALLOW("clone"), .args = ARG_MASKED(1, NAMESPACE_FLAGS, 0),
	  .includes.arches = NAMES("s390", "s390x"), .excludes.caps = CAP(SYS_ADMIN) },
	{ .names = admin_calls, .action = SECCOMP_RET_ALLOW, WITH_CAP(SYS_ADMIN) },

	{ ALLOW("open_by_handle_at"), WITH_CAP(DAC_READ_SEARCH) },
	{ ALLOW("reboot"), WITH_CAP(SYS_BOOT) },
	{ ALLOW("chroot"), WITH_CAP(SYS_CHROOT) },
	{ ALLOW("delete_module", "finit_module", "init_module"), WITH_CAP(SYS_MODULE) },
	{ ALLOW("acct"), WITH_CAP(SYS_PACCT) },
	{ ALLOW("kcmp", "pidfd_getfd", "process_madvise"), WITH_CAP(SYS_PTRACE) },
	{ ALLOW("ioperm", "iopl"), WITH_CAP(SYS_RAWIO) },
	{ ALLOW("clock_settime", "clock_settime64", "settimeofday", "stime"), WITH_CAP(SYS_TIME) },
	{ ALLOW("vhangup"), WITH_CAP(SYS_TTY_CONFIG) },
	{ ALLOW("get_mempolicy", "mbind", "set_mempolicy", "set_mempolicy_home_node"),
	  WITH_CAP(SYS_NICE) },
	{ ALLOW("syslog"), WITH_CAP(SYSLOG) },
	{ ALLOW("bpf"), WITH_CAP(BPF) },
	{ ALLOW("perf_event_open"), WITH_CAP(PERFMON) },

	{ ALLOW("arch_prctl"), ON("amd64", "x32") },
	{ ALLOW("modify_ldt"), ON("amd64", "x32", "x86") },
	{ ALLOW("arm_fadvise64_64", "arm_sync_file_range", "breakpoint", "cacheflush", "set_tls",
		"sync_file_range2"),
	  ON("arm", "arm64") },
	{ ALLOW("swapcontext", "sync_file_range2"), ON("ppc64le") },
	{ ALLOW("s390_pci_mmio_read", "s390_pci_mmio_write", "s390_runtime_instr"),
	  ON("s390", "s390x") },
	{ ALLOW("riscv_flush_icache"), ON("riscv64") },
};

static const struct seccomp_arch_map arch_maps[] = {
	{ "SCMP_ARCH_X86_64", NAMES("SCMP_ARCH_X86") },
	{ "SCMP_ARCH_AARCH64", NAMES("SCMP_ARCH_ARM") },
	{ "SCMP_ARCH_S390X", NAMES("SCMP_ARCH_S390") },
};

const struct seccomp_profile seccomp_default_profile = {
	.default_action = ENOSYS_ACTION,
	.arch_maps = arch_maps,
	.n_arch_maps = ARRAY_SIZE(arch_maps),
	.rules = rules,
	.n_rules = ARRAY_SIZE(rules),
	.refused = refused,
	.refused_action = EPERM_ACTION,
};
