/* SPDX-License-Identifier: Apache-2.0 */
/* Planned settings into a container's groups, in the order that the kernel takes. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/text.h"
#include "runtime/cgroup_device_bpf.h"
#include "runtime/cgroup_group.h"
#include "runtime/cgroup_probe.h"
#include "runtime/cgroup_undo.h"

#define LINE_BYTES_MAX 4096
#define WAITING_MAX    8

struct applying {
	const struct cgroup_application *a;
	const struct cgroup_settings *settings; /* of the version at hand */
	/* The file that is open, for rows that follow each other. */
	const struct cgroup_group *group;
	const char *file;
	int fd;
	int provided; /* v2: the controllers of all rows were asked for */
	const struct cgroup_setting *waiting[WAITING_MAX];
	size_t n_waiting;
};

/* What this user may do is a matter of where the group is, which others have made. */
static void look_from(const struct cgroup *c, struct cgroup_host *host)
{
	const struct cgroup_group *g = cgroup_group_with(c, CGROUP_CORE);

	for (size_t i = 0; c->adopted && g && i < host->n; i++) {
		if (host->list[i].version == 2)
			host->list[i].own = g->place + g->base_n + 1;
	}
}

/* ERR_UNENFORCED with what is known: the probe's reason, or what the write said. */
static void why_refused(const struct cgroup *c, enum resource r, struct err *e)
{
	cleanup_arena struct arena *a = arena_new();
	char hint[sizeof(e->hint)] = "";
	struct cgroup_host host;
	const char *why = NULL;
	struct err ignored;

	if (cgroup_host_read(a, &host, &ignored) == 0) {
		look_from(c, &host);
		why = cgroup_probe(&host, r, hint, sizeof(hint));
	}
	if (why)
		err_set(e, ERR_UNENFORCED, "%s", why);
	e->code = ERR_UNENFORCED;
	if (!why && cgroup_probe_instead(r))
		snprintf(hint, sizeof(hint), "%s", cgroup_probe_instead(r));
	if (*hint)
		err_hint(e, "%s", hint);
}

static int refuse(const struct cgroup *c, enum resource r, struct err *e)
{
	why_refused(c, r, e);
	return err_wrap(e, "%s limit", cgroup_resource_name(r));
}

/* ---- one row ---- */

static int host_has_swap(void)
{
	struct err ignored;
	cleanup_free char *text =
		fd_read_file(AT_FDCWD, "/proc/swaps", CGROUP_FILE_BYTES_MAX, &ignored);
	const char *line = text ? strchr(text, '\n') : NULL;

	return !line || line[1];
}

/* The first container of a folder finds files missing and has the controllers of all rows handed down. */
static int provide(struct applying *ap, const struct cgroup_group *g,
		   const struct cgroup_setting *s, struct err *e)
{
	const char *own = s->foreign_controller ?: cgroup_controller_name(s->controller, 2);
	cleanup_by(text_free) struct text all = {};
	uint32_t bits = cgroup_settings_controllers(ap->settings);
	struct err ignored;
	char single[80];

	if (!g->ops->provide || !own)
		return -1;
	for (int c = 0; c < CGROUP_CONTROLLER_COUNT && !ap->provided; c++) {
		const char *name = cgroup_controller_name((enum cgroup_controller)c, 2);

		if (name && bits & g->controllers & CGROUP_BIT(c))
			text_add(&all, "%s+%s", all.n ? " " : "", name);
	}
	ap->provided = 1;
	if (all.n && !s->foreign_controller && g->ops->provide(g, all.s, &ignored) == 0)
		return 0;
	snprintf(single, sizeof(single), "+%s", own);
	if (g->ops->provide(g, single, e) == 0)
		return 0;
	if (s->resource == RESOURCE_UNIFIED)
		err_set(e, ERR_UNENFORCED, "%s can't be set: controller %s not available", s->file,
			own);
	return -1;
}

