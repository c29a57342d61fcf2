/* SPDX-License-Identifier: Apache-2.0 */
#include "oci_dump.h"

#include <linux/mount.h>
#include <stdio.h>
#include <string.h>

#include "confine/capability.h"

static void add_list(struct text *t, const char *name, const char *const *list)
{
	if (!list || !*list)
		return;
	text_add(t, "%s:", name);
	for (; *list; list++)
		text_add(t, " [%s]", *list);
	text_add(t, "\n");
}

static void add_map(struct text *t, const char *name, const struct id_range *map, size_t n)
{
	if (n)
		text_add(t, "%s", name);
	for (size_t i = 0; i < n; i++)
		text_add(t, " %u>%u+%u", map[i].inside, map[i].outside, map[i].count);
}

/* ---- process ---- */

static void add_user(struct text *t, const struct spec_user *u)
{
	text_add(t, "user: %u:%u", u->uid, u->gid);
	for (size_t i = 0; i < u->n_groups; i++)
		text_add(t, "%s%u", i ? "," : " groups ", u->groups[i]);
	if (u->has_umask)
		text_add(t, " umask %04o", u->umask);
	text_add(t, "\n");
}

static void add_capabilities(struct text *t, const struct spec_process *p)
{
	const struct {
		const char *name;
		uint64_t set;
	} sets[] = {
		{ "bounding", p->cap_bounding },   { "permitted", p->cap_permitted },
		{ "effective", p->cap_effective }, { "inheritable", p->cap_inheritable },
		{ "ambient", p->cap_ambient },
	};

	for (size_t i = 0; i < ARRAY_SIZE(sets); i++) {
		if (!sets[i].set)
			continue;
		text_add(t, "%s: ", sets[i].name);
		capability_set_add_text(t, sets[i].set);
		text_add(t, "\n");
	}
}

static void add_scheduling(struct text *t, const struct spec_process *p)
{
	const struct spec_scheduler *s = &p->scheduler;

	if (s->set)
		text_add(t, "scheduler: policy %u nice %d priority %u flags %#jx %ju/%ju/%ju\n",
			 s->policy, s->nice, s->priority, (uintmax_t)s->flags,
			 (uintmax_t)s->runtime_nsec, (uintmax_t)s->deadline_nsec,
			 (uintmax_t)s->period_nsec);
	if (p->io_priority.set)
		text_add(t, "io priority: class %d priority %d\n", p->io_priority.io_class,
			 p->io_priority.priority);
	if (p->affinity_initial || p->affinity_final)
		text_add(t, "affinity: %s then %s\n", p->affinity_initial ?: "-",
			 p->affinity_final ?: "-");
	if (p->memory_policy.set)
		text_add(t, "memory policy: %#x %s\n", p->memory_policy.mode,
			 p->memory_policy.nodes ?: "-");
	if (p->has_personality)
		text_add(t, "personality: %#x\n", p->personality);
}

static void add_flags(struct text *t, const struct spec_process *p)
{
	const struct {
		const char *name;
		int set;
	} flags[] = {
		{ "terminal", p->terminal },
		{ "no_new_privs", p->no_new_privileges },
		{ "new_keyring", p->new_keyring },
		{ "no_cwd_made", p->no_cwd_made },
		{ "no_home", p->no_home },
		{ "init", p->init },
		{ "nonroot_loses", p->nonroot_loses_capabilities },
	};

	text_add(t, "flags:");
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		if (flags[i].set)
			text_add(t, " %s", flags[i].name);
	}
	if (p->rows || p->columns)
		text_add(t, " %hux%hu", p->columns, p->rows);
	text_add(t, "\n");
}

void oci_dump_landlock(const struct spec_landlock *l, struct text *t)
{
	if (!l->handled_fs && !l->handled_net && !l->scopes)
		return;
	text_add(t, "landlock: fs %#jx net %#jx scopes %#jx%s\n", (uintmax_t)l->handled_fs,
		 (uintmax_t)l->handled_net, (uintmax_t)l->scopes,
		 l->best_effort ? " best effort" : "");
	for (size_t i = 0; i < l->n_paths; i++)
		text_add(t, "landlock path: %s %#jx\n", l->paths[i].path,
			 (uintmax_t)l->paths[i].access);
	for (size_t i = 0; i < l->n_ports; i++)
		text_add(t, "landlock port: %ju %#jx\n", (uintmax_t)l->ports[i].port,
			 (uintmax_t)l->ports[i].access);
}

