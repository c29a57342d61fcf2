/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/checkpoint.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/file.h"
#include "base/json.h"
#include "oci/criu_mounts.h"
#include "oci/criu_namespaces.h"
#include "runtime/cgroup_control.h"

#define LOG_NAME     "dump.log"
#define FDINFO_BYTES 4096

static int check_status(const struct oci_container *c, struct err *e)
{
	enum oci_status status = oci_container_status(c);

	if (status == OCI_RUNNING || status == OCI_PAUSED)
		return 0;
	return err_set(e, ERR_CONFLICT, "Container cannot be checkpointed in %s state",
		       oci_status_name(status));
}

/* The folder of the images, made where it is missing: the parent's path begins there. */
static int open_images(const struct criu_options *o, struct err *e)
{
	cleanup_fd int fd = -1;
	struct stat st;

	if (o->parent_path && *o->parent_path == '/')
		return err_set(e, ERR_USAGE, "--parent-path must be relative");
	fd = criu_open_images(o, 1, e);
	if (fd < 0 || !o->parent_path)
		return take_fd(&fd);
	if (fstatat(fd, o->parent_path, &st, 0) < 0)
		return err_sys(e, "invalid --parent-path: %s/%s", o->image_path, o->parent_path);
	if (!S_ISDIR(st.st_mode))
		return err_set(e, ERR_USAGE, "--parent-path: %s/%s is no folder", o->image_path,
			       o->parent_path);
	return take_fd(&fd);
}

/* ---- what 0, 1 and 2 are ---- */

/* A file that was opened outside of the container: "file[MOUNT:INODE]", both in hexadecimal. */
static char *name_file(pid_t pid, int fd)
{
	cleanup_free char *path = xprintf("/proc/%d/fdinfo/%d", pid, fd);
	struct err ignored;
	cleanup_free char *info = fd_read_file(AT_FDCWD, path, FDINFO_BYTES, &ignored);
	const char *line = info ? strstr(info, "mnt_id:") : NULL;
	cleanup_free char *link = xprintf("/proc/%d/fd/%d", pid, fd);
	unsigned mount_id;
	struct stat st;

	if (!line || sscanf(line, "mnt_id: %u", &mount_id) != 1 || stat(link, &st) < 0)
		return xstrdup("");
	return xprintf("file[%x:%jx]", mount_id, (uintmax_t)st.st_ino);
}

/* In a mount of the container itself it is CRIU's to save. */
static int is_outside(const char *name, const char *mountinfo)
{
	cleanup_free char *start = NULL;
	unsigned mount_id;

	if (sscanf(name, "file[%x:", &mount_id) != 1)
		return 0;
	start = xprintf("\n%u ", mount_id);
	return strncmp(mountinfo, start + 1, strlen(start + 1)) != 0 && !strstr(mountinfo, start);
}

static void name_stdio(const struct oci_container *c, const char *mountinfo, json_t *names,
		       struct text *options)
{
	char link[PATH_MAX];

	for (int fd = 0; fd < 3; fd++) {
		cleanup_free char *path = xprintf("/proc/%d/fd/%d", c->record.init.pid, fd);
		cleanup_free char *name = name_file(c->record.init.pid, fd);
		ssize_t n = readlink(path, link, sizeof link - 1);

		link[n < 0 ? 0 : n] = '\0';
		if (*link == '/' && is_outside(name, mountinfo)) {
			json_array_append_new(names, json_text(name));
			criu_put_string(options, CRIU_EXTERNAL, name);
		} else {
			json_array_append_new(names, json_text(link));
		}
	}
}

static int save_stdio(const struct oci_container *c, int images_fd, struct text *options,
		      struct err *e)
{
	cleanup_json json_t *names = json_array();
	cleanup_free char *path = xprintf("/proc/%d/mountinfo", c->record.init.pid);
	cleanup_free char *mountinfo = fd_read_file(AT_FDCWD, path, OCI_CONFIG_BYTES_MAX, e);
	cleanup_free char *text = NULL;

	if (!mountinfo)
		return -1;
	name_stdio(c, mountinfo, names, options);
	text = json_dump(names, 0);
	return file_replace(images_fd, CRIU_STDIO_FILE, text, FILE_VOLATILE, e);
}

/* ---- the dump ---- */

/* For --lazy-pages: whoever waits for it may ask for memory now. */
static int notified(void *data, const struct criu_answer *a, int fd, struct err *e)
{
	int *status_fd = data;

	if (fd >= 0)
		close(fd);
	if (strcmp(a->script, "status-ready") != 0 || *status_fd < 0)
		return 0;
	if (fd_write_all(*status_fd, "", 1, e) < 0)
		return err_wrap(e, "--status-fd");
	/* Who reads to the end needn't wait for ours. */
	close(take_fd(status_fd));
	return 0;
}

/* Whatever forks or is joined meanwhile stands still, too; and one that was paused stays so. */
static int name_freezer(const struct oci_container *c, struct text *options, struct err *e)
{
	cleanup_cgroup struct cgroup *groups = NULL;
	const char *freezer;

	if (oci_container_groups(c, &groups, e) < 0)
		return -1;
	freezer = groups ? cgroup_freezer_place(groups) : NULL;
	if (freezer)
		criu_put_string(options, CRIU_FREEZE_CGROUP, freezer);
	return 0;
}

int oci_checkpoint(const struct oci_container *c, const struct criu_options *o, struct err *e)
{
	int failed, status_fd = o->status_fd;
	struct criu_call call = {
		.kind = o->pre_dump ? CRIU_PRE_DUMP : CRIU_DUMP,
		.log = LOG_NAME,
		.asked = o,
		.data = &status_fd,
		.notified = notified,
	};
	cleanup_fd int lock_fd = oci_store_lock(c->dir_fd, e), images_fd = -1;

	if (lock_fd < 0 || check_status(c, e) < 0 || criu_check(c, e) < 0 ||
	    criu_check_features(o, e) < 0)
		return -1;
	images_fd = open_images(o, e);
	if (images_fd < 0)
		return -1;
	criu_put_number(&call.options, CRIU_PID, (uint64_t)c->record.init.pid);
	criu_put_string(&call.options, CRIU_ROOT, c->config.spec.rootfs.path);
	failed = name_freezer(c, &call.options, e) < 0 ||
		 criu_namespaces_name(c, &call.options, e) < 0 ||
		 criu_mounts_name(c, &call.options, e) < 0 ||
		 (!o->pre_dump && save_stdio(c, images_fd, &call.options, e) < 0) ||
		 criu_run(&call, e) < 0;
	text_free(&call.options);
	return failed ? -1 : 0;
}