static int open_file(struct applying *ap, const struct cgroup_group *g,
		     const struct cgroup_setting *s, struct err *e)
{
	int reads = (s->echo && !s->effective) || s->flags & CGROUP_KEEP_FIRST;

	if (ap->fd >= 0 && ap->group == g && !strcmp(ap->file, s->file))
		return 0;
	cleanup_fdp(&ap->fd);
	ap->group = g;
	ap->file = s->file;
	ap->fd = fd_open(g->fd, s->file, reads ? O_RDWR : O_WRONLY, e);
	return ap->fd < 0 ? -1 : 0;
}

static int read_line(int fd, char line[LINE_BYTES_MAX])
{
	ssize_t n = pread(fd, line, LINE_BYTES_MAX - 1, 0);

	if (n < 0)
		return -1;
	line[n] = '\0';
	return 0;
}

static int write_text(int fd, const char *file, const char *text, struct err *e)
{
	return write(fd, text, strlen(text)) < 0 ? err_sys(e, "write \"%s\" to %s", text, file) : 0;
}

static int write_lines(int fd, const struct cgroup_setting *s, struct err *e)
{
	cleanup_free char *copy = xstrdup(s->value);
	char *next = copy;

	while (next && *next) {
		const char *line = strsep(&next, "\n");

		if (*line && write_text(fd, s->file, line, e) < 0)
			return -1;
	}
	return 0;
}

static int write_value(int fd, const struct cgroup_setting *s, struct err *e)
{
	char line[LINE_BYTES_MAX], both[LINE_BYTES_MAX + 64];

	if (s->flags & CGROUP_BY_LINE)
		return write_lines(fd, s, e);
	if (!(s->flags & CGROUP_KEEP_FIRST))
		return write_text(fd, s->file, s->value, e);
	if (read_line(fd, line) < 0)
		return err_sys(e, "read %s", s->file);
	snprintf(both, sizeof(both), "%.*s %s", (int)strcspn(line, " \n"), line, s->value);
	return write_text(fd, s->file, both, e);
}

static int check_echo(const struct applying *ap, const struct cgroup_setting *s, struct err *e)
{
	cleanup_fd int effective = -1;
	char line[LINE_BYTES_MAX];

	if (s->effective) {
		effective = fd_open(ap->group->fd, s->effective, O_RDONLY, e);
		if (effective < 0)
			return -1;
	}
	if (read_line(s->effective ? effective : ap->fd, line) < 0)
		return err_sys(e, "read %s", s->file);
	if (cgroup_setting_holds(s, line))
		return 0;
	line[strcspn(line, "\n")] = '\0';
	return err_set(e, ERR_UNENFORCED, "%s takes \"%s\" as \"%s\"", s->file, s->value, line);
}

/* v1's memory limit below what is used. */
static int say_usage(const struct cgroup_group *g, const struct cgroup_setting *s, struct err *e)
{
	struct err ignored;
	cleanup_free char *usage = fd_read_file(g->fd, "memory.usage_in_bytes", 64, &ignored);
	cleanup_free char *peak = fd_read_file(g->fd, "memory.max_usage_in_bytes", 64, &ignored);

	return err_set(e, ERR_CONFLICT,
		       "unable to set memory limit to %s (current usage: %.*s, peak usage: %.*s)",
		       s->value, usage ? (int)strcspn(usage, "\n") : 0, usage ?: "",
		       peak ? (int)strcspn(peak, "\n") : 0, peak ?: "");
}

static int write_row(struct applying *ap, const struct cgroup_group *g,
		     const struct cgroup_setting *s, struct err *e)
{
	int opened = open_file(ap, g, s, e);

	if (opened < 0 && e->sys == ENOENT && provide(ap, g, s, e) == 0)
		opened = open_file(ap, g, s, e);
	if (opened < 0 && e->sys == ENOENT) {
		if (s->otherwise)
			return write_row(ap, g, s->otherwise, e);
		if (s->flags & CGROUP_MAY_LACK ||
		    (s->flags & CGROUP_MAY_LACK_SWAP && !host_has_swap()))
			return 0;
	}
	if (opened < 0)
		return -1;
	if (ap->a->undo)
		cgroup_undo_note(ap->a->undo, g, s);
	if (write_value(ap->fd, s, e) < 0) {
		if (e->sys == EBUSY && !strcmp(s->file, "memory.limit_in_bytes"))
			return say_usage(g, s, e);
		return -1;
	}
	return s->echo ? check_echo(ap, s, e) : 0;
}