void oci_dump_process(const struct spec_process *p, struct text *t)
{
	add_list(t, "args", (const char *const *)p->args);
	add_list(t, "env", (const char *const *)p->env);
	text_add(t, "cwd: %s\n", p->cwd);
	add_user(t, &p->user);
	add_flags(t, p);
	add_capabilities(t, p);
	for (size_t i = 0; i < p->n_limits; i++)
		text_add(t, "rlimit: %d %ju:%ju\n", p->limits[i].kind, (uintmax_t)p->limits[i].soft,
			 (uintmax_t)p->limits[i].hard);
	if (p->apparmor_profile)
		text_add(t, "apparmor: %s\n", p->apparmor_profile);
	if (p->selinux_label)
		text_add(t, "selinux: %s\n", p->selinux_label);
	if (p->has_oom_score_adj)
		text_add(t, "oom score: %d\n", p->oom_score_adj);
	add_scheduling(t, p);
	oci_dump_landlock(&p->landlock, t);
}

/* ---- mounts ---- */

static void add_attributes(struct text *t, const char *name, uint64_t bits)
{
	static const struct {
		uint64_t bit;
		const char *name;
	} rows[] = {
		{ MOUNT_ATTR_RDONLY, "ro" },
		{ MOUNT_ATTR_NOSUID, "nosuid" },
		{ MOUNT_ATTR_NODEV, "nodev" },
		{ MOUNT_ATTR_NOEXEC, "noexec" },
		{ MOUNT_ATTR_NOATIME, "noatime" },
		{ MOUNT_ATTR_STRICTATIME, "strictatime" },
		{ MOUNT_ATTR_NODIRATIME, "nodiratime" },
		{ 0x40, "atime-mask" },
		{ 0x00200000, "nosymfollow" },
	};

	if (!bits)
		return;
	text_add(t, " %s(", name);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (bits & rows[i].bit)
			text_add(t, "%s%s", rows[i].name, (bits &= ~rows[i].bit) ? " " : "");
	}
	text_add(t, bits ? "%#jx)" : ")", (uintmax_t)bits);
}

static void add_words(struct text *t, const struct spec_mount *m)
{
	const struct {
		const char *name;
		int set;
	} words[] = {
		{ "exact", m->attributes_exact },
		{ "recursive", m->recursive },
		{ "idmapped", m->idmapped },
		{ "copy-up", m->copy_up },
		{ "source-nofollow", m->source_nofollow },
		{ "target-nofollow", m->target_nofollow },
		{ "copy-symlink", m->copy_symlink },
		{ "slave", !!(m->propagation & MS_SLAVE) },
		{ "shared", !!(m->propagation & MS_SHARED) },
		{ "private", !!(m->propagation & MS_PRIVATE) },
		{ "unbindable", !!(m->propagation & MS_UNBINDABLE) },
		{ "propagation-recursive", !!(m->propagation & MS_REC) },
		{ "idmap-recursive", m->idmap.recursive },
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (words[i].set)
			text_add(t, " %s", words[i].name);
	}
}

void oci_dump_mount(const struct spec_mount *m, struct text *t)
{
	static const char *const kinds[] = {
		[MOUNT_FILESYSTEM] = "new",	[MOUNT_BIND] = "bind",	   [MOUNT_MASK] = "mask",
		[MOUNT_READONLY] = "read-only", [MOUNT_CGROUP] = "cgroup", [MOUNT_DEV] = "dev",
		[MOUNT_REMOUNT] = "remount",
	};

	text_add(t, "mount: %s %s on %s", kinds[m->kind], m->source ?: "-", m->target);
	if (m->fstype)
		text_add(t, " type %s", m->fstype);
	add_attributes(t, "set", m->attributes);
	add_attributes(t, "clear", m->attributes_cleared);
	add_attributes(t, "set-all", m->recursive_attributes);
	add_attributes(t, "clear-all", m->recursive_attributes_cleared);
	add_words(t, m);
	add_map(t, " uids", m->idmap.uid, m->idmap.n_uid);
	add_map(t, " gids", m->idmap.gid, m->idmap.n_gid);
	for (const char *const *o = m->options; o && *o; o++)
		text_add(t, " %s", *o);
	text_add(t, "\n");
}

/* ---- resources ---- */

static void add_value(struct text *t, const char *name, struct resource_value v)
{
	if (v.set)
		text_add(t, " %s=%jd", name, (intmax_t)v.value);
}

