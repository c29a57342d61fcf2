/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/spec_default.h"

#include <stddef.h>
#include <string.h>

#include "confine/defaults.h"
#include "oci/config.h"

#define OPTIONS_MAX 8

static const struct mount {
	const char *destination, *type, *source;
	const char *options[OPTIONS_MAX];
} mounts[] = {
	{ "/proc", "proc", "proc", {} },
	{ "/dev", "tmpfs", "tmpfs", { "nosuid", "strictatime", "mode=755", "size=65536k" } },
	{ "/dev/pts",
	  "devpts",
	  "devpts",
	  { "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5" } },
	{ "/dev/shm", "tmpfs", "shm", { "nosuid", "noexec", "nodev", "mode=1777", "size=65536k" } },
	{ "/dev/mqueue", "mqueue", "mqueue", { "nosuid", "noexec", "nodev" } },
	{ "/sys", "sysfs", "sysfs", { "nosuid", "noexec", "nodev", "ro" } },
	{ "/sys/fs/cgroup", "cgroup", "cgroup", { "nosuid", "noexec", "nodev", "relatime", "ro" } },
};

/* A sysfs of one's own needs a network namespace of one's own. */
static const struct mount rootless_sys = {
	"/sys", "none", "/sys", { "rbind", "nosuid", "noexec", "nodev", "ro" }
};

static const char *const capabilities[] = { "CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE",
					    NULL };
static const char *const capability_sets[] = { "bounding", "effective", "permitted", NULL };
static const char *const arguments[] = { "sh", NULL };
static const char *const environment[] = {
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm", NULL
};

static json_t *strings(const char *const *list)
{
	json_t *array = json_array();

	for (; *list; list++)
		json_array_append_new(array, json_string(*list));
	return array;
}

static void put_number(json_t *o, const char *key, int64_t value)
{
	json_object_set_new(o, key, json_integer(value));
}

static json_t *process(void)
{
	json_t *o = json_object(), *user = json_object(), *sets = json_object();
	json_t *limits = json_array(), *limit = json_object();

	json_object_set_new(o, "terminal", json_true());
	put_number(user, "uid", 0);
	put_number(user, "gid", 0);
	json_object_set_new(o, "user", user);
	json_object_set_new(o, "args", strings(arguments));
	json_object_set_new(o, "env", strings(environment));
	json_put_string(o, "cwd", "/");
	for (const char *const *set = capability_sets; *set; set++)
		json_object_set_new(sets, *set, strings(capabilities));
	json_object_set_new(o, "capabilities", sets);
	json_put_string(limit, "type", "RLIMIT_NOFILE");
	put_number(limit, "hard", 1024);
	put_number(limit, "soft", 1024);
	json_array_append_new(limits, limit);
	json_object_set_new(o, "rlimits", limits);
	json_object_set_new(o, "noNewPrivileges", json_true());
	return o;
}

/* ---- mounts ---- */

static int is_owner(const char *option)
{
	return !strncmp(option, "uid=", 4) || !strncmp(option, "gid=", 4);
}

static json_t *mount(const struct mount *m, int rootless)
{
	json_t *o = json_object(), *options = json_array();

	json_put_string(o, "destination", m->destination);
	json_put_string(o, "type", m->type);
	json_put_string(o, "source", m->source);
	for (size_t i = 0; i < OPTIONS_MAX && m->options[i]; i++) {
		/* One id is all that there is. */
		if (!rootless || !is_owner(m->options[i]))
			json_array_append_new(options, json_string(m->options[i]));
	}
	if (json_array_size(options))
		json_object_set(o, "options", options);
	json_decref(options);
	return o;
}

static json_t *mount_list(const struct oci_spec_default *d)
{
	json_t *list = json_array();

	for (size_t i = 0; i < ARRAY_SIZE(mounts); i++) {
		int is_sys = !strcmp(mounts[i].destination, "/sys");

		json_array_append_new(
			list,
			mount(d->rootless && is_sys ? &rootless_sys : &mounts[i], d->rootless));
	}
	return list;
}

/* ---- linux ---- */

static json_t *namespaces(const struct oci_spec_default *d)
{
	const struct {
		const char *type;
		int wanted;
	} rows[] = {
		{ "pid", 1 },
		{ "network", !d->rootless },
		{ "ipc", 1 },
		{ "uts", 1 },
		{ "mount", 1 },
		{ "cgroup", d->cgroup_namespace },
		{ "user", d->rootless },
	};
	json_t *list = json_array();

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		json_t *o = json_object();

		json_put_string(o, "type", rows[i].type);
		if (rows[i].wanted)
			json_array_append(list, o);
		json_decref(o);
	}
	return list;
}

static json_t *map(uint32_t outside)
{
	json_t *list = json_array(), *range = json_object();

	put_number(range, "containerID", 0);
	put_number(range, "hostID", outside);
	put_number(range, "size", 1);
	json_array_append_new(list, range);
	return list;
}

static json_t *no_devices(void)
{
	json_t *o = json_object(), *list = json_array(), *rule = json_object();

	json_object_set_new(rule, "allow", json_false());
	json_put_string(rule, "access", "rwm");
	json_array_append_new(list, rule);
	json_object_set_new(o, "devices", list);
	return o;
}

/* Paths for each CPU are left to containers that know how many there are. */
static json_t *masked_paths(void)
{
	json_t *list = json_array();

	for (size_t i = 0; i < defaults.n_masked_paths; i++) {
		if (!strchr(defaults.masked_paths[i], '%'))
			json_array_append_new(list, json_string(defaults.masked_paths[i]));
	}
	return list;
}

static json_t *readonly_paths(void)
{
	json_t *list = json_array();

	for (size_t i = 0; i < defaults.n_readonly_paths; i++)
		json_array_append_new(list, json_string(defaults.readonly_paths[i]));
	return list;
}

static json_t *linux_object(const struct oci_spec_default *d)
{
	json_t *o = json_object();

	if (d->rootless) {
		json_object_set_new(o, "uidMappings", map(d->uid));
		json_object_set_new(o, "gidMappings", map(d->gid));
	} else {
		json_object_set_new(o, "resources", no_devices());
	}
	json_object_set_new(o, "namespaces", namespaces(d));
	json_object_set_new(o, "maskedPaths", masked_paths());
	json_object_set_new(o, "readonlyPaths", readonly_paths());
	return o;
}

json_t *oci_spec_default(const struct oci_spec_default *d)
{
	json_t *o = json_object(), *root = json_object();

	json_put_string(o, "ociVersion", OCI_VERSION);
	json_object_set_new(o, "process", process());
	json_put_string(root, "path", "rootfs");
	json_object_set_new(root, "readonly", json_true());
	json_object_set_new(o, "root", root);
	json_put_string(o, "hostname", "cale");
	json_object_set_new(o, "mounts", mount_list(d));
	json_object_set_new(o, "linux", linux_object(d));
	return o;
}
