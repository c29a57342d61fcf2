/* SPDX-License-Identifier: Apache-2.0 */
/*
 * syscalls [NAME…]: tries system calls that a contained program has no business with and prints for
 * each "NAME refused" when something in the way said no, or "NAME reached" when the kernel did it or
 * at least looked at the arguments (which are chosen to do no harm).
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/kexec.h>
#include <linux/keyctl.h>
#include <linux/netlink.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long try_mount(void)
{
	mkdir("/tmp/mnt", 0700);
	return mount("none", "/tmp/mnt", "tmpfs", 0, NULL);
}

static long try_new_mount_api(void)
{
	return syscall(SYS_fsopen, "tmpfs", 0);
}

/* One of the masked paths that this kernel has. */
static long try_umount_mask(void)
{
	static const char *const paths[] = { "/proc/kcore", "/proc/keys", "/proc/interrupts" };
	long result = -1;

	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		result = umount2(paths[i], MNT_DETACH);
		if (result == 0 || errno != ENOENT)
			break;
	}
	if (result < 0 && errno == EINVAL)
		errno = EPERM; /* what umount2(2) answers for a mount that is locked */
	return result;
}

static long try_remount_data(void)
{
	return mount(NULL, "/data", NULL, MS_REMOUNT | MS_BIND, NULL);
}

static long try_mknod_disk(void)
{
	unlink("/tmp/disk");
	return mknod("/tmp/disk", S_IFBLK | 0600, makedev(254, 0));
}

static long try_open_disk(void)
{
	unlink("/tmp/disk");
	if (mknod("/tmp/disk", S_IFBLK | 0600, makedev(254, 0)) < 0)
		return -1;
	return open("/tmp/disk", O_RDONLY | O_CLOEXEC);
}

/* The process of the host that the test names. In another pid namespace nobody is called so. */
static long try_ptrace_outside(void)
{
	const char *pid = getenv("ATTACK_PID");
	long result = ptrace(PTRACE_SEIZE, pid ? (pid_t)strtol(pid, NULL, 10) : 0, NULL, NULL);

	if (result < 0 && errno == ESRCH)
		errno = EPERM;
	return result;
}

static long try_ptrace_init(void)
{
	return ptrace(PTRACE_SEIZE, 1, NULL, NULL);
}

static long try_kexec(void)
{
	return syscall(SYS_kexec_load, 0, 0, NULL, (unsigned long)KEXEC_ARCH_DEFAULT);
}

static long try_module(void)
{
	return syscall(SYS_init_module, "no module", 9, "");
}

static long try_delete_module(void)
{
	return syscall(SYS_delete_module, "no_such_module", O_NONBLOCK);
}

static long try_raw_socket(void)
{
	return socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, 1);
}

static long try_packet_socket(void)
{
	return socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
}

/* The kernel's crypto API as a socket: CVE-2026-31431. */
static long try_crypto_socket(void)
{
	return socket(AF_ALG, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
}

/* The same family for the kernel, which drops the upper half; another number for a careless filter. */
static long try_crypto_socket_high_bit(void)
{
	return syscall(SYS_socket, 1UL << 32 | AF_ALG, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
}

static long try_vsock(void)
{
	return socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

/* By the 32-bit door, where one call makes all sockets and no filter sees the family. */
static long try_crypto_socket_32(void)
{
#ifdef __x86_64__
	int *args = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	int status, got;
	pid_t pid = fork();

	if (pid == 0) {
		args[0] = AF_ALG;
		args[1] = SOCK_SEQPACKET;
		args[2] = 0;
		__asm__ volatile("int $0x80"
				 : "=a"(got)
				 : "a"(102), "b"(1), "c"(args)
				 : "memory", "r8", "r9", "r10", "r11");
		_exit(got < 0 ? -got : 0);
	}
	waitpid(pid, &status, 0);
	/* A kernel without 32-bit programs ends the child. */
	errno = WIFEXITED(status) ? WEXITSTATUS(status) : ENOSYS;
	return errno ? -1 : 0;
#else
	errno = ENOSYS;
	return -1;
#endif
}

static long try_keyctl(void)
{
	return syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_PROCESS_KEYRING, 1);
}

static long try_add_key(void)
{
	return syscall(SYS_add_key, "user", "cale-test", "x", 1, KEY_SPEC_PROCESS_KEYRING);
}

/* In a child, as there is no way back. */
static long in_child(int flags)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(unshare(flags) < 0 ? errno : 0);
	waitpid(pid, &status, 0);
	errno = WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
	return errno ? -1 : 0;
}

static long try_unshare_user(void)
{
	return in_child(CLONE_NEWUSER);
}

static long try_unshare_mount(void)
{
	return in_child(CLONE_NEWNS);
}

static long try_clone_user(void)
{
	pid_t pid = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL);

	if (pid == 0)
		_exit(0);
	return pid;
}

static long try_bpf(void)
{
	union bpf_attr attr = { .map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4 };

	attr.max_entries = 1;
	return syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof attr);
}

static long try_perf(void)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_SOFTWARE, .size = sizeof attr };

	return syscall(SYS_perf_event_open, &attr, -1, 0, -1, 0);
}

