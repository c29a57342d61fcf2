/* SPDX-License-Identifier: Apache-2.0 */
/* The root and everything mounted into it: defaults, /etc files, what was asked for, masks. */
#include <linux/capability.h>
#include <linux/mount.h>
#include <string.h>

#include "confine/defaults.h"
#include "engine/plan_parts.h"

#define NOSUID_NODEV_NOEXEC (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC)

static int has_gid(const struct spec *spec, uint32_t gid)
{
	if (spec->namespaces[NS_USER].mode == NS_MODE_HOST)
		return 1;
	for (size_t i = 0; i < spec->n_gid_map; i++) {
		if (gid - spec->gid_map[i].inside < spec->gid_map[i].count &&
		    gid >= spec->gid_map[i].inside)
			return 1;
	}
	return 0;
}

/* The host's ids may be few, too: rootless without a range has group 0 and no other. */
static int has_tty_group(const struct planning *p)
{
	const struct id_maps *m = &p->host->maps;

	if (p->own_users || p->host->privileged)
		return has_gid(p->spec, 5);
	return m->n_gids > 1 || (m->n_gids && m->gids[0].count > 5);
}

/* The options without "gid=5", or with another size; a copy where something changes. */
static const char *const *fit_options(struct planning *p, const struct spec_mount *m)
{
	int drop_group = !strcmp(m->fstype, "devpts") && !has_tty_group(p);
	int set_size = !strcmp(m->target, "/dev/shm") && p->config->shm_bytes;
	char **list = NULL;
	size_t n = 0;

	if (!drop_group && !set_size)
		return m->options;
	for (const char *const *o = m->options; *o; o++) {
		if (drop_group && !strncmp(*o, "gid=", 4))
			continue;
		config_push(
			p->arena, &list, &n,
			set_size && !strncmp(*o, "size=", 5)
				? arena_printf(p->arena, "size=%jd", (intmax_t)p->config->shm_bytes)
				: *o);
	}
	return (const char *const *)list;
}

/* A new sysfs shows the network namespace of its maker, who must own it: else the host's, as it is. */
static void use_host_sys(const struct planning *p, struct spec_mount *m)
{
	if (p->own_network || (p->host->privileged && !p->own_users))
		return;
	*m = (struct spec_mount){
		.kind = MOUNT_BIND,
		.source = "/sys",
		.target = m->target,
		.attributes = m->attributes,
		.attributes_recursive = 1,
		.recursive = 1,
	};
}

static void use_host_devices(struct spec_mount *m)
{
	*m = (struct spec_mount){
		.kind = MOUNT_BIND,
		.source = "/dev",
		.target = m->target,
		.attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC,
		.recursive = 1,
	};
}

static int is_users(const struct config *c, const char *target)
{
	for (size_t i = 0; i < c->n_mounts; i++) {
		if (!strcmp(c->mounts[i].target, target))
			return 1;
	}
	return 0;
}

static void add_defaults(struct planning *p, struct mount_list *list)
{
	for (size_t i = 0; i < defaults.n_mounts; i++) {
		struct spec_mount m = defaults.mounts[i];

		if (is_users(p->config, m.target))
			continue;
		m.options = fit_options(p, &m);
		if (p->config->privileged) {
			m.attributes &= ~(uint64_t)MOUNT_ATTR_RDONLY;
			if (m.kind == MOUNT_DEV)
				use_host_devices(&m);
		}
		if (!strcmp(m.target, "/sys"))
			use_host_sys(p, &m);
		ARENA_PUSH(p->arena, list->items, list->n) = m;
	}
}

/* The engine's own files, made for this container: its name, and whom it asks for others'. */
static void add_etc_files(struct planning *p, struct mount_list *list)
{
	static const char *const files[] = { "hosts", "hostname", "resolv.conf" };

	for (size_t i = 0; p->in->etc && i < ARRAY_SIZE(files); i++) {
		const char *target = arena_printf(p->arena, "/etc/%s", files[i]);

		if (is_users(p->config, target))
			continue;
		ARENA_PUSH(p->arena, list->items, list->n) = (struct spec_mount){
			.kind = MOUNT_BIND,
			.source = arena_printf(p->arena, "%s/%s", p->in->etc, files[i]),
			.target = target,
			.attributes = NOSUID_NODEV_NOEXEC |
				      (p->config->readonly_rootfs ? MOUNT_ATTR_RDONLY : 0),
			.idmapped = p->own_users && p->host->privileged,
		};
	}
}

