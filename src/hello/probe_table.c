/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each attempt says why a permitted call does no harm. The errors in the table are those with which
 * Linux 6.1 to 7.2 answers these arguments once permissions are checked. Since kernels differ in whether
 * they fetch arguments or check permissions first, valid arguments are used wherever they do no harm.
 * libc wrappers are avoided where they'd look at the arguments first.
 */
#include "hello/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/keyctl.h>
#include <linux/perf_event.h>
#include <linux/mount.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <unistd.h>

/* Not NULL, since that has a meaning to some calls, and never mapped (below vm.mmap_min_addr). */
#define BAD_ADDRESS ((void *)1)

static int answer(long result)
{
	return result < 0 ? -errno : 0;
}

/* Two kinds of propagation at once are invalid; security modules are asked before. */
static int try_mount(void)
{
	return answer(syscall(SYS_mount, "none", "/", NULL, MS_PRIVATE | MS_SHARED, NULL));
}

/* The process's own root can't expire. */
static int try_umount(void)
{
	return answer(syscall(SYS_umount2, "/", MNT_EXPIRE));
}

/* A file system that is being configured, and a clone of a mount that is attached nowhere: descriptors. */
static int try_fsopen(void)
{
	return answer(syscall(SYS_fsopen, "tmpfs", FSOPEN_CLOEXEC));
}

static int try_open_tree(void)
{
	return answer(syscall(SYS_open_tree, AT_FDCWD, "/", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
}

/* No mount can be moved into itself. */
static int try_move_mount(void)
{
	return answer(syscall(SYS_move_mount, AT_FDCWD, "/", AT_FDCWD, "/", 0));
}

/* The new root has to be another mount than the present one. */
static int try_pivot_root(void)
{
	return answer(syscall(SYS_pivot_root, "/", "/"));
}

static int try_chroot(void)
{
	return answer(syscall(SYS_chroot, "/"));
}

static int try_unshare_user(void)
{
	return answer(syscall(SYS_unshare, CLONE_NEWUSER));
}

static int try_unshare_mount(void)
{
	return answer(syscall(SYS_unshare, CLONE_NEWNS));
}

/* Into the namespace that it is in already. */
static int try_setns(void)
{
	int fd = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? PROBE_UNTRIED : answer(syscall(SYS_setns, fd, CLONE_NEWUTS));
}

/* The first SCSI disk, without any permission bit, removed at once. */
static int try_mknod_disk(void)
{
	static const char *const places[] = { "/dev/shm", "/tmp", "/run", "/var/tmp", "/dev", "/" };
	int result = PROBE_UNTRIED;

	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		char path[64];

		if (faccessat(AT_FDCWD, places[i], W_OK | X_OK, AT_EACCESS) < 0)
			continue;
		snprintf(path, sizeof path, "%s/.hello-probe-%d", places[i], (int)getpid());
		result = answer(syscall(SYS_mknodat, AT_FDCWD, path, S_IFBLK, makedev(8, 0)));
		if (result == 0)
			unlink(path);
		return result;
	}
	return result;
}

/* A file handle that names nothing: stale, once the process may use handles at all. */
static int try_open_by_handle(void)
{
	struct {
		unsigned int bytes;
		int type;
		unsigned char id[8];
	} handle = { .bytes = sizeof handle.id, .type = 1 };

	return answer(syscall(SYS_open_by_handle_at, AT_FDCWD, &handle, O_PATH | O_CLOEXEC));
}

/* Process 0 is never there. */
static int try_ptrace(void)
{
	return answer(syscall(SYS_ptrace, PTRACE_ATTACH, 0, 0, 0));
}

static int try_process_vm_readv(void)
{
	char byte;
	struct iovec local = { &byte, 1 }, remote = { &byte, 1 };

	return answer(syscall(SYS_process_vm_readv, 0, &local, 1, &remote, 1, 0));
}

/* A map of four bytes that is gone with the process. */
static int try_bpf(void)
{
	union bpf_attr attr = {};

	attr.map_type = BPF_MAP_TYPE_ARRAY;
	attr.key_size = attr.value_size = 4;
	attr.max_entries = 1;
	return answer(syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof attr));
}

