/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/features.h"

#include "confine/capability.h"
#include "confine/seccomp_names.h"
#include "confine/seccomp_words.h"
#include "oci/annotations.h"
#include "oci/config.h"
#include "oci/hooks.h"
#include "oci/landlock.h"
#include "oci/mount_options.h"
#include "oci/namespaces.h"
#include "oci/scheduling.h"

static void add(json_t *list, const char *word)
{
	json_array_append_new(list, json_string(word));
}

static json_t *names(const struct oci_name *table)
{
	json_t *list = json_array();

	for (; table->name; table++)
		add(list, table->name);
	return list;
}

static json_t *words(const struct seccomp_word *table)
{
	json_t *list = json_array();

	for (; table->name; table++)
		add(list, table->name);
	return list;
}

static json_t *mount_options(void)
{
	json_t *list = json_array();
	const char *name;

	for (size_t i = 0; (name = oci_mount_option_name(i)); i++)
		add(list, name);
	return list;
}

static json_t *capabilities(void)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < CAPABILITY_COUNT; i++)
		add(list, capability_name(i));
	return list;
}

static json_t *yes(const char *const *keys)
{
	json_t *o = json_object();

	for (; *keys; keys++)
		json_object_set_new(o, *keys, json_true());
	return o;
}

static json_t *seccomp(void)
{
	json_t *o = json_object(), *archs = json_array();
	const struct seccomp_arch *arch;

	for (size_t i = 0; (arch = seccomp_arch_at(i)); i++)
		add(archs, arch->name);
	json_object_set_new(o, "enabled", json_true());
	json_object_set_new(o, "actions", words(seccomp_actions));
	json_object_set_new(o, "operators", words(seccomp_operators));
	json_object_set_new(o, "archs", archs);
	json_object_set_new(o, "knownFlags", words(seccomp_flags));
	json_object_set_new(o, "supportedFlags", words(seccomp_flags));
	return o;
}

static json_t *memory_policy(void)
{
	json_t *o = json_object();

	json_object_set_new(o, "modes", names(oci_memory_policy_modes));
	json_object_set_new(o, "flags", names(oci_memory_policy_flags));
	return o;
}

static json_t *linux_features(void)
{
	static const char *const cgroup[] = { "v1", "v2", "systemd", "systemdUser", "rdma", NULL };
	static const char *const rdt[] = { "enabled", "schemata", "monitoring", NULL };
	static const char *const enabled[] = { "enabled", NULL };
	json_t *o = json_object(), *extensions = json_object();

	json_object_set_new(o, "namespaces", names(oci_namespace_names));
	json_object_set_new(o, "capabilities", capabilities());
	json_object_set_new(o, "cgroup", yes(cgroup));
	json_object_set_new(o, "seccomp", seccomp());
	json_object_set_new(o, "apparmor", yes(enabled));
	json_object_set_new(o, "selinux", yes(enabled));
	json_object_set_new(o, "intelRdt", yes(rdt));
	json_object_set_new(o, "memoryPolicy", memory_policy());
	json_object_set_new(extensions, "idmap", yes(enabled));
	json_object_set_new(o, "mountExtensions", extensions);
	json_object_set_new(o, "netDevices", yes(enabled));
	return o;
}

static json_t *annotations(const struct oci_features *f)
{
	json_t *o = json_object();

	json_put_string(o, "org.cale.version", f->version);
	json_put_string(o, "org.opencontainers.runc.checkpoint.enabled",
			f->checkpoint ? "true" : "false");
	return o;
}

/* Those of config.json that change what the runtime does; a "." at the end stands for all below. */
static json_t *unsafe_annotations(void)
{
	json_t *list = json_array();

	add(list, OCI_LANDLOCK_ANNOTATION);
	add(list, "org.systemd.property.");
	add(list, OCI_KEEP_GROUPS_ANNOTATION);
	return list;
}

json_t *oci_features_document(const struct oci_features *f)
{
	json_t *o = json_object();

	json_put_string(o, "ociVersionMin", OCI_VERSION_MIN);
	json_put_string(o, "ociVersionMax", OCI_VERSION);
	json_object_set_new(o, "hooks", names(oci_hook_names));
	json_object_set_new(o, "mountOptions", mount_options());
	json_object_set_new(o, "linux", linux_features());
	json_object_set_new(o, "annotations", annotations(f));
	json_object_set_new(o, "potentiallyUnsafeConfigAnnotations", unsafe_annotations());
	return o;
}