static void add_covers(struct planning *p, struct mount_list *list)
{
	size_t n_masked;
	const char **masked = defaults_masked_paths(p->arena, p->host->cpus, &n_masked);

	if (p->config->privileged || p->config->security.systempaths_unconfined) {
		if (p->config->privileged)
			plan_imply(p, SETTING_MASKED_PATHS, SETTING_PRIVILEGED);
		plan_say(p, MAY(MASKED_PATHS), "see and change all of /proc%s",
			 p->config->privileged ? " and /sys" : " that its ids may");
		return;
	}
	for (size_t i = 0; i < n_masked; i++)
		ARENA_PUSH(p->arena, list->items, list->n) = (struct spec_mount){
			.kind = MOUNT_MASK,
			.target = masked[i],
			.attributes = MOUNT_ATTR_RDONLY,
		};
	for (size_t i = 0; i < defaults.n_readonly_paths; i++)
		ARENA_PUSH(p->arena, list->items, list->n) = (struct spec_mount){
			.kind = MOUNT_READONLY,
			.target = defaults.readonly_paths[i],
			.attributes = NOSUID_NODEV_NOEXEC,
		};
	plan_say(p, MAY_NOT(MASKED_PATHS),
		 "see %zu paths of /proc and /sys that tell of the host, or write to /sys and %zu "
		 "of "
		 "/proc",
		 defaults.n_masked_paths, defaults.n_readonly_paths);
}

static void plan_rootfs(struct planning *p)
{
	struct spec_rootfs *r = &p->spec->rootfs;

	r->readonly = p->config->readonly_rootfs;
	r->idmapped = p->own_users && p->host->privileged;
	r->user_xattrs = r->kind == ROOTFS_OVERLAY && !p->host->privileged;
	r->volatile_upper = p->config->auto_remove;
	if (r->readonly)
		plan_say(p, MAY_NOT(READ_ONLY), "write to its root file system");
	else
		plan_say(p, MAY(READ_ONLY),
			 "write to its root file system%s; the image stays as it is",
			 p->config->auto_remove ? ", which ends with it" : "");
}

static void describe_devices(struct planning *p)
{
	if (p->config->privileged) {
		plan_imply(p, SETTING_DEVICES, SETTING_PRIVILEGED);
		plan_say(p, MAY(DEVICES), "open every device of the host in /dev");
	} else if (p->own_users || !p->host->privileged ||
		   !(p->spec->process.cap_bounding & (1ULL << CAP_MKNOD))) {
		plan_say(p, MAY_NOT(DEVICES),
			 "open devices but null, zero, full, random, urandom, tty and its "
			 "terminals");
	}
}

/*
 * Who may send an echo request without CAP_NET_RAW: all groups of the container. The kernel reads
 * the range as ids of the writer's user namespace, which is the container's parent, and refuses ids
 * that it doesn't have.
 */
static const char *ping_groups(const struct planning *p)
{
	const struct id_range *map = p->own_users ? p->spec->gid_map : p->host->maps.gids;
	size_t n = p->own_users ? p->spec->n_gid_map : p->host->maps.n_gids;
	uint32_t first = UINT32_MAX, last = 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t start = p->own_users ? map[i].outside : map[i].inside;

		if (start < first)
			first = start;
		if (start + map[i].count - 1 > last)
			last = start + map[i].count - 1;
	}
	if (last > INT32_MAX)
		last = INT32_MAX; /* the kernel's own upper end */
	return arena_printf(p->arena, "%u %u", first, last);
}

static void plan_sysctls(struct planning *p)
{
	const char *groups = ping_groups(p);
	struct spec_sysctl *list;

	if (!p->own_network)
		return;
	list = arena_alloc(p->arena, defaults.n_sysctls * sizeof *list);
	for (size_t i = 0; i < defaults.n_sysctls; i++) {
		list[i] = defaults.sysctls[i];
		if (!strcmp(list[i].name, "net.ipv4.ping_group_range"))
			list[i].value = groups;
	}
	p->spec->sysctls = list;
	p->spec->n_sysctls = defaults.n_sysctls;
}

int plan_mounts(struct planning *p, struct err *e)
{
	struct mount_list list = {};

	plan_rootfs(p);
	add_defaults(p, &list);
	add_etc_files(p, &list);
	if (plan_add_user_mounts(p, &list, e) < 0)
		return -1;
	add_covers(p, &list); /* last, so that nothing lies over them */
	p->spec->mounts = list.items;
	p->spec->n_mounts = list.n;
	describe_devices(p);
	plan_sysctls(p);
	return 0;
}
