/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/handover.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/fd_pass.h"
#include "base/file.h"
#include "oci/state_document.h"
#include "runtime/rdt.h"
#include "runtime/seccomp_listener.h"

#define CONSOLE_NAME "/dev/ptmx"

/* ---- Intel RDT ---- */

struct place {
	char root[PATH_MAX];
	struct rdt rdt;
};

static int find_place(const struct oci_container *c, struct place *ret, struct err *e)
{
	ret->rdt = (struct rdt){ ret->root, c->id, &c->config.spec.rdt };
	return rdt_find_root(ret->root, sizeof ret->root, e);
}

int handover_begin(struct oci_container *c, struct err *e)
{
	struct rdt_made made;
	struct place place;

	if (!c->config.spec.rdt.set)
		return 0;
	if (find_place(c, &place, e) < 0 || rdt_create(&place.rdt, &made, e) < 0)
		return -1;
	c->record.rdt_group_made = made.group;
	c->record.rdt_monitor_made = made.monitor;
	return 0;
}

int handover_join(const struct oci_container *c, pid_t pid, struct err *e)
{
	struct place place;

	if (!c->config.spec.rdt.set)
		return 0;
	return find_place(c, &place, e) < 0 ? -1 : rdt_join(&place.rdt, pid, e);
}

void handover_undo(const struct oci_container *c)
{
	const struct rdt_made made = { c->record.rdt_group_made, c->record.rdt_monitor_made };
	struct place place;
	struct err ignored;

	if ((made.group || made.monitor) && find_place(c, &place, &ignored) == 0)
		rdt_remove(&place.rdt, &made, &ignored);
}

int handover_update_rdt(const struct oci_container *c, const char *l3, const char *bandwidth,
			struct err *e)
{
	const char *lines[3] = {};
	struct spec_rdt changed = c->config.spec.rdt;
	struct place place;
	size_t n = 0;

	if (!changed.set)
		return err_set(e, ERR_CONFLICT,
			       "updating a non-existent Intel RDT configuration is not supported");
	if (l3)
		lines[n++] = l3;
	if (bandwidth)
		lines[n++] = bandwidth;
	changed.schemata = lines;
	if (find_place(c, &place, e) < 0)
		return -1;
	place.rdt.spec = &changed;
	return rdt_update(&place.rdt, e);
}

/* ---- the start ---- */

struct agent {
	const struct oci_container *container;
	pid_t pid;
};

static int tell_agent(void *context, int listener_fd, struct err *e)
{
	const struct agent *agent = context;
	const struct oci_container *c = agent->container;
	const struct seccomp_profile *p = &c->config.seccomp;
	const struct oci_state state = oci_container_describe(c, OCI_CREATING, agent->pid);
	cleanup_json json_t *j = oci_state_for_agent(&state, p->listener_metadata);
	cleanup_free char *text = oci_document_text(j, 0);

	if (!p->listener_path)
		return err_set(e, ERR_INVALID, "linux.seccomp.listenerPath: it is missing");
	return seccomp_listener_send(p->listener_path, text, listener_fd, e);
}

int handover_start(const struct oci_container *c, struct runtime_process *process, pid_t pid,
		   const char *state, struct err *e)
{
	struct agent agent = { c, pid };
	const struct runtime_listener listener = { tell_agent, &agent };
	const struct runtime_start start = { state, &listener };

	return runtime_start(process, &start, e);
}

/* ---- who waits for it ---- */

static int write_pid_file(const char *path, pid_t pid, struct err *e)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	char folder[PATH_MAX], text[16];
	cleanup_fd int dir_fd = -1;

	snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) + 1 : 1,
		 slash ? path : ".");
	dir_fd = fd_open(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY, e);
	if (dir_fd < 0)
		return err_wrap(e, "--pid-file");
	snprintf(text, sizeof text, "%d", pid);
	return file_replace(dir_fd, name, text, FILE_VOLATILE, e) < 0 ? err_wrap(e, "--pid-file")
								      : 0;
}

/* Our own terminal, or whoever reads instead of one, ends lines by itself. */
static void leave_lines_alone(int pty_fd)
{
	struct termios t;

	if (tcgetattr(pty_fd, &t) < 0)
		return;
	t.c_oflag &= ~(tcflag_t)ONLCR;
	tcsetattr(pty_fd, TCSANOW, &t);
}

int handover_announce(const struct handover_targets *t, struct runtime_process *process,
		      struct err *e)
{
	if (t->console_socket) {
		if (fd_pass(t->console_socket, CONSOLE_NAME, process->pty_fd, e) < 0)
			return err_wrap(e, "--console-socket");
		close(take_fd(&process->pty_fd));
	} else if (process->pty_fd >= 0) {
		leave_lines_alone(process->pty_fd);
	}
	if (t->pidfd_socket && fd_pass(t->pidfd_socket, "pidfd", process->pid_fd, e) < 0)
		return err_wrap(e, "--pidfd-socket");
	return t->pid_file ? write_pid_file(t->pid_file, process->pid, e) : 0;
}