static void add_numbers(struct text *t, const struct resources *r)
{
	const struct {
		const char *name;
		intmax_t value;
	} rows[] = {
		{ "memory", r->memory_bytes },
		{ "memory+swap", r->memory_swap_bytes },
		{ "reservation", r->memory_reservation_bytes },
		{ "kernel", r->memory_kernel_bytes },
		{ "kernel-tcp", r->memory_kernel_tcp_bytes },
		{ "no-oom-kill", r->memory_no_oom_kill.value },
		{ "check-update", r->memory_check_update },
		{ "quota", r->cpu_quota_usec },
		{ "period", (intmax_t)r->cpu_period_usec },
		{ "shares", (intmax_t)r->cpu_shares },
		{ "rt-runtime", r->cpu_realtime_runtime_usec },
		{ "rt-period", (intmax_t)r->cpu_realtime_period_usec },
		{ "pids", r->pids_max },
		{ "io-weight", r->io.weight },
		{ "io-leaf-weight", r->io.leaf_weight },
		{ "required", r->required },
	};

	text_add(t, "resources:");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].value)
			text_add(t, " %s=%jd", rows[i].name, rows[i].value);
	}
	add_value(t, "swappiness", r->memory_swappiness);
	add_value(t, "burst", r->cpu_burst_usec);
	add_value(t, "idle", r->cpu_idle);
	add_value(t, "network-class", r->network_class);
	if (r->cpuset_cpus)
		text_add(t, " cpus=%s", r->cpuset_cpus);
	if (r->cpuset_mems)
		text_add(t, " mems=%s", r->cpuset_mems);
	text_add(t, "\n");
}

static void add_io(struct text *t, const struct resource_io *io)
{
	static const char *const kinds[] = { "read-bytes", "write-bytes", "read-ops", "write-ops" };

	for (size_t i = 0; i < io->n_weights; i++)
		text_add(t, "weight: %u:%u %u %u\n", io->weights[i].major, io->weights[i].minor,
			 io->weights[i].weight, io->weights[i].leaf_weight);
	for (int k = 0; k < RESOURCE_THROTTLE_COUNT; k++) {
		for (size_t i = 0; i < io->throttles[k].n; i++)
			text_add(t, "throttle %s: %u:%u %ju\n", kinds[k],
				 io->throttles[k].items[i].major, io->throttles[k].items[i].minor,
				 (uintmax_t)io->throttles[k].items[i].rate);
	}
}

static void add_devices(struct text *t, const struct resources *r)
{
	if (r->devices_limited)
		text_add(t, "device rules:");
	for (size_t i = 0; i < r->n_devices; i++) {
		const struct resource_device_rule *d = &r->devices[i];

		text_add(t, " %c%c", d->allow ? '+' : '-', d->type);
		if (d->major >= 0 || d->minor >= 0)
			text_add(t, "%jd:%jd", (intmax_t)d->major, (intmax_t)d->minor);
		text_add(t, "/%s%s%s", d->access & RESOURCE_ACCESS_READ ? "r" : "",
			 d->access & RESOURCE_ACCESS_WRITE ? "w" : "",
			 d->access & RESOURCE_ACCESS_MKNOD ? "m" : "");
	}
	if (r->devices_limited || r->n_devices)
		text_add(t, "\n");
}

void oci_dump_resources(const struct resources *r, struct text *t)
{
	add_numbers(t, r);
	add_io(t, &r->io);
	for (size_t i = 0; i < r->n_hugepages; i++)
		text_add(t, "hugepages: %s %ju\n", r->hugepages[i].page_size,
			 (uintmax_t)r->hugepages[i].limit_bytes);
	for (size_t i = 0; i < r->n_rdma; i++)
		text_add(t, "rdma: %s %jd %jd\n", r->rdma[i].device, (intmax_t)r->rdma[i].handles,
			 (intmax_t)r->rdma[i].objects);
	for (size_t i = 0; i < r->n_network_priorities; i++)
		text_add(t, "network priority: %s %u\n", r->network_priorities[i].interface,
			 r->network_priorities[i].priority);
	for (size_t i = 0; i < r->n_unified; i++)
		text_add(t, "unified: %s = %s\n", r->unified[i].name, r->unified[i].value);
	add_devices(t, r);
}

/* ---- the rest ---- */

static void add_namespaces(struct text *t, const struct spec *s)
{
	static const char *const names[NS_COUNT] = { "user", "pid", "mount",  "network",
						     "ipc",  "uts", "cgroup", "time" };

	text_add(t, "namespaces:");
	for (int i = 0; i < NS_COUNT; i++) {
		if (s->namespaces[i].mode == NS_MODE_NEW)
			text_add(t, " %s", names[i]);
		if (s->namespaces[i].mode == NS_MODE_JOIN)
			text_add(t, " %s=%s", names[i], s->namespaces[i].path);
	}
	text_add(t, "\n");
	if (s->n_uid_map || s->n_gid_map) {
		add_map(t, "uids", s->uid_map, s->n_uid_map);
		add_map(t, "  gids", s->gid_map, s->n_gid_map);
		text_add(t, "\n");
	}
	if (s->monotonic.sec || s->monotonic.nsec || s->boottime.sec || s->boottime.nsec)
		text_add(t, "time: monotonic %jd.%09u boottime %jd.%09u\n",
			 (intmax_t)s->monotonic.sec, s->monotonic.nsec, (intmax_t)s->boottime.sec,
			 s->boottime.nsec);
}