/* ---- all of them ---- */

static int by_program(const struct cgroup_setting *s)
{
	return s->resource == RESOURCE_DEVICES && !s->file && !s->value;
}

/* v2 has no files for them: a BPF program is attached to the group. */
static int limit_devices(const struct cgroup_group *g, const struct resources *r, struct err *e)
{
	/* The group's own descriptor is O_PATH. */
	cleanup_fd int fd = fd_open(g->fd, ".", O_RDONLY | O_DIRECTORY, e);

	return fd < 0 ? -1 : cgroup_device_bpf_attach(fd, r->devices, r->n_devices, e);
}

static int without_group(const struct applying *ap, const struct cgroup_setting *s, struct err *e)
{
	*e = (struct err){ .text = "it was made without one" };
	if (ap->a->missing)
		*e = *ap->a->missing;
	why_refused(ap->a->cgroup, s->resource, e);
	return err_wrap(e, "cannot set %s limit: container could not join or create cgroup",
			cgroup_resource_name(s->resource));
}

/* 0, 1: to be written again later, or -1 with what is known. */
static int try_row(struct applying *ap, const struct cgroup_setting *s, struct err *e)
{
	const struct cgroup_group *g = cgroup_group_with(ap->a->cgroup, s->controller);

	*e = (struct err){};
	if (!g)
		return -1;
	if (g->ops->version != ap->settings->version)
		return s->flags & CGROUP_V2_ONLY ? -1 : 0;
	if (by_program(s))
		return limit_devices(g, ap->settings->resources, e);
	if (!s->file || write_row(ap, g, s, e) < 0)
		return s->file && e->sys == EINVAL && s->flags & CGROUP_MAY_WAIT ? 1 : -1;
	return 0;
}

/* Why a row that is required didn't hold. */
static int explain(const struct applying *ap, const struct cgroup_setting *s, struct err *e)
{
	const struct cgroup_group *g = cgroup_group_with(ap->a->cgroup, s->controller);

	if (s->flags & CGROUP_V2_ONLY && g && g->ops->version == 1)
		return err_set(e, ERR_INVALID,
			       "invalid configuration: cannot use unified on cgroup v1");
	if (!s->file && s->value)
		return err_set(e, ERR_INVALID, "%s", s->value);
	if (!g)
		return without_group(ap, s, e);
	if (e->code == ERR_CONFLICT)
		return -1;
	if (!by_program(s))
		return refuse(ap->a->cgroup, s->resource, e);
	e->code = ERR_UNENFORCED;
	return err_wrap(e, "device limit");
}

static int apply_row(struct applying *ap, const struct cgroup_setting *s, struct err *e)
{
	struct err why;
	int result = try_row(ap, s, &why);

	if (result > 0 && ap->n_waiting < WAITING_MAX) {
		ap->waiting[ap->n_waiting++] = s;
		return 0;
	}
	if (result == 0 || !(ap->settings->resources->required & 1U << s->resource))
		return 0;
	*e = why;
	return explain(ap, s, e);
}

static int apply_version(struct applying *ap, struct err *e)
{
	const struct cgroup_setting *waiting[WAITING_MAX];
	size_t n;

	for (size_t i = 0; i < ap->settings->n; i++)
		if (apply_row(ap, &ap->settings->rows[i], e) < 0)
			return -1;
	n = ap->n_waiting;
	memcpy(waiting, ap->waiting, sizeof(waiting));
	/* Full, so that none waits again. */
	ap->n_waiting = WAITING_MAX;
	for (size_t i = 0; i < n; i++)
		if (apply_row(ap, waiting[i], e) < 0)
			return -1;
	return 0;
}

int cgroup_apply(const struct cgroup_application *a, struct err *e)
{
	int result = 0;

	for (size_t i = 0; i < a->n && result == 0; i++) {
		struct applying ap = { .a = a, .settings = &a->settings[i], .fd = -1 };

		result = apply_version(&ap, e);
		cleanup_fdp(&ap.fd);
	}
	return result;
}
