/* SPDX-License-Identifier: Apache-2.0 */
#include "tree_cases.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/fd.h"
#include "base/path.h"

#define LINE_LIMIT 4096

char work_dir[64];

const char *work(const char *format, ...)
{
	static char paths[8][256];
	static unsigned next;
	char *path = paths[next++ % 8];
	size_t n = strlen(work_dir);
	va_list args;

	memcpy(path, work_dir, n);
	va_start(args, format);
	vsnprintf(path + n, sizeof paths[0] - n, format, args);
	va_end(args);
	return path;
}

void work_open(void)
{
	strcpy(work_dir, "/tmp/cale-tree.XXXXXX");
	assert_non_null(mkdtemp(work_dir));
	assert_int_equal(unshare(CLONE_NEWNS), 0);
	assert_int_equal(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	assert_int_equal(mount("tmpfs", work_dir, "tmpfs", 0, "mode=755"), 0);
}

void work_close(void)
{
	umount2(work_dir, MNT_DETACH);
	rmdir(work_dir);
}

void work_reset(void)
{
	struct err e;
	int fd = fd_open(AT_FDCWD, work_dir, O_RDONLY | O_DIRECTORY, &e);

	assert_true(fd >= 0);
	while (umount2(work("/host/mounted"), MNT_DETACH) == 0)
		;
	while (umount2(work("/host"), MNT_DETACH) == 0)
		;
	assert_int_equal(path_remove_tree(fd, "rootfs", &e), 0);
	assert_int_equal(path_remove_tree(fd, "host", &e), 0);
	close(fd);
	make_dir(work("/rootfs"), 0755);
	make_dir(work("/host"), 0755);
}

void make_dir(const char *path, mode_t mode)
{
	assert_true(mkdir(path, 0755) == 0 || errno == EEXIST);
	assert_int_equal(chmod(path, mode), 0);
}

void make_file(const char *path, const char *content)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, strlen(content)), strlen(content));
	close(fd);
}

int exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

struct spec tree_spec(int users, const struct spec_mount *mounts, size_t n)
{
	static const struct id_range map = { 0, MAPPED_ROOT, MAPPED_IDS };
	static char program[] = "/none";
	static char *const args[] = { program, NULL };
	static char *const env[] = { NULL };
	static char root[128];
	struct spec spec = {
		.id = "tree",
		.rootfs = { .kind = ROOTFS_DIRECTORY, .devices = 1 },
		.mounts = mounts,
		.n_mounts = n,
		.process = { .args = args, .env = env, .cwd = "/" },
	};

	snprintf(root, sizeof root, "%s/rootfs", work_dir);
	spec.rootfs.path = root;
	for (int i = NS_PID; i <= NS_UTS; i++)
		spec.namespaces[i].mode = NS_MODE_NEW;
	if (users) {
		spec.namespaces[NS_USER].mode = NS_MODE_NEW;
		spec.uid_map = spec.gid_map = &map;
		spec.n_uid_map = spec.n_gid_map = 1;
	}
	return spec;
}

struct container create(const struct spec *spec)
{
	const struct runtime_io io = { .stdio = { -1, -1, -1 } };
	struct container c = {};

	c.failed =
		runtime_create(&(struct runtime_request){ .spec = spec, .io = &io, .start_fd = -1 },
			       &c.process, &c.e) < 0;
	return c;
}

struct container create_well(const struct spec *spec)
{
	struct container c = create(spec);

	if (c.failed)
		print_message("# %s\n", c.e.text);
	assert_false(c.failed);
	return c;
}

void destroy(struct container *c)
{
	if (!c->failed)
		runtime_abort(&c->process);
}

/* One line of mountinfo, taken apart; proc(5). */
static void rewrite(char *line, char *out, size_t size)
{
	char *fields[6], *tail = strstr(line, " - "), *rest = line, *super;
	size_t used;

	assert_non_null(tail);
	*tail = '\0';
	for (size_t i = 0; i < 6; i++)
		fields[i] = strsep(&rest, " ");
	super = strrchr(tail + 3, ' ');
	*super++ = '\0';
	super[strcspn(super, "\n")] = '\0';
	used = (size_t)snprintf(out, size, "%s %s %s", fields[5], rest ? rest : "", tail + 3);
	for (char *option; (option = strsep(&super, ","));)
		used += (size_t)snprintf(out + used, size - used, " super:%s", option);
	for (char *p = out; *p; p++) {
		if (*p == ',')
			*p = ' ';
	}
}