static void add_hooks(struct text *t, const struct spec_hooks *hooks)
{
	for (int k = 0; k < HOOK_COUNT; k++) {
		for (size_t i = 0; i < hooks->kinds[k].n; i++) {
			const struct spec_hook *h = &hooks->kinds[k].items[i];

			text_add(t, "hook %d: %s within %d\n", k, h->path, h->timeout_sec);
			add_list(t, "hook args", h->args);
			add_list(t, "hook env", h->env);
		}
	}
}

static void add_spec(struct text *t, const struct spec *s)
{
	add_namespaces(t, s);
	text_add(t, "root: %s%s%s propagation %#jx\n", s->rootfs.path,
		 s->rootfs.readonly ? " ro" : "", s->rootfs.devices ? " dev" : "",
		 (uintmax_t)s->rootfs.propagation);
	if (s->hostname || s->domainname)
		text_add(t, "names: %s %s\n", s->hostname ?: "-", s->domainname ?: "-");
	for (size_t i = 0; i < s->n_mounts; i++)
		oci_dump_mount(&s->mounts[i], t);
	text_add(t, "default devices: %d\n", s->default_devices);
	for (size_t i = 0; i < s->n_devices; i++)
		text_add(t, "device: %s %#o %u:%u %04o %u:%u\n", s->devices[i].path,
			 s->devices[i].type, s->devices[i].major, s->devices[i].minor,
			 s->devices[i].mode, s->devices[i].uid, s->devices[i].gid);
	for (size_t i = 0; i < s->n_sysctls; i++)
		text_add(t, "sysctl: %s = %s\n", s->sysctls[i].name, s->sysctls[i].value);
	for (size_t i = 0; i < s->n_net_devices; i++)
		text_add(t, "network device: %s as %s\n", s->net_devices[i].name,
			 s->net_devices[i].name_inside ?: "-");
	if (s->rdt.set)
		text_add(t, "rdt: \"%s\" monitoring %d\n", s->rdt.clos_id ?: "", s->rdt.monitoring);
	add_list(t, "rdt lines", s->rdt.schemata);
	oci_dump_resources(&s->resources, t);
	add_hooks(t, &s->hooks);
}

static void add_seccomp(struct text *t, const struct seccomp_profile *p)
{
	text_add(t, "seccomp: default %#x flags %#x rules %zu%s\n", p->default_action, p->flags,
		 p->n_rules, p->notifies ? " notifies" : "");
	add_list(t, "seccomp architectures", p->arches);
	for (size_t i = 0; i < p->n_rules; i++) {
		const struct seccomp_rule *r = &p->rules[i];

		text_add(t, "seccomp rule: %#x %s", r->action, r->names[0]);
		for (size_t k = 0; k < r->n_args; k++)
			text_add(t, " arg%u %d %#jx %#jx", r->args[k].index, r->args[k].compare,
				 (uintmax_t)r->args[k].value, (uintmax_t)r->args[k].value_two);
		text_add(t, "\n");
	}
	if (p->listener_path)
		text_add(t, "seccomp listener: %s %s\n", p->listener_path,
			 p->listener_metadata ?: "-");
}

void oci_dump_config(const struct oci_config *c, struct text *t)
{
	text_add(t, "version: %s\n", c->version);
	if (c->has_process)
		oci_dump_process(&c->spec.process, t);
	add_spec(t, &c->spec);
	if (c->has_seccomp)
		add_seccomp(t, &c->seccomp);
	if (c->cgroups_path)
		text_add(t, "cgroup: %s\n", c->cgroups_path);
	if (c->mount_label)
		text_add(t, "mount label: %s\n", c->mount_label);
	if (c->spec.sysctl_namespaces || c->cgroup_delegated)
		text_add(t, "sysctl namespaces: %#x  cgroup delegated: %d\n",
			 c->spec.sysctl_namespaces, c->cgroup_delegated);
	for (size_t i = 0; i < c->n_annotations; i++)
		text_add(t, "annotation: %s = %s\n", c->annotations[i].key,
			 c->annotations[i].value);
}
