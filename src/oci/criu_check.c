/* SPDX-License-Identifier: Apache-2.0 */
/* What a checkpoint would lose of a container's protection or limits, and so is refused. */
#include "oci/criu.h"
#include "oci/notify.h"
#include "oci/privilege.h"

static int has_landlock(const struct oci_container *c)
{
	const struct spec_landlock *l = &c->config.spec.process.landlock;

	return l->handled_fs || l->handled_net || l->scopes;
}

static int has_listener(const struct oci_container *c)
{
	return c->config.has_seccomp && c->config.seccomp.notifies;
}

static int has_user_namespace(const struct oci_container *c)
{
	return c->config.spec.namespaces[NS_USER].mode != NS_MODE_HOST;
}

static int shares_mounts(const struct oci_container *c)
{
	return c->config.spec.namespaces[NS_MOUNT].mode != NS_MODE_NEW;
}

/* CRIU would make them without the map, and the container's root write as the host's. */
static int has_idmaps(const struct oci_container *c)
{
	const struct spec *s = &c->config.spec;

	for (size_t i = 0; i < s->n_mounts; i++) {
		if (s->mounts[i].idmapped || s->mounts[i].idmap.n_uid || s->mounts[i].idmap.n_gid)
			return 1;
	}
	return s->rootfs.idmapped;
}

static int has_own_devices(const struct oci_container *c)
{
	const struct spec *s = &c->config.spec;

	return s->n_net_devices && s->namespaces[NS_NETWORK].mode == NS_MODE_NEW;
}

static int has_memory_policy(const struct oci_container *c)
{
	return c->config.spec.process.memory_policy.set;
}

static int has_personality(const struct oci_container *c)
{
	return c->config.spec.process.has_personality && c->config.spec.process.personality;
}

static int is_configured(const struct oci_container *c)
{
	const char *file = oci_annotation(&c->config, "org.criu.config");

	return file && *file;
}

static const struct {
	int (*is_so)(const struct oci_container *c);
	const char *why, *mend;
} refusals[] = {
	{ has_user_namespace,
	  "criu can't save what lies in mounts that a user namespace locks, and would unlock them",
	  "create it without a user namespace" },
	{ shares_mounts, "criu needs the container's tree for itself",
	  "create it with a mount namespace of its own" },
	{ has_idmaps, "criu would make idmapped mounts without their map",
	  "create it without idmap, uidMappings and gidMappings of mounts" },
	{ has_landlock, "criu can't save a Landlock policy, and the container would lose it",
	  "create it without the annotation org.cale.landlock" },
	{ has_listener, "criu can't save the listener of a seccomp filter",
	  "create it with a profile that notifies nobody" },
	{ has_own_devices, "the network devices would be gone with their namespace",
	  "give it a network namespace by path, which keeps them" },
	{ has_memory_policy, "criu can't save a memory policy",
	  "create it without linux.memoryPolicy; cpuset.mems is saved" },
	{ has_personality, "criu can't save a personality", "create it without linux.personality" },
	{ oci_notify_is_prepared, "the socket to its supervisor would be gone",
	  "run it without NOTIFY_SOCKET in the environment" },
	{ is_configured, "org.criu.config would have the image's author configure criu",
	  "write it into /etc/criu/default.conf" },
};

static int refuse(struct err *e, const char *why, const char *mend)
{
	err_set(e, ERR_UNENFORCED, "checkpoint and restore: %s", why);
	return err_hint(e, "%s", mend);
}

/*
 * To be had without the host's root, a container would need no filter: PTRACE_SECCOMP_GET_FILTER wants CAP_SYS_ADMIN in
 * the initial user namespace. CRIU's --unprivileged with CAP_CHECKPOINT_RESTORE also can't enter namespaces.
 */
int criu_check(const struct oci_container *c, struct err *e)
{
	if (!criu_is_there())
		return refuse(e, "criu isn't installed", "apt-get install criu");
	if (!oci_is_privileged() || !oci_is_initial_user_namespace())
		return refuse(e,
			      "a container's seccomp filter is given out to the host's root only",
			      "call it as root, with sudo");
	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
		if (refusals[i].is_so(c))
			return refuse(e, refusals[i].why, refusals[i].mend);
	}
	return 0;
}
