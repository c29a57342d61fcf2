/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/restore.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/json.h"
#include "oci/criu_mounts.h"
#include "oci/criu_namespaces.h"
#include "oci/hook_run.h"
#include "runtime/cgroup_control.h"
#include "runtime/keyring.h"
#include "runtime/live_mounts.h"
#include "runtime/network.h"
#include "runtime/scheduling.h"

#define LOG_NAME	 "restore.log"
#define ROOT_NAME	 "criu-root"
#define FIRST_FD	 4 /* after 0, 1, 2 and the socket */
#define STDIO_BYTES_MAX	 4096
#define CGROUP_BYTES_MAX 65536

struct restore {
	const struct oci_restoring *asked;
	struct runtime_process *process;
	struct criu_tree tree;
	/* What we come from: its mount namespace, root and working directory, or -1. */
	int host_ns_fd, host_root_fd, host_cwd_fd;
};

/* ---- our own place ---- */

static int note_place(struct restore *r, struct err *e)
{
	r->host_ns_fd = fd_open(AT_FDCWD, "/proc/self/ns/mnt", O_RDONLY, e);
	r->host_root_fd = r->host_ns_fd < 0 ? -1 : fd_open(AT_FDCWD, "/", O_PATH, e);
	r->host_cwd_fd = r->host_root_fd < 0 ? -1 : fd_open(AT_FDCWD, ".", O_PATH, e);
	return r->host_cwd_fd < 0 ? -1 : 0;
}

/* Joining a mount namespace leads to its root. */
static int go_back(const struct restore *r, struct err *e)
{
	if (setns(r->host_ns_fd, CLONE_NEWNS) < 0 || fchdir(r->host_root_fd) < 0 ||
	    chroot(".") < 0 || fchdir(r->host_cwd_fd) < 0)
		return err_sys(e, "go back to the host's mount namespace");
	return 0;
}

static void forget_place(struct restore *r)
{
	const int fds[] = { r->host_ns_fd, r->host_root_fd, r->host_cwd_fd };

	for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
		if (fds[i] >= 0)
			close(fds[i]);
	}
}

/* ---- streams ---- */

/* CRIU goes to where in the file the process was. */
static int refuse_stream(int fd, struct err *e)
{
	err_set(e, ERR_UNENFORCED, "descriptor %d was a file, and criu can't make a pipe of it",
		fd);
	return err_hint(
		e, "redirect it to a file or /dev/null, or give the container a pipe when it is "
		   "run first");
}

/* Ours take the place of pipes and of files that were outside; the images say only which was which. */
static int supply_stdio(const struct criu_options *o, struct text *options, struct err *e)
{
	cleanup_fd int images_fd = criu_open_images(o, 0, e);
	cleanup_json json_t *names = NULL;

	if (images_fd < 0)
		return -1;
	names = json_parse_file(images_fd, CRIU_STDIO_FILE, STDIO_BYTES_MAX, e);
	if (!names)
		return err_wrap(e, "%s", o->image_path);
	for (int fd = 0; fd < 3; fd++) {
		const char *name = json_string_only(json_array_get(names, (size_t)fd));
		int was_pipe = name && !strncmp(name, "pipe:[", 6);
		int was_file = name && !strncmp(name, "file[", 5);

		if (was_file && lseek(fd, 0, SEEK_CUR) < 0)
			return refuse_stream(fd, e);
		if (was_pipe || was_file)
			criu_put_inherited(options, name, fd);
	}
	return 0;
}

/* ---- control groups ---- */

/* One line of /proc/PID/cgroup: "ID:CONTROLLERS:PATH". */
static void add_group(char *line, struct text *options)
{
	char *controllers = strchr(line, ':'),
	     *path = controllers ? strchr(controllers + 1, ':') : 0;
	char *one;

	if (!path)
		return;
	*path++ = '\0';
	controllers++;
	while ((one = strsep(&controllers, ",")))
		criu_put_pair(options, CRIU_CG_ROOT, one, path);
}

/*
 * CRIU itself goes into the container's groups, and the processes that it makes go where it is. They also inherit
 * what isn't in the images.
 */
static int begun(void *data, pid_t pid, struct text *options, struct err *e)
{
	const struct restore *r = data;
	const struct oci_container *c = r->asked->container;
	cleanup_free char *path = xprintf("/proc/%d/cgroup", pid), *text = NULL;
	char *rest, *line;

	if (go_back(r, e) < 0 || r->asked->adopt(r->asked->data, pid, e) < 0 ||
	    io_priority_ensure(&c->config.spec.process.io_priority, pid, e) < 0)
		return -1;
	text = fd_read_file(AT_FDCWD, path, CGROUP_BYTES_MAX, e);
	if (!text)
		return -1;
	rest = text;
	while ((line = strsep(&rest, "\n")))
		add_group(line, options);
	criu_mounts_supply(c, *r->asked->groups, r->tree.places, options);
	return 0;
}

/* ---- what CRIU tells ---- */

