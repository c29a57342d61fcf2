/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worker/sandbox.h: each attempt is made twice, in the sandbox, where it must fail, and outside, where
 * it must work: else the test would prove nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <linux/mount.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/mem.h"
#include "base/path.h"
#include "worker/sandbox.h"
#include "worker/view.h"

#define MEMORY_BYTES (UINT64_C(256) << 20)
#define FILE_BYTES   (1 << 20)

static char top[64]; /* below /tmp */
static int temporary_fd, top_fd, readable_fd, writable_fd, tree_fd;

static int worked(int r)
{
	return r >= 0;
}

static int read_outside(void)
{
	return worked(open("/etc/passwd", O_RDONLY));
}

static int read_above(void)
{
	return worked(openat(writable_fd, "../secret", O_RDONLY));
}

static int make_above(void)
{
	return worked(openat(top_fd, "new", O_WRONLY | O_CREAT, 0600));
}

static int write_readable(void)
{
	return worked(openat(readable_fd, "file", O_WRONLY));
}

static int make_in_readable(void)
{
	return worked(openat(readable_fd, "new", O_WRONLY | O_CREAT, 0600));
}

static int link_out_of_tree(void)
{
	return worked(linkat(top_fd, "secret", tree_fd, "stolen", 0));
}

static int inet_socket(void)
{
	return worked(socket(AF_INET, SOCK_STREAM, 0));
}

static int unix_socket(void)
{
	return worked(socket(AF_UNIX, SOCK_STREAM, 0));
}

static int run_program(void)
{
	/* A file that is no program: got as far as looking at it. */
	execl("/etc/passwd", "x", NULL);
	return errno == ENOEXEC || errno == EACCES;
}

static int make_process(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return worked(pid);
}

static int signal_parent(void)
{
	return worked(kill(getppid(), 0));
}

static int signal_parents_thread(void)
{
	return worked((int)syscall(SYS_tgkill, getppid(), getppid(), 0));
}

static int make_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
	       MAP_FAILED;
}

static int turn_to_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return mprotect(p, 4096, PROT_READ | PROT_EXEC) == 0;
}

static int new_user_namespace(void)
{
	return worked(unshare(CLONE_NEWUSER));
}

static int session_keyring(void)
{
	long r = syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0);

	return r >= 0 || errno == ENOKEY;
}

static int trace_me(void)
{
	return worked((int)ptrace(PTRACE_TRACEME, 0, NULL, NULL));
}

static int much_memory(void)
{
	return mmap(NULL, MEMORY_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		    0) != MAP_FAILED;
}

static int large_file(void)
{
	int fd = openat(writable_fd, "large", O_WRONLY | O_CREAT, 0600);

	return worked(ftruncate(fd, FILE_BYTES + 1));
}

static int many_files(void)
{
	int fd = -1;

	for (int i = 0; i < 1100; i++)
		fd = openat(readable_fd, "file", O_RDONLY);
	return worked(fd);
}

static int much_time(void)
{
	for (struct timespec t = {}; t.tv_sec < 2;)
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return 1;
}

/* What a worker is for, so that the others don't fail for a wrong reason. */
static int its_work(void)
{
	struct stat st;
	int fd = openat(tree_fd, "made", O_RDWR | O_CREAT, 0600);

	return worked(fd) && write(fd, "x", 1) == 1 && fstat(fd, &st) == 0 &&
	       mkdirat(tree_fd, "folder", 0700) == 0 &&
	       linkat(tree_fd, "made", tree_fd, "folder/linked", 0) == 0 &&
	       symlinkat("x", tree_fd, "link") == 0 &&
	       mknodat(tree_fd, "whiteout", S_IFCHR, makedev(0, 0)) == 0 &&
	       worked(openat(readable_fd, "file", O_RDONLY)) &&
	       worked(openat(writable_fd, "blob", O_WRONLY | O_CREAT, 0600));
}

