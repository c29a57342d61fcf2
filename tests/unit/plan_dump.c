/* SPDX-License-Identifier: Apache-2.0 */
#include <linux/mount.h>
#include <string.h>
#include <sys/resource.h>

#include "confine/capability.h"
#include "plan_cases.h"

static void add_list(struct text *t, const char *name, char *const *list)
{
	text_add(t, "%s:", name);
	for (; list && *list; list++)
		text_add(t, " [%s]", *list);
	text_add(t, "\n");
}

static void add_map(struct text *t, const char *name, const struct id_range *map, size_t n)
{
	if (!n)
		return;
	text_add(t, "%s:", name);
	for (size_t i = 0; i < n; i++)
		text_add(t, " %u>%u+%u", map[i].inside, map[i].outside, map[i].count);
	text_add(t, "\n");
}

static void add_attributes(struct text *t, const struct spec_mount *m)
{
	static const struct {
		uint64_t bit;
		const char *name;
	} bits[] = {
		{ MOUNT_ATTR_RDONLY, "ro" },
		{ MOUNT_ATTR_NOSUID, "nosuid" },
		{ MOUNT_ATTR_NODEV, "nodev" },
		{ MOUNT_ATTR_NOEXEC, "noexec" },
		{ (uint64_t)MS_PRIVATE << 32, "private" },
		{ (uint64_t)MS_SLAVE << 32, "slave" },
		{ (uint64_t)MS_SHARED << 32, "shared" },
	};
	uint64_t set = m->attributes | m->propagation << 32;

	for (size_t i = 0; i < sizeof bits / sizeof *bits; i++) {
		if (set & bits[i].bit)
			text_add(t, " %s", bits[i].name);
	}
	text_add(t, "%s%s%s%s%s", m->recursive ? " rbind" : "",
		 m->attributes_recursive ? " recursively" : "", m->idmapped ? " idmapped" : "",
		 m->optional ? " optional" : "", m->copy_up ? " copy-up" : "");
	for (const char *const *o = m->options; o && *o; o++)
		text_add(t, " %s", *o);
}

static void add_mounts(struct text *t, const struct spec *s)
{
	static const char *const kinds[] = {
		[MOUNT_FILESYSTEM] = "new",	[MOUNT_BIND] = "bind",	   [MOUNT_MASK] = "mask",
		[MOUNT_READONLY] = "read-only", [MOUNT_CGROUP] = "cgroup", [MOUNT_DEV] = "dev",
	};
	size_t n_masks = 0;

	for (size_t i = 0; i < s->n_mounts; i++) {
		const struct spec_mount *m = &s->mounts[i];

		if (m->kind == MOUNT_MASK || m->kind == MOUNT_READONLY) {
			n_masks++;
			continue;
		}
		text_add(t, "mount: %s %s %s", kinds[m->kind], m->source ?: "-", m->target);
		add_attributes(t, m);
		text_add(t, "\n");
	}
	text_add(t, "masked or read-only: %zu paths\n", n_masks);
}

static void add_resources(struct text *t, const struct spec *s)
{
	const struct resources *r = &s->resources;
	const struct {
		const char *name;
		intmax_t value;
	} rows[] = {
		{ "memory", r->memory_bytes },
		{ "memory and swap", r->memory_swap_bytes },
		{ "memory reservation", r->memory_reservation_bytes },
		{ "cpu quota", r->cpu_quota_usec },
		{ "cpu period", (intmax_t)r->cpu_period_usec },
		{ "cpu shares", (intmax_t)r->cpu_shares },
		{ "pids", r->pids_max },
		{ "required", r->required },
	};

	text_add(t, "resources:");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (rows[i].value)
			text_add(t, " %s=%jd", rows[i].name, rows[i].value);
	}
	if (r->cpuset_cpus)
		text_add(t, " cpus=%s", r->cpuset_cpus);
	if (r->cpuset_mems)
		text_add(t, " mems=%s", r->cpuset_mems);
	text_add(t, "\n");
	for (size_t i = 0; i < s->process.n_limits; i++)
		text_add(t, "rlimit: %d %jd:%jd\n", s->process.limits[i].kind,
			 (intmax_t)s->process.limits[i].soft, (intmax_t)s->process.limits[i].hard);
}

static void add_process(struct text *t, const struct plan *p)
{
	static const char *const filters[] = { "default", "profile", "none" };
	const struct spec_process *process = &p->spec.process;

	add_list(t, "args", process->args);
	add_list(t, "env", process->env);
	text_add(t, "cwd: %s  user: %s  hostname: %s%s%s\n", process->cwd, process->user.name,
		 p->spec.hostname, process->terminal ? "  terminal" : "",
		 process->init ? "  init" : "");
	text_add(t, "capabilities: ");
	capability_set_add_text(t, process->cap_bounding);
	text_add(t, "\n%s  seccomp: %s", process->no_new_privileges ? "no_new_privs" : "privs",
		 filters[p->seccomp]);
	if (process->apparmor_profile)
		text_add(t, "  apparmor: %s", process->apparmor_profile);
	if (process->landlock.scopes)
		text_add(t, "  landlock scopes: %jx", (uintmax_t)process->landlock.scopes);
	text_add(t, "\n");
}

void plan_dump(const struct plan *p, struct text *t)
{
	static const char *const names[NS_COUNT] = { "user", "pid", "mount",  "network",
						     "ipc",  "uts", "cgroup", "time" };
	const struct spec *s = &p->spec;

	add_process(t, p);
	text_add(t, "own namespaces:");
	for (int i = 0; i < NS_COUNT; i++)
		text_add(t, "%s%s", s->namespaces[i].mode == NS_MODE_NEW ? " " : "",
			 s->namespaces[i].mode == NS_MODE_NEW ? names[i] : "");
	text_add(t, "\n");
	add_map(t, "uids", s->uid_map, s->n_uid_map);
	add_map(t, "gids", s->gid_map, s->n_gid_map);
	text_add(t, "root: %s%s%s%s%s%s\n", s->rootfs.path, s->rootfs.readonly ? " ro" : "",
		 s->rootfs.nosuid ? " nosuid" : "", s->rootfs.idmapped ? " idmapped" : "",
		 s->rootfs.user_xattrs ? " user-xattrs" : "",
		 s->rootfs.volatile_upper ? " volatile" : "");
	add_mounts(t, s);
	for (size_t i = 0; i < s->n_sysctls; i++)
		text_add(t, "sysctl: %s = %s\n", s->sysctls[i].name, s->sysctls[i].value);
	add_resources(t, s);
}
