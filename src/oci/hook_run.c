/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/hook_run.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "oci/annotations.h"

static int open_output(const char *path, struct err *e)
{
	/* Not blocking: what turns out to be a pipe that nobody reads. */
	cleanup_fd int fd =
		open(path,
		     O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK | O_CLOEXEC,
		     0600);
	struct stat st;

	if (fd < 0)
		return err_sys(e, "open %s", path);
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return err_set(e, ERR_INVALID, "%s is no plain file", path);
	return take_fd(&fd);
}

static int has_hooks_of_host(const struct spec_hooks *hooks)
{
	for (int kind = 0; kind < HOOK_COUNT; kind++) {
		if (kind != HOOK_START_CONTAINER && hooks->kinds[kind].n)
			return 1;
	}
	return 0;
}

int oci_hooks_open_output(struct oci_container *c, struct err *e)
{
	struct spec_hooks *hooks = &c->config.spec.hooks;
	const struct {
		const char *key;
		int *fd;
	} rows[] = {
		{ OCI_HOOKS_STDOUT_ANNOTATION, &hooks->stdout_fd },
		{ OCI_HOOKS_STDERR_ANNOTATION, &hooks->stderr_fd },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows) && has_hooks_of_host(hooks); i++) {
		const char *path = oci_annotation(&c->config, rows[i].key);
		int fd;

		if (!path || *rows[i].fd > 0)
			continue;
		fd = open_output(path, e);
		if (fd < 0)
			return err_wrap(e, "annotations.%s", rows[i].key);
		*rows[i].fd = fd;
	}
	return 0;
}

int oci_hooks_run(const struct oci_container *c, enum hook_kind kind, enum oci_status status,
		  pid_t pid, struct err *e)
{
	const struct spec_hooks *hooks = &c->config.spec.hooks;
	struct hooks_run run = { .hooks = hooks, .env = environ };

	if (!hooks->kinds[kind].n)
		return 0;
	run.state = oci_container_state(c, status, pid);
	return hooks_run(&run, kind, e);
}

void oci_hooks_poststop(const struct oci_container *c, void (*warn)(const struct err *))
{
	const struct spec_hooks *hooks = &c->config.spec.hooks;
	struct hooks_run run = { .hooks = hooks, .env = environ };

	if (!hooks->kinds[HOOK_POSTSTOP].n)
		return;
	run.state = oci_container_state(c, OCI_STOPPED, 0);
	for (size_t i = 0; i < hooks->kinds[HOOK_POSTSTOP].n; i++) {
		struct err e = {};

		if (hooks_run_one(&run, HOOK_POSTSTOP, i, &e) < 0 && warn)
			warn(&e);
	}
}