static int scan(const struct container *c, const char *target, char *out, size_t size)
{
	char path[64], line[LINE_LIMIT], at[512], root[512];
	FILE *f;
	int n = 0;

	snprintf(path, sizeof path, "/proc/%d/mountinfo", c->process.pid);
	f = fopen(path, "re");
	assert_non_null(f);
	while (fgets(line, sizeof line, f)) {
		if (sscanf(line, "%*d %*d %*s %511s %511s", root, at) != 2 ||
		    strcmp(at, target) != 0)
			continue;
		n++;
		rewrite(line, out, size);
	}
	fclose(f);
	return n;
}

const char *mount_line(const struct container *c, const char *target)
{
	static char out[LINE_LIMIT];

	out[0] = '\0';
	scan(c, target, out, sizeof out);
	return out;
}

int count_mounts(const struct container *c, const char *target)
{
	char out[LINE_LIMIT];

	return scan(c, target, out, sizeof out);
}

static int has_word(const char *line, const char *word, size_t n)
{
	for (const char *p = line; *p;) {
		size_t length = strcspn(p, " ");

		/* "shared" also stands for "shared:12". */
		if (length >= n && !strncmp(p, word, n) && (length == n || p[n] == ':'))
			return 1;
		p += length;
		p += strspn(p, " ");
	}
	return 0;
}

void assert_mount(const struct container *c, const char *target, const char *words)
{
	const char *line = mount_line(c, target);

	for (const char *p = words; *p;) {
		int not = *p == '!';
		size_t n;

		p += not ;
		n = strcspn(p, " ");
		if (!!has_word(line, p, n) == not )
			print_message("# %s: %s: %s\n", target, words, line);
		assert_int_equal(!!has_word(line, p, n), !not );
		p += n;
		p += strspn(p, " ");
	}
}

const char *inside(const struct container *c, const char *path)
{
	static char paths[4][512];
	static unsigned next;
	char *out = paths[next++ % 4];

	snprintf(out, sizeof paths[0], "/proc/%d/root%s", c->process.pid, path);
	return out;
}

void run_as_user(void (*f)(void))
{
	int ready[2], status;
	char byte = 0, path[64];
	struct err e;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(ready[1]);
		if (unshare(CLONE_NEWUSER) < 0 || read(ready[0], &byte, 1) != 1)
			_exit(240);
		if (unshare(CLONE_NEWNS) < 0 || setresgid(0, 0, 0) < 0 || setresuid(0, 0, 0) < 0)
			_exit(241);
		f();
		_exit(0);
	}
	close(ready[0]);
	snprintf(path, sizeof path, "/proc/%d/ns/user", pid);
	for (struct stat mine, theirs; stat("/proc/self/ns/user", &mine) == 0 &&
				       stat(path, &theirs) == 0 && mine.st_ino == theirs.st_ino;)
		usleep(1000);
	snprintf(path, sizeof path, "/proc/%d/uid_map", pid);
	assert_int_equal(fd_write_file(AT_FDCWD, path, "0 0 1000000", &e), 0);
	snprintf(path, sizeof path, "/proc/%d/gid_map", pid);
	assert_int_equal(fd_write_file(AT_FDCWD, path, "0 0 1000000", &e), 0);
	assert_int_equal(write(ready[1], &byte, 1), 1);
	close(ready[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int run_inside(const struct container *c, int (*f)(const void *), const void *arg)
{
	char mine[64], theirs[64], path[64];
	pid_t pid = fork();
	int status, users;

	assert_true(pid >= 0);
	if (pid == 0) {
		snprintf(path, sizeof path, "/proc/%d/ns/user", c->process.pid);
		memset(mine, 0, sizeof mine);
		memset(theirs, 0, sizeof theirs);
		users = readlink("/proc/self/ns/user", mine, sizeof mine - 1) > 0 &&
			readlink(path, theirs, sizeof theirs - 1) > 0 && strcmp(mine, theirs) != 0;
		if (setns(c->process.pid_fd, CLONE_NEWNS | (users ? CLONE_NEWUSER : 0)) < 0)
			_exit(250);
		if (users && (setresgid(0, 0, 0) < 0 || setresuid(0, 0, 0) < 0))
			_exit(251);
		_exit(f(arg));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}