static int run_hooks(const struct restore *r, pid_t pid, struct err *e)
{
	struct oci_container *c = r->asked->container;

	*r->asked->hooks_began = 1;
	if (oci_hooks_run(c, HOOK_PRESTART, OCI_CREATING, pid, e) < 0)
		return -1;
	return oci_hooks_run(c, HOOK_CREATE_RUNTIME, OCI_CREATING, pid, e);
}

/*
 * Of several mounts of one file CRIU 4 makes all but the first without their flags, and whoever is root in the
 * container could change the host's /dev/null through a mask. Its processes don't run yet.
 */
static int protect_mounts(const struct restore *r, pid_t pid, struct err *e)
{
	const struct spec *s = &r->asked->container->config.spec;
	cleanup_fd int pid_fd = (int)syscall(SYS_pidfd_open, pid, 0);
	const struct live_mounts l = { .spec = s, .pid = pid, .pid_fd = pid_fd };

	if (pid_fd < 0)
		return err_sys(e, "pidfd_open");
	return live_mounts_protect(&l, e) < 0 ? err_wrap(e, "protect mounts") : 0;
}

static int notified(void *data, const struct criu_answer *a, int fd, struct err *e)
{
	struct restore *r = data;

	if (!strcmp(a->script, "orphan-pts-master") && r->process->pty_fd < 0) {
		r->process->pty_fd = fd;
		return 0;
	}
	if (fd >= 0)
		close(fd);
	if (!strcmp(a->script, "setup-namespaces"))
		return network_configure(&r->asked->container->config.spec, a->pid, e) < 0
			       ? -1
			       : run_hooks(r, a->pid, e);
	if (!strcmp(a->script, "post-restore"))
		return protect_mounts(r, a->pid, e);
	return 0;
}

/* ---- all ---- */

static int run(struct restore *r, struct criu_call *call, struct err *e)
{
	int fds[NS_COUNT], n;
	pid_t pid;

	if (supply_stdio(call->asked, &call->options, e) < 0)
		return -1;
	n = criu_namespaces_supply(r->asked->container, FIRST_FD, fds, &call->options, e);
	if (n < 0)
		return -1;
	call->fds = fds;
	call->n_fds = (size_t)n;
	pid = criu_run(call, e);
	while (n)
		close(fds[--n]);
	if (pid < 0)
		return -1;
	r->process->pid = pid;
	r->process->pid_fd = (int)syscall(SYS_pidfd_open, pid, 0);
	return r->process->pid_fd < 0 ? err_sys(e, "pidfd_open") : 0;
}

/* What only keeps a program from starting elsewhere, or is for one that starts. */
static int check(const struct oci_container *c, struct err *e)
{
	if (!c->config.spec.rootfs.no_pivot)
		return criu_check(c, e);
	err_set(e, ERR_UNENFORCED, "criu always uses pivot_root");
	return err_hint(e, "leave --no-pivot out, with a root file system that isn't a ramfs");
}

static int restore(struct restore *r, struct err *e)
{
	struct oci_container *c = r->asked->container;
	struct criu_call call = {
		.kind = CRIU_RESTORE,
		.log = LOG_NAME,
		.asked = r->asked->options,
		.data = r,
		.begun = begun,
		.notified = notified,
	};
	struct err why;
	int failed;

	criu_put_string(&call.options, CRIU_ROOT, r->tree.root);
	criu_put_number(&call.options, CRIU_RST_SIBLING, 1);
	criu_put_number(&call.options, CRIU_EVASIVE_DEVICES, 1);
	failed = keyring_join(&c->config.spec, e) < 0 || criu_mounts_prepare(&r->tree, e) < 0 ||
		 run(r, &call, e) < 0;
	/* Whatever went wrong, nothing else is to happen in there. */
	if (go_back(r, &why) < 0 && !failed) {
		*e = why;
		failed = 1;
	}
	text_free(&call.options);
	return failed ? -1 : 0;
}

int oci_restore_process(const struct oci_restoring *asked, struct runtime_process *ret,
			struct err *e)
{
	struct oci_container *c = asked->container;
	cleanup_free char *root = xprintf("%s/%s/" ROOT_NAME, c->store->path, c->id);
	struct restore r = {
		.asked = asked,
		.process = ret,
		.tree = { .container = c, .root = root, .root_fd = -1 },
		.host_ns_fd = -1,
		.host_root_fd = -1,
		.host_cwd_fd = -1,
	};
	int failed;

	*ret = (struct runtime_process){ .pid_fd = -1, .status_fd = -1, .pty_fd = -1 };
	if (check(c, e) < 0 || criu_check_features(asked->options, e) < 0)
		return -1;
	if (mkdirat(c->dir_fd, ROOT_NAME, 0700) < 0 && errno != EEXIST)
		return err_sys(e, "create %s", root);
	failed = note_place(&r, e) < 0 || restore(&r, e) < 0;
	forget_place(&r);
	unlinkat(c->dir_fd, ROOT_NAME, AT_REMOVEDIR);
	c->record.restored = !failed;
	return failed ? -1 : 0;
}