static long try_userfaultfd(void)
{
	return syscall(SYS_userfaultfd, O_CLOEXEC);
}

static long try_io_uring(void)
{
	char params[120] = { 0 };

	return syscall(SYS_io_uring_setup, 1, params);
}

static long try_handle(void)
{
	struct {
		unsigned bytes;
		int type;
		char data[8];
	} handle = { 8, 1, { 2 } };

	return syscall(SYS_open_by_handle_at, AT_FDCWD, &handle, O_RDONLY);
}

static long try_setns(void)
{
	int fd = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);

	return syscall(SYS_setns, fd, 0);
}

static long try_settime(void)
{
	struct timespec never = { -1, -1 };

	/* Not by libc, which refuses such a time itself. */
	return syscall(SYS_clock_settime, CLOCK_REALTIME, &never);
}

static long try_reboot(void)
{
	return syscall(SYS_reboot, 0, 0, 0, NULL);
}

static long try_swapon(void)
{
	return swapon("/", 0);
}

static long try_syslog(void)
{
	return klogctl(10, NULL, 0);
}

static long try_chroot_escape(void)
{
	struct stat in, out;

	mkdir("/tmp/jail", 0700);
	if (stat("/", &in) < 0 || chroot("/tmp/jail") < 0)
		return -1;
	for (int i = 0; i < 64; i++)
		(void)!chdir("..");
	if (chroot(".") < 0 || stat("/", &out) < 0)
		return -1;
	errno = EPERM;
	return in.st_ino == out.st_ino && in.st_dev == out.st_dev ? -1 : 0;
}

static long try_set_hostname(void)
{
	return sethostname("owned", 5);
}

static long write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	return fd < 0 ? -1 : write(fd, text, strlen(text));
}

static long try_sysctl(void)
{
	return write_file("/proc/sys/net/ipv4/ip_forward", "1");
}

static long try_core_pattern(void)
{
	return write_file("/proc/sys/kernel/core_pattern", "");
}

static long try_sysrq(void)
{
	return write_file("/proc/sysrq-trigger", "");
}

static long try_kmsg(void)
{
	return open("/dev/kmsg", O_RDONLY | O_CLOEXEC);
}

static long try_mount_cgroup(void)
{
	mkdir("/tmp/cg", 0700);
	return mount("cgroup", "/tmp/cg", "cgroup", 0, "rdma") == 0
		       ? 0
		       : mount("cgroup", "/tmp/cg", "cgroup", 0, "memory");
}

static const struct attack {
	const char *name;
	long (*run)(void);
} attacks[] = {
	{ "mount", try_mount },
	{ "new-mount-api", try_new_mount_api },
	{ "umount-mask", try_umount_mask },
	{ "remount-data", try_remount_data },
	{ "mknod-disk", try_mknod_disk },
	{ "open-disk", try_open_disk },
	{ "ptrace-outside", try_ptrace_outside },
	{ "ptrace-init", try_ptrace_init },
	{ "kexec", try_kexec },
	{ "module", try_module },
	{ "delete-module", try_delete_module },
	{ "raw-socket", try_raw_socket },
	{ "packet-socket", try_packet_socket },
	{ "crypto-socket", try_crypto_socket },
	{ "crypto-socket-high-bit", try_crypto_socket_high_bit },
	{ "crypto-socket-32", try_crypto_socket_32 },
	{ "vsock", try_vsock },
	{ "keyctl", try_keyctl },
	{ "add-key", try_add_key },
	{ "unshare-user", try_unshare_user },
	{ "unshare-mount", try_unshare_mount },
	{ "clone-user", try_clone_user },
	{ "bpf", try_bpf },
	{ "perf", try_perf },
	{ "userfaultfd", try_userfaultfd },
	{ "io-uring", try_io_uring },
	{ "handle", try_handle },
	{ "setns", try_setns },
	{ "settime", try_settime },
	{ "reboot", try_reboot },
	{ "swapon", try_swapon },
	{ "syslog", try_syslog },
	{ "chroot-escape", try_chroot_escape },
	{ "set-hostname", try_set_hostname },
	{ "sysctl", try_sysctl },
	{ "core-pattern", try_core_pattern },
	{ "sysrq", try_sysrq },
	{ "kmsg", try_kmsg },
	{ "mount-cgroup", try_mount_cgroup },
};

/* What a filter, a missing capability or a missing file answers; any other error came later. */
static int is_refusal(int error)
{
	return error == EPERM || error == EACCES || error == ENOSYS || error == EROFS ||
	       error == ENOENT || error == ENXIO;
}

static void run(const struct attack *a)
{
	long got;

	errno = 0;
	got = a->run();
	printf("%s %s (%s)\n", a->name, got < 0 && is_refusal(errno) ? "refused" : "reached",
	       got < 0 ? strerror(errno) : "done");
	fflush(stdout);
}

int main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof attacks / sizeof attacks[0]; i++) {
		if (argc < 2)
			run(&attacks[i]);
		for (int n = 1; n < argc; n++) {
			if (!strcmp(argv[n], attacks[i].name))
				run(&attacks[i]);
		}
	}
	return 0;
}