/* Counts nothing, about this process only, and never starts. */
static int try_perf_event_open(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof attr,
		.config = PERF_COUNT_SW_DUMMY,
		.disabled = 1,
		.exclude_kernel = 1,
		.exclude_hv = 1,
	};

	return answer(syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC));
}

static int try_io_uring_setup(void)
{
	return answer(syscall(SYS_io_uring_setup, 1, BAD_ADDRESS));
}

static int try_userfaultfd(void)
{
	return answer(syscall(SYS_userfaultfd, O_CLOEXEC));
}

static int try_add_key(void)
{
	return answer(syscall(SYS_add_key, BAD_ADDRESS, BAD_ADDRESS, NULL, 0, 0));
}

static int try_request_key(void)
{
	return answer(syscall(SYS_request_key, BAD_ADDRESS, BAD_ADDRESS, NULL, 0));
}

/* An operation that doesn't exist. */
static int try_keyctl(void)
{
	return answer(syscall(SYS_keyctl, 0xffff, 0, 0, 0, 0));
}

/* Sockets that are bound to nothing receive nothing: protocol 0, or one that nobody speaks. */
static int try_socket(int family, int type, int protocol)
{
	return answer(syscall(SYS_socket, family, type | SOCK_CLOEXEC, protocol));
}

static int try_socket_packet(void)
{
	return try_socket(AF_PACKET, SOCK_RAW, 0);
}

static int try_socket_raw(void)
{
	return try_socket(AF_INET, SOCK_RAW, 253); /* for experiments, RFC 3692 */
}

static int try_socket_alg(void)
{
	return try_socket(AF_ALG, SOCK_SEQPACKET, 0);
}

static int try_socket_vsock(void)
{
	return try_socket(AF_VSOCK, SOCK_STREAM, 0);
}

/* Unknown flags and far too many segments. Zero segments would unload a loaded kernel. */
static int try_kexec_load(void)
{
	return answer(syscall(SYS_kexec_load, 0, 1UL << 20, BAD_ADDRESS, 0xff00UL));
}

/* A module of no bytes isn't one. */
static int try_init_module(void)
{
	return answer(syscall(SYS_init_module, BAD_ADDRESS, 0, ""));
}

/* None has an empty name. */
static int try_delete_module(void)
{
	return answer(syscall(SYS_delete_module, "", O_NONBLOCK));
}

/* Without its two magic numbers it does nothing. */
static int try_reboot(void)
{
	return answer(syscall(SYS_reboot, 0, 0, 0, NULL));
}

/* Nobody swaps to a directory. */
static int try_swapon(void)
{
	return answer(syscall(SYS_swapon, "/", 0));
}

/* Sets neither the time nor the zone. */
static int try_settimeofday(void)
{
	return answer(syscall(SYS_settimeofday, NULL, NULL));
}

/* A negative length. */
static int try_sethostname(void)
{
	return answer(syscall(SYS_sethostname, BAD_ADDRESS, -1));
}

/* Nor writes records to one. No name at all would end a running accounting. */
static int try_acct(void)
{
	return answer(syscall(SYS_acct, "/"));
}

/* A device that isn't there, which is said before permissions: tells about filters only. */
static int try_quotactl(void)
{
	return answer(syscall(SYS_quotactl, 0x800007U << 8, NULL, 0, NULL));
}

/* Reads no byte of the kernel's log. */
static int try_syslog(void)
{
	char byte;

	return answer(syscall(SYS_syslog, 3, &byte, 0));
}

static int try_personality(void)
{
	return answer(syscall(SYS_personality, ADDR_NO_RANDOMIZE));
}

