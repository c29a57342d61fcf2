/* SPDX-License-Identifier: Apache-2.0 */
#include "floor.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void need(long got, const char *what)
{
	if (got >= 0)
		return;
	fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
	_exit(111);
}

double bench_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static const struct {
	const char *name;
	unsigned major, minor;
} nodes[] = {
	{ "null", 1, 3 },   { "zero", 1, 5 },	 { "full", 1, 7 },
	{ "random", 1, 8 }, { "urandom", 1, 9 }, { "tty", 5, 0 },
};

/* A user namespace can't make nodes: the host's are bound. */
static void make_nodes(int user_namespace)
{
	char path[32], host[40];

	for (size_t i = 0; i < sizeof nodes / sizeof nodes[0]; i++) {
		snprintf(path, sizeof path, "dev/%s", nodes[i].name);
		if (!user_namespace) {
			need(mknod(path, S_IFCHR | 0666, makedev(nodes[i].major, nodes[i].minor)),
			     path);
			continue;
		}
		snprintf(host, sizeof host, "/%s", path);
		need(close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0666)), path);
		need(mount(host, path, NULL, MS_BIND, NULL), path);
	}
}

static void make_mounts(int user_namespace)
{
	static const struct {
		const char *target, *type, *options;
		unsigned long flags;
	} mounts[] = {
		{ "dev/pts", "devpts", "newinstance,ptmxmode=0666,mode=0620",
		  MS_NOEXEC | MS_NOSUID },
		{ "dev/shm", "tmpfs", "mode=1777,size=64m", MS_NODEV | MS_NOEXEC | MS_NOSUID },
		{ "dev/mqueue", "mqueue", NULL, MS_NODEV | MS_NOEXEC | MS_NOSUID },
	};

	need(mount("proc", "proc", "proc", MS_NODEV | MS_NOEXEC | MS_NOSUID, NULL), "proc");
	need(mount("tmpfs", "dev", "tmpfs", MS_NOSUID, "mode=755,size=64m"), "dev");
	make_nodes(user_namespace);
	for (size_t i = 0; i < sizeof mounts / sizeof mounts[0]; i++) {
		need(mkdir(mounts[i].target, 0755), mounts[i].target);
		need(mount(mounts[i].type, mounts[i].target, mounts[i].type, mounts[i].flags,
			   mounts[i].options),
		     mounts[i].target);
	}
	/* With the host's network a user namespace may not mount it: an engine binds the host's. */
	if (mount("sysfs", "sys", "sysfs", MS_RDONLY | MS_NODEV | MS_NOEXEC | MS_NOSUID, NULL) < 0)
		need(mount("/sys", "sys", NULL, MS_BIND | MS_REC, NULL), "sys");
}

static void drop_all(void)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct none[2] = { 0 };
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mount, 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_kexec_load, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
	};
	struct sock_fprog program = { sizeof code / sizeof code[0], code };

	for (int cap = 0; prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == 0; cap++)
		;
	need(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
	need(syscall(SYS_capset, &header, none), "capset");
	need(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program), "seccomp");
}

static void contain(const struct floor *f, const char *overlay, int go)
{
	char c;

	need(read(go, &c, 1), "start");
	need(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "private /");
	need(chdir(f->scratch), f->scratch);
	need(mount("overlay", "root", "overlay", 0, overlay), "overlay");
	need(chdir("root"), "root");
	make_mounts(f->user_namespace);
	need(syscall(SYS_pivot_root, ".", "."), "pivot_root");
	need(umount2(".", MNT_DETACH), "umount of the old root");
	need(sethostname("floor", 5), "host name");
	drop_all();
	execv(f->argv[0], f->argv);
	need(-1, f->argv[0]);
}

static void write_map(pid_t pid, const char *file, const char *text)
{
	char path[64];
	int fd;

	snprintf(path, sizeof path, "/proc/%d/%s", pid, file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	need(fd, path);
	need(write(fd, text, strlen(text)), path);
	close(fd);
}

static void layers(const struct floor *f, char *options, size_t size, int make)
{
	static const char *const folders[] = { "root", "upper", "work", "work/work" };
	char path[512];

	/* The kernel makes and fills work/work. */
	for (size_t i = 0; i < 4; i++) {
		size_t n = make ? i : 3 - i;

		snprintf(path, sizeof path, "%s/%s", f->scratch, folders[n]);
		if (!make)
			rmdir(path);
		else if (n < 3)
			need(mkdir(path, 0755), path);
	}
	snprintf(options, size, "lowerdir=%s,upperdir=%s/upper,workdir=%s/work%s", f->lower,
		 f->scratch, f->scratch, f->user_namespace ? ",userxattr" : "");
}

double floor_round(const struct floor *f)
{
	struct clone_args clone = { .exit_signal = SIGCHLD };
	char options[2048];
	double begin = bench_now_ms();
	int go[2], status;
	pid_t pid;

	layers(f, options, sizeof options, 1);
	need(pipe2(go, O_CLOEXEC), "pipe");
	clone.flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP |
		      (f->host_network ? 0 : CLONE_NEWNET) |
		      (f->user_namespace ? CLONE_NEWUSER : 0);
	pid = (pid_t)syscall(SYS_clone3, &clone, sizeof clone);
	need(pid, "clone3");
	if (pid == 0)
		contain(f, options, go[0]);
	if (f->user_namespace) {
		write_map(pid, "uid_map", "0 0 65536");
		write_map(pid, "gid_map", "0 0 65536");
	}
	need(write(go[1], "g", 1), "start");
	close(go[0]);
	close(go[1]);
	need(waitpid(pid, &status, 0), "wait");
	if (status != 0) {
		fprintf(stderr, "floor: the program ended with status %#x\n", (unsigned)status);
		exit(1);
	}
	layers(f, options, sizeof options, 0);
	return bench_now_ms() - begin;
}
