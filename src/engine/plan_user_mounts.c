/* SPDX-License-Identifier: Apache-2.0 */
/* Binds, volumes and tmpfs that were asked for, and the image's volumes. */
#include <linux/mount.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "engine/plan_parts.h"

/* Is it `folder` or below it? */
static int is_below(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	return !strncmp(path, folder, n) && (!path[n] || path[n] == '/');
}

/*
 * Over /proc a mount could feign what the kernel says about processes and labels (CVE-2019-16884);
 * these files only tell figures, and lxcfs and others replace them.
 */
static int check_target(const struct config_mount *m, struct err *e)
{
	static const char *const harmless[] = {
		"/proc/cpuinfo", "/proc/diskstats", "/proc/loadavg", "/proc/meminfo",
		"/proc/stat",	 "/proc/swaps",	    "/proc/uptime",
	};

	if (!is_below(m->target, "/proc"))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(harmless); i++) {
		if (m->kind == CONFIG_MOUNT_BIND && !strcmp(m->target, harmless[i]))
			return 0;
	}
	return err_set(e, ERR_DENIED, "mount %s: nothing may be mounted over /proc", m->target);
}

/* What the kernel can't show through an id map; "/" brings all of them along. */
static int check_source(const struct planning *p, const struct config_mount *m, struct err *e)
{
	static const char *const unmappable[] = { "/dev", "/proc", "/sys" };
	int bad = !strcmp(m->source, "/") && !m->non_recursive;

	for (size_t i = 0; i < ARRAY_SIZE(unmappable) && !bad; i++)
		bad = is_below(m->source, unmappable[i]);
	if (!bad || !p->own_users || !p->host->privileged)
		return 0;
	return plan_refuse(e, arena_printf(p->arena, "bind mount of %s", m->source),
			   (struct plan_cause){ "kernel file systems can't be shown through the "
						"container's id map",
						"--userns=host can mount it" });
}

static const struct {
	const char *name;
	uint64_t propagation;
} propagations[] = {
	{ "private", MS_PRIVATE }, { "rprivate", MS_PRIVATE | MS_REC },
	{ "slave", MS_SLAVE },	   { "rslave", MS_SLAVE | MS_REC },
	{ "shared", MS_SHARED },   { "rshared", MS_SHARED | MS_REC },
};

static int set_propagation(const struct planning *p, const struct config_mount *m,
			   struct spec_mount *out, struct err *e)
{
	for (size_t i = 0; m->propagation && i < ARRAY_SIZE(propagations); i++) {
		if (!strcmp(m->propagation, propagations[i].name))
			out->propagation = propagations[i].propagation;
	}
	if (!(out->propagation & MS_SHARED) || !p->own_users)
		return 0;
	return plan_refuse(e, arena_printf(p->arena, "bind-propagation=%s", m->propagation),
			   (struct plan_cause){ "mounts of a user namespace don't reach the host",
						"--userns=host can share them" });
}

static uint64_t attributes_of(const struct config_mount *m)
{
	int is_tmpfs = m->kind == CONFIG_MOUNT_TMPFS;

	return (m->nosuid != NO ? MOUNT_ATTR_NOSUID : 0) | (m->nodev != NO ? MOUNT_ATTR_NODEV : 0) |
	       (m->noexec == YES || (is_tmpfs && m->noexec != NO) ? MOUNT_ATTR_NOEXEC : 0) |
	       (m->readonly == YES ? MOUNT_ATTR_RDONLY : 0);
}

static void make_tmpfs(struct planning *p, const struct config_mount *m, struct spec_mount *out)
{
	char **options = NULL;
	size_t n = 0;

	config_push(p->arena, &options, &n,
		    arena_printf(p->arena, "mode=%04o", m->tmpfs_mode ?: 01777));
	if (m->tmpfs_size_bytes)
		config_push(p->arena, &options, &n,
			    arena_printf(p->arena, "size=%jd", (intmax_t)m->tmpfs_size_bytes));
	out->kind = MOUNT_FILESYSTEM;
	out->fstype = out->source = "tmpfs";
	out->options = (const char *const *)options;
}

