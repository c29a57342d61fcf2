/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/container.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "oci/groups.h"
#include "runtime/cgroup_control.h"
#include "runtime/runtime.h"

#define MAKING_MSEC 500
#define POLL_MSEC   10

/* What joins the container has to be in it, too: CRIU saves no tree that spans several. */
static void note_time_namespace(struct oci_container *c)
{
	struct spec_namespace *n = &c->config.spec.namespaces[NS_TIME];

	if (c->record.restored && n->mode == NS_MODE_HOST)
		n->mode = NS_MODE_NEW;
}

/* Somebody is just making or removing it. */
static int absent(const char *id, struct err *e)
{
	return err_set(e, ERR_NOT_FOUND, "container does not exist: %s", id);
}

static char *read_document(int dir_fd, const char *id, struct err *e)
{
	char *text = fd_read_file(dir_fd, OCI_CONFIG_FILE, OCI_CONFIG_BYTES_MAX, e);

	if (!text && e->sys == ENOENT)
		absent(id, e);
	return text;
}

char *oci_container_document(const struct oci_store *s, const char *id, struct err *e)
{
	cleanup_fd int dir_fd = oci_store_find(s, id, e);

	return dir_fd < 0 ? NULL : read_document(dir_fd, id, e);
}

int oci_container_open(const struct oci_store *s, const char *id, struct arena *a,
		       struct oci_container *ret, struct err *e)
{
	cleanup_fd int dir_fd = oci_store_find(s, id, e);
	cleanup_free char *text = NULL;

	*ret = (struct oci_container){ .store = s, .id = arena_strdup(a, id), .dir_fd = -1 };
	ret->arena = a;
	if (dir_fd < 0)
		return -1;
	text = read_document(dir_fd, id, e);
	if (!text)
		return -1;
	if (oci_record_read(dir_fd, a, &ret->record, e) < 0)
		return e->sys == ENOENT ? absent(id, e) : -1;
	if (oci_config_parse(text, strlen(text), a, &ret->config, e) < 0)
		return err_wrap(e, "container %s", id);
	oci_config_resolve(&ret->config, ret->record.bundle, a);
	note_time_namespace(ret);
	ret->config.spec.id = ret->id;
	ret->dir_fd = take_fd(&dir_fd);
	return 0;
}

/* oci_hooks_open_output() */
static void close_output(int *fd)
{
	if (*fd > 0)
		close(*fd);
	*fd = 0;
}

void oci_container_close(struct oci_container *c)
{
	if (c->dir_fd > 0)
		close(c->dir_fd);
	c->dir_fd = -1;
	close_output(&c->config.spec.hooks.stdout_fd);
	close_output(&c->config.spec.hooks.stderr_fd);
}

/*
 * The socket lies there from create to start. A start that was killed half-way leaves it without a
 * listener: then the program runs.
 */
static int waits_for_start(const struct oci_container *c)
{
	struct runtime_process p;
	struct stat st;
	struct err ignored;

	if (fstatat(c->dir_fd, OCI_START_SOCKET, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	if (runtime_connect(c->dir_fd, OCI_START_SOCKET, &p, &ignored) < 0)
		return 0;
	runtime_close(&p);
	return 1;
}

static int is_frozen(const struct oci_container *c)
{
	cleanup_cgroup struct cgroup *groups = NULL;
	struct err ignored;

	return oci_container_groups(c, &groups, &ignored) == 0 && groups &&
	       cgroup_is_frozen(groups, &ignored) == 1;
}

enum oci_status oci_container_status(const struct oci_container *c)
{
	struct err ignored;
	cleanup_fd int pid_fd = -1;

	if (c->record.init.pid <= 0) {
		/* Whoever makes it holds the lock. */
		cleanup_fd int lock = oci_store_try_lock(c->dir_fd, &ignored);

		return lock < 0 ? OCI_CREATING : OCI_STOPPED;
	}
	pid_fd = process_open(&c->record.init, &ignored);
	if (pid_fd < 0)
		return OCI_STOPPED;
	if (is_frozen(c))
		return OCI_PAUSED;
	return waits_for_start(c) ? OCI_CREATED : OCI_RUNNING;
}

int oci_container_open_made(const struct oci_store *s, const char *id, struct arena *a,
			    struct oci_container *ret, struct err *e)
{
	for (int left = MAKING_MSEC; oci_container_open(s, id, a, ret, e) == 0; left -= POLL_MSEC) {
		if (left <= 0 || oci_container_status(ret) != OCI_CREATING)
			return 0;
		oci_container_close(ret);
		poll(NULL, 0, POLL_MSEC);
	}
	return -1;
}

const char *oci_status_name(enum oci_status s)
{
	static const char *const names[] = {
		[OCI_CREATING] = "creating", [OCI_CREATED] = "created", [OCI_RUNNING] = "running",
		[OCI_PAUSED] = "paused",     [OCI_STOPPED] = "stopped",
	};

	return names[s];
}

int oci_container_pidfd(const struct oci_container *c, struct err *e)
{
	int fd = process_open(&c->record.init, e);

	if (fd < 0 && e->code == ERR_NOT_FOUND)
		return err_set(e, ERR_CONFLICT, "container not running: %s", c->id);
	return fd;
}

int oci_container_groups(const struct oci_container *c, struct cgroup **ret, struct err *e)
{
	return oci_groups_open(&c->record, ret, e);
}

struct oci_state oci_container_describe(const struct oci_container *c, enum oci_status status,
					pid_t pid)
{
	return (struct oci_state){
		.id = c->id,
		.status = oci_status_name(status),
		.pid = pid,
		.bundle = c->record.bundle,
		.annotations = c->config.annotations,
		.n_annotations = c->config.n_annotations,
		.rootfs = c->config.spec.rootfs.path,
		.created_nsec = c->record.created_nsec,
	};
}

const char *oci_container_state(const struct oci_container *c, enum oci_status status, pid_t pid)
{
	const struct oci_state state = oci_container_describe(c, status, pid);
	cleanup_json json_t *j = oci_state_for_hooks(&state);
	cleanup_free char *text = oci_document_text(j, 0);

	return arena_strdup(c->arena, text);
}