/* Pushing a byte into the terminal's input, as if typed; the byte can't be fetched. */
static int try_tiocsti(void)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

	return fd < 0 ? PROBE_UNTRIED : answer(syscall(SYS_ioctl, fd, TIOCSTI, BAD_ADDRESS));
}

#ifdef SYS_iopl
/* Access to I/O ports for this process, which uses none. */
static int try_iopl(void)
{
	return answer(syscall(SYS_iopl, 3));
}
#endif

const struct probe probe_table[] = {
	{ "mount", try_mount, .allowed = { EINVAL } },
	{ "umount2", try_umount, .allowed = { EINVAL } },
	{ "fsopen", try_fsopen },
	{ "open_tree(CLONE)", try_open_tree, .allowed = { EINVAL } },
	{ "move_mount", try_move_mount, .allowed = { EINVAL, ELOOP } },
	{ "pivot_root", try_pivot_root, .allowed = { EINVAL, EBUSY } },
	{ "chroot", try_chroot, .alters = true, .everyday = true },
	/* ENOSPC: user.max_user_namespaces; EUSERS: nested too deep. */
	{ "unshare(NEWUSER)", try_unshare_user, .refused = { ENOSPC, EUSERS }, .alters = true },
	{ "unshare(NEWNS)", try_unshare_mount, .refused = { ENOSPC }, .alters = true },
	{ "setns", try_setns, .alters = true, .needs = "needs /proc" },
	{ "mknod(disk)", try_mknod_disk, .needs = "needs a writable directory" },
	{ "open_by_handle_at", try_open_by_handle, .allowed = { ESTALE, EOPNOTSUPP } },
	{ "ptrace", try_ptrace, .allowed = { ESRCH }, .everyday = true },
	{ "process_vm_readv", try_process_vm_readv, .allowed = { ESRCH }, .everyday = true },
	{ "bpf", try_bpf },
	{ "perf_event_open", try_perf_event_open },
	{ "io_uring_setup", try_io_uring_setup, .allowed = { EFAULT } },
	{ "userfaultfd", try_userfaultfd },
	{ "add_key", try_add_key, .allowed = { EFAULT } },
	{ "request_key", try_request_key, .allowed = { EFAULT } },
	{ "keyctl", try_keyctl, .allowed = { EOPNOTSUPP } },
	{ "socket(PACKET)", try_socket_packet, .refused = { EAFNOSUPPORT } },
	{ "socket(INET, RAW)", try_socket_raw, .refused = { EAFNOSUPPORT } },
	{ "socket(ALG)", try_socket_alg, .refused = { EAFNOSUPPORT } },
	{ "socket(VSOCK)", try_socket_vsock, .refused = { EAFNOSUPPORT } },
	{ "kexec_load", try_kexec_load, .allowed = { EINVAL } },
	{ "init_module", try_init_module, .allowed = { ENOEXEC } },
	{ "delete_module", try_delete_module, .allowed = { ENOENT } },
	{ "reboot", try_reboot, .allowed = { EINVAL } },
	{ "swapon", try_swapon, .allowed = { EISDIR, EINVAL } },
	{ "settimeofday", try_settimeofday },
	{ "sethostname", try_sethostname, .allowed = { EINVAL } },
	{ "acct", try_acct, .allowed = { EISDIR } },
	{ "quotactl", try_quotactl, .allowed = { ENODEV }, .everyday = true },
	{ "syslog", try_syslog },
	{ "personality", try_personality, .alters = true, .everyday = true },
	/* EIO: dev.tty.legacy_tiocsti is off. */
	{ "ioctl(TIOCSTI)", try_tiocsti, .allowed = { EFAULT }, .refused = { EIO },
	  .needs = "needs a terminal" },
#ifdef SYS_iopl
	{ "iopl", try_iopl, .alters = true },
#endif
};
const size_t probe_table_size = ARRAY_SIZE(probe_table);