static int make_mount(struct planning *p, const struct config_mount *m, struct spec_mount *out,
		      struct err *e)
{
	*out = (struct spec_mount){ .target = m->target, .attributes = attributes_of(m) };
	if (check_target(m, e) < 0)
		return -1;
	if (m->kind == CONFIG_MOUNT_TMPFS) {
		make_tmpfs(p, m, out);
		return 0;
	}
	out->kind = MOUNT_BIND;
	out->source = m->source;
	out->attributes_recursive = out->recursive = !m->non_recursive;
	out->idmapped = p->own_users && p->host->privileged;
	out->idmap.recursive = out->recursive;
	if (m->kind == CONFIG_MOUNT_VOLUME) {
		out->source = arena_printf(p->arena, "%s/%s/_data", p->in->volumes, m->source);
		out->copy_up = !m->volume_nocopy;
		return 0;
	}
	return check_source(p, m, e) < 0 ? -1 : set_propagation(p, m, out, e);
}

static const char *limits_of(const struct planning *p, const struct spec_mount *m)
{
	static const struct {
		uint64_t bit;
		const char *word;
	} words[] = {
		{ MOUNT_ATTR_NOEXEC, ", no program" },
		{ MOUNT_ATTR_NOSUID, ", no setuid" },
		{ MOUNT_ATTR_NODEV, ", no device" },
	};
	cleanup_by(text_free) struct text t = {};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		text_add(&t, "%s", m->attributes & words[i].bit ? words[i].word : "");
	return arena_strdup(p->arena, t.s);
}

static void describe(struct planning *p, const struct config_mount *m, const struct spec_mount *out)
{
	const char *verb = m->readonly == YES ? "read" : "read and write";
	const char *limits = limits_of(p, out);

	if (m->kind == CONFIG_MOUNT_TMPFS)
		plan_say(p, MAY(MOUNTS), "%s a tmpfs in %s%s", verb, m->target, limits);
	else if (m->kind == CONFIG_MOUNT_VOLUME)
		plan_say(p, MAY(MOUNTS), "%s %s in %s%s", verb,
			 *m->source ? arena_printf(p->arena, "the volume %s", m->source)
				    : "a volume of its own",
			 m->target, limits);
	else
		plan_say(p, MAY(MOUNTS), "%s the host's %s in %s%s%s", verb, m->source, m->target,
			 limits,
			 out->idmapped && m->readonly != YES ? "; its root writes there as root"
							     : "");
	if (m->origin == ORIGIN_IMAGE)
		p->plan->lines[p->plan->n_lines - 1].origin = "image VOLUME";
}

static size_t depth(const char *path)
{
	size_t n = 0;

	for (; *path; path++)
		n += *path == '/';
	return n;
}

/* Parents first; among equals by name, so that the order doesn't depend on the command line. */
static int by_depth(const void *a, const void *b)
{
	const struct config_mount *const *x = a, *const *y = b;
	size_t m = depth((*x)->target), n = depth((*y)->target);

	return m != n ? (m > n) - (m < n) : strcmp((*x)->target, (*y)->target);
}

int plan_add_user_mounts(struct planning *p, struct mount_list *list, struct err *e)
{
	size_t n = p->config->n_mounts;
	const struct config_mount **sorted = arena_alloc(p->arena, (n + 1) * sizeof(void *));

	for (size_t i = 0; i < n; i++)
		sorted[i] = &p->config->mounts[i];
	qsort(sorted, n, sizeof *sorted, by_depth);
	for (size_t i = 0; i < n; i++) {
		struct spec_mount m;

		if (make_mount(p, sorted[i], &m, e) < 0)
			return -1;
		ARENA_PUSH(p->arena, list->items, list->n) = m;
		describe(p, sorted[i], &m);
	}
	return 0;
}
