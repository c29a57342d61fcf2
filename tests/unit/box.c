/* SPDX-License-Identifier: Apache-2.0 */
#include "box.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/fd.h"
#include "base/path.h"
#include "base/process.h"
#include "runtime/capset.h"
#include "runtime/exec.h"

#define BUSYBOX "/bin/busybox"

static const char *const folders[] = { "bin", "dev", "proc", "sys", "tmp", "data", "etc" };

static void make_root(struct box *b)
{
	cleanup_fd int from = open(BUSYBOX, O_RDONLY | O_CLOEXEC), to = -1;
	char path[128], bytes[65536];
	ssize_t n;

	snprintf(b->root, sizeof b->root, "/tmp/cale-box-XXXXXX");
	assert_non_null(mkdtemp(b->root));
	assert_int_equal(chmod(b->root, 0755), 0);
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		snprintf(path, sizeof path, "%s/%s", b->root, folders[i]);
		assert_int_equal(mkdir(path, 0755), 0);
	}
	snprintf(path, sizeof path, "%s/bin/busybox", b->root);
	to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
	assert_true(from >= 0 && to >= 0);
	while ((n = read(from, bytes, sizeof bytes)) > 0)
		assert_int_equal(write(to, bytes, (size_t)n), n);
	assert_int_equal(n, 0);
	assert_int_equal(fchmod(to, 0755), 0);
}

static uint64_t held(void)
{
	struct capset set;
	struct err e;

	assert_int_equal(capset_get(&set, &e), 0);
	return set.permitted;
}

int box_may(unsigned capability)
{
	return (int)(held() >> capability & 1);
}

struct box *box_new(void)
{
	struct box *b;

	if (geteuid() != 0)
		skip();
	b = xcalloc(1, sizeof *b);
	make_root(b);
	b->mounts[0] = (struct spec_mount){
		.kind = MOUNT_FILESYSTEM, .source = "proc", .target = "/proc", .fstype = "proc"
	};
	b->mounts[1] = (struct spec_mount){
		.kind = MOUNT_FILESYSTEM, .source = "tmpfs", .target = "/tmp", .fstype = "tmpfs"
	};
	b->env[0] = xstrdup("PATH=/bin");
	b->spec = (struct spec){
		.id = "box",
		.namespaces = { [NS_PID] = { NS_MODE_NEW, NULL },
				[NS_MOUNT] = { NS_MODE_NEW, NULL },
				[NS_NETWORK] = { NS_MODE_NEW, NULL },
				[NS_IPC] = { NS_MODE_NEW, NULL },
				[NS_UTS] = { NS_MODE_NEW, NULL } },
		.hostname = "box",
		.rootfs = { .kind = ROOTFS_DIRECTORY, .path = b->root },
		.mounts = b->mounts,
		.n_mounts = 2,
		.process = { .env = b->env,
			     .cwd = "/",
			     .cap_bounding = held(),
			     .cap_permitted = held(),
			     .cap_effective = held(),
			     .no_new_privileges = 1 },
	};
	return b;
}

void box_use_user_namespace(struct box *b)
{
	b->map = (struct id_range){ 0, 100000, 65536 };
	b->spec.namespaces[NS_USER].mode = NS_MODE_NEW;
	b->spec.uid_map = b->spec.gid_map = &b->map;
	b->spec.n_uid_map = b->spec.n_gid_map = 1;
}

void box_free(struct box *b)
{
	cleanup_fd int tmp = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct err e = {};

	if (!b)
		return;
	box_stop(b);
	if (path_remove_tree(tmp, b->root + strlen("/tmp/"), &e) < 0)
		print_message("# %s\n", e.text);
	free(b->env[0]);
	free(b);
}

static void set_script(struct box *b, struct spec_process *p, const char *script)
{
	/* They are only read. */
	b->args[0] = (char *)"/bin/busybox";
	b->args[1] = (char *)"sh";
	b->args[2] = (char *)"-c";
	b->args[3] = (char *)(uintptr_t)script;
	b->args[4] = NULL;
	if (b->applet) {
		b->args[1] = (char *)(uintptr_t)b->applet;
		b->args[2] = NULL;
	}
	p->args = b->args;
}

static int create(struct box *b, const struct runtime_io *io, struct runtime_process *ret)
{
	const struct runtime_request request = { .spec = &b->spec, .io = io, .start_fd = -1 };

	return runtime_create(&request, ret, &b->e);
}

static int start_it(struct box *b, struct runtime_process *p)
{
	const struct runtime_start start = { NULL, b->listener.take ? &b->listener : NULL };

	return runtime_start(p, &start, &b->e);
}

/* Reads what it prints, then its end. */
static int finish(struct box *b, struct runtime_process *p, int out_fd)
{
	struct err e;
	ssize_t n = fd_read_full(out_fd, b->out, sizeof b->out - 1, &e);
	int status;

	b->out[n < 0 ? 0 : n] = '\0';
	status = process_wait(p->pid, &e);
	close(p->pid_fd);
	if (p->pty_fd >= 0)
		close(p->pty_fd);
	return process_exit_code(status);
}

int box_run(struct box *b, const char *script)
{
	struct runtime_process p;
	int out[2], result;

	b->e = (struct err){};
	*b->out = '\0';
	set_script(b, &b->spec.process, script);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	result = create(b, &(struct runtime_io){ { 0, out[1], out[1] } }, &p);
	close(out[1]);
	if (result == 0 && start_it(b, &p) == 0)
		result = finish(b, &p, out[0]);
	else
		result = BOX_FAILED;
	close(out[0]);
	return result;
}

int box_start(struct box *b)
{
	b->e = (struct err){};
	set_script(b, &b->spec.process, "exec /bin/busybox sleep 1000");
	if (create(b, &(struct runtime_io){ { 0, 1, 2 } }, &b->started) < 0 ||
	    start_it(b, &b->started) < 0) {
		b->started.pid = 0;
		return BOX_FAILED;
	}
	return 0;
}

int box_exec(struct box *b, const struct spec_process *process, const char *script)
{
	struct spec spec = b->spec;
	struct runtime_process p;
	struct runtime_exec request = { .target_fd = b->started.pid_fd, .spec = &spec };
	int out[2], result;

	if (process)
		spec.process = *process;
	b->e = (struct err){};
	*b->out = '\0';
	set_script(b, &spec.process, script);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	result = runtime_exec(&request, NULL, &(struct runtime_io){ { 0, out[1], out[1] } }, &p,
			      &b->e);
	close(out[1]);
	if (result == 0 && start_it(b, &p) == 0)
		result = finish(b, &p, out[0]);
	else
		result = BOX_FAILED;
	close(out[0]);
	return result;
}

void box_stop(struct box *b)
{
	if (b->started.pid > 0)
		runtime_abort(&b->started);
	b->started.pid = 0;
}