static const struct attempt {
	const char *name;
	int (*make)(void);
	int needs_landlock, may_work;
} attempts[] = {
	{ "what it is for", its_work, 0, 1 },
	{ "read a file outside", read_outside, 1, 0 },
	{ "read a file above its folder", read_above, 1, 0 },
	{ "make a file above its folder", make_above, 1, 0 },
	{ "write to a folder to read", write_readable, 1, 0 },
	{ "make a file in a folder to read", make_in_readable, 1, 0 },
	{ "link a file from outside into its tree", link_out_of_tree, 1, 0 },
	{ "an Internet socket", inet_socket, 0, 0 },
	{ "a Unix socket", unix_socket, 0, 0 },
	{ "run a program", run_program, 0, 0 },
	{ "make a process", make_process, 0, 0 },
	{ "signal its parent", signal_parent, 0, 0 },
	{ "signal its parent's thread", signal_parents_thread, 0, 0 },
	{ "make executable memory", make_code, 0, 0 },
	{ "make memory executable", turn_to_code, 0, 0 },
	{ "a user namespace", new_user_namespace, 0, 0 },
	{ "a keyring", session_keyring, 0, 0 },
	{ "be traced", trace_me, 0, 0 },
	{ "more memory than its limit", much_memory, 0, 0 },
	{ "a larger file than its limit", large_file, 0, 0 },
	{ "more files than its limit", many_files, 0, 0 },
	{ "more time than its limit", much_time, 0, 0 },
};

static void enter_or_exit(void)
{
	const struct sandbox_folder folders[] = { { tree_fd, SANDBOX_TREE },
						  { writable_fd, SANDBOX_WRITE },
						  { readable_fd, SANDBOX_READ } };
	const struct sandbox s = { .folders = folders,
				   .n_folders = 3,
				   .memory_bytes = MEMORY_BYTES,
				   .cpu_sec = 1,
				   .file_bytes = FILE_BYTES };
	struct sandbox_state state;
	struct err e;

	if (sandbox_enter(&s, &state, &e) < 0) {
		fprintf(stderr, "%s\n", e.text);
		_exit(3);
	}
}

/* 1 when it worked, 0 when it was refused or ended the process. */
static int try(const struct attempt *a, int boxed)
{
	pid_t pid;
	int status;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_DUMPABLE, 0);
		if (boxed)
			enter_or_exit();
		_exit(a->make() ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 3)
		fail_msg("the sandbox can't be entered");
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void make_folders(void)
{
	struct err e;

	assert_int_equal(path_remove_tree(temporary_fd, top, &e), 0);
	assert_int_equal(mkdirat(temporary_fd, top, 0700), 0);
	top_fd = openat(temporary_fd, top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	mkdirat(top_fd, "readable", 0700);
	mkdirat(top_fd, "writable", 0700);
	mkdirat(top_fd, "tree", 0700);
	close(openat(top_fd, "secret", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	close(openat(top_fd, "readable/file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	readable_fd = openat(top_fd, "readable", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	writable_fd = openat(top_fd, "writable", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	tree_fd = openat(top_fd, "tree", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void close_folders(void)
{
	close(top_fd);
	close(readable_fd);
	close(writable_fd);
	close(tree_fd);
}

static void the_sandbox_refuses_what_works_without_it(void **state)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, 1);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(attempts); i++) {
		const struct attempt *a = &attempts[i];

		if (a->needs_landlock && abi < 2)
			continue;
		make_folders();
		if (!try(a, 0) && a->make != new_user_namespace)
			fail_msg("%s: doesn't work even without a sandbox", a->name);
		close_folders();
		make_folders();
		if (try(a, 1) != a->may_work)
			fail_msg("%s: %s", a->name, a->may_work ? "refused" : "worked");
		close_folders();
	}
}

static void devices_cant_be_opened_through_a_view(void **state)
{
	int view;

	(void)state;
	make_folders();
	if (mknodat(tree_fd, "zero", S_IFCHR | 0600, makedev(1, 5)) < 0)
		skip();
	view = view_open(tree_fd, 0);
	assert_true(view >= 0);
	assert_true(worked(openat(tree_fd, "zero", O_RDONLY | O_CLOEXEC)));
	assert_int_equal(openat(view, "zero", O_RDONLY | O_CLOEXEC), -1);
	assert_int_equal(errno, EACCES);
	/* Up from the view is the folder itself, not what is above it on the host. */
	assert_int_equal(openat(view, "../secret", O_RDONLY | O_CLOEXEC), -1);
	close(view);
	close_folders();
}

static int remove_top(void **state)
{
	struct err e;

	(void)state;
	return path_remove_tree(temporary_fd, top, &e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sandbox_refuses_what_works_without_it),
		cmocka_unit_test(devices_cant_be_opened_through_a_view),
	};

	struct rlimit files;

	temporary_fd = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* The soft limit often is just what the sandbox gives. */
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	snprintf(top, sizeof top, "cale-sandbox-%d", getpid());
	return cmocka_run_group_tests(tests, NULL, remove_top);
}
