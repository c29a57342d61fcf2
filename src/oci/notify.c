/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/notify.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "oci/environment.h"
#include "runtime/notify.h"

#define FOLDER	 "notify"
#define SOCKET	 "notify.sock"
#define INSIDE	 "/run/notify"
#define VARIABLE "NOTIFY_SOCKET="

static int arranges_it_itself(const struct spec *s)
{
	for (char *const *v = s->process.env; v && *v; v++) {
		if (!strncmp(*v, VARIABLE, strlen(VARIABLE)))
			return 1;
	}
	for (size_t i = 0; i < s->n_mounts; i++) {
		if (!strcmp(s->mounts[i].target, INSIDE))
			return 1;
	}
	return 0;
}

static void add_mount(struct oci_container *c)
{
	struct spec *s = &c->config.spec;
	struct spec_mount *mounts = arena_alloc(c->arena, (s->n_mounts + 1) * sizeof *mounts);

	for (size_t i = 0; i < s->n_mounts; i++)
		mounts[i] = s->mounts[i];
	mounts[s->n_mounts++] = (struct spec_mount){
		.kind = MOUNT_BIND,
		.source = arena_printf(c->arena, "%s/%s/" FOLDER, c->store->path, c->id),
		.target = INSIDE,
		.attributes = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
			      MOUNT_ATTR_NOEXEC,
	};
	s->mounts = mounts;
}

int oci_notify_prepare(struct oci_container *c, struct err *e)
{
	char *variable = arena_strdup(c->arena, VARIABLE INSIDE "/" SOCKET);
	struct spec *s = &c->config.spec;

	if (arranges_it_itself(s))
		return 0;
	/* Whatever the umask is: users of the container pass through it. */
	if (mkdirat(c->dir_fd, FOLDER, 0755) < 0 || fchmodat(c->dir_fd, FOLDER, 0755, 0) < 0)
		return err_sys(e, "create %s/%s/" FOLDER, c->store->path, c->id);
	add_mount(c);
	s->process.env = oci_environment_with(s->process.env, &variable, 1, c->arena);
	return 0;
}

int oci_notify_is_prepared(const struct oci_container *c)
{
	return faccessat(c->dir_fd, FOLDER, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static void close_all(struct oci_notify *n)
{
	cleanup_fdp(&n->socket_fd);
	cleanup_fdp(&n->host_fd);
	cleanup_fdp(&n->pid_fd);
	*n = (struct oci_notify)OCI_NOTIFY_NONE;
}

int oci_notify_open(const struct oci_container *c, const char *address, struct oci_notify *ret,
		    struct err *e)
{
	cleanup_fd int folder_fd = -1;

	*ret = (struct oci_notify)OCI_NOTIFY_NONE;
	if (!address || !*address)
		return 0;
	folder_fd = fd_open(c->dir_fd, FOLDER, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, e);
	if (folder_fd < 0)
		return e->code == ERR_NOT_FOUND || e->sys == ENOENT ? 0 : -1;
	ret->pid = c->record.init.pid;
	ret->pid_fd = oci_container_pidfd(c, e);
	if (ret->pid_fd >= 0)
		ret->host_fd = notify_connect(address, e);
	if (ret->host_fd >= 0)
		ret->socket_fd = notify_listen(folder_fd, SOCKET, e);
	if (ret->socket_fd >= 0)
		return 0;
	close_all(ret);
	return -1;
}

static struct notify_relay relay_of(const struct oci_notify *n)
{
	return (struct notify_relay){ n->socket_fd, n->host_fd, n->pid_fd, 0, 0 };
}

int oci_notify_await(const struct oci_notify *n, struct err *e)
{
	struct notify_relay relay = relay_of(n);

	if (n->socket_fd < 0)
		return 0;
	/* We end before it does. */
	relay.main_pid = n->pid;
	relay.until_ready = 1;
	return notify_relay(&relay, e) < 0 ? -1 : 0;
}

/* Who can't be told can't be helped: the program goes on. */
static void *relay_beside(void *data)
{
	struct notify_relay *relay = data;
	struct err ignored;

	notify_relay(relay, &ignored);
	free(relay);
	return NULL;
}

int oci_notify_begin(struct oci_notify *n, struct err *e)
{
	struct notify_relay *relay;
	sigset_t all, before;

	if (n->socket_fd < 0)
		return 0;
	relay = xcalloc(1, sizeof *relay);
	*relay = relay_of(n);
	/* A thread, because systemd listens to the main process alone; signals are for the other one. */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	errno = pthread_create(&n->thread, NULL, relay_beside, relay);
	n->has_thread = errno == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (n->has_thread)
		return 0;
	free(relay);
	return err_sys(e, "create a thread");
}

void oci_notify_end(struct oci_notify *n)
{
	struct pollfd p = { .fd = n->pid_fd, .events = POLLIN };

	/* Of a process that goes on, after an error, the relay does too, until we are gone. */
	if (n->has_thread && poll(&p, 1, 0) != 1)
		return;
	if (n->has_thread)
		pthread_join(n->thread, NULL);
	close_all(n);
}
