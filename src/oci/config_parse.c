/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/config.h"

#include <string.h>

#include "base/json.h"
#include "base/parse.h"
#include "oci/annotations.h"
#include "oci/hooks.h"
#include "oci/landlock.h"
#include "oci/linux.h"
#include "oci/mounts.h"
#include "oci/namespaces.h"
#include "oci/node.h"
#include "oci/process.h"
#include "oci/version.h"

#define HOST_NAME_MAX_BYTES 64 /* __NEW_UTS_LEN */

static int read_version(const struct oci_node *n, struct oci_config *c, struct err *e)
{
	static const struct oci_field fields[] = {
		{ "ociVersion", OCI_TEXT, offsetof(struct oci_config, version), .required = 1 },
		{},
	};
	const char *fault;

	if (oci_read(n, fields, c, e) < 0)
		return -1;
	fault = oci_version_fault(c->version);
	return fault ? oci_invalid(n, "ociVersion", e, "\"%s\" %s", c->version, fault) : 0;
}

/* An empty name asks for nothing. */
static int check_name(const struct oci_node *n, const char *key, const char **name,
		      const struct spec *spec, struct err *e)
{
	if (*name && !**name)
		*name = NULL;
	if (!*name)
		return 0;
	if (!oci_has_namespace(spec, NS_UTS))
		return oci_invalid(n, key, e, "would be the host's without a uts namespace");
	if (strlen(*name) > HOST_NAME_MAX_BYTES)
		return oci_invalid(n, key, e, "is longer than %d bytes", HOST_NAME_MAX_BYTES);
	return 0;
}

static int read_names(const struct oci_node *n, struct spec *spec, struct err *e)
{
	static const struct oci_field fields[] = {
		{ "hostname", OCI_TEXT, offsetof(struct spec, hostname) },
		{ "domainname", OCI_TEXT, offsetof(struct spec, domainname) },
		{},
	};

	return oci_read(n, fields, spec, e) < 0 ||
			       check_name(n, "hostname", &spec->hostname, spec, e) < 0 ||
			       check_name(n, "domainname", &spec->domainname, spec, e) < 0
		       ? -1
		       : 0;
}

static int read_process(const struct oci_node *document, struct oci_config *c, struct err *e)
{
	struct oci_node n;

	c->has_process = oci_object(document, "process", &n, e);
	if (c->has_process <= 0)
		return c->has_process;
	return oci_process_read(&n, &c->spec.process, e);
}

static int read_landlock(const struct oci_node *document, struct oci_config *c, struct err *e)
{
	const char *policy = oci_annotation(c, OCI_LANDLOCK_ANNOTATION);

	if (!policy)
		return 0;
	if (oci_landlock_parse(policy, strlen(policy), document->arena, &c->spec.process.landlock,
			       e) < 0)
		return err_wrap(e, "annotations." OCI_LANDLOCK_ANNOTATION);
	return 0;
}

/* crun's: what Podman's --group-add keep-groups asks for. */
static int read_keep_groups(struct oci_config *c, struct err *e)
{
	const char *keep = oci_annotation(c, OCI_KEEP_GROUPS_ANNOTATION);

	if (keep && parse_bool(keep, &c->spec.process.user.keeps_groups, e) < 0)
		return err_wrap(e, "annotations." OCI_KEEP_GROUPS_ANNOTATION);
	if (c->spec.process.user.keeps_groups && c->spec.process.user.n_groups)
		return err_set(e, ERR_INVALID,
			       "annotations." OCI_KEEP_GROUPS_ANNOTATION
			       ": process.user.additionalGids names others");
	return 0;
}

static int read_document(const struct oci_node *n, struct oci_config *c, struct err *e)
{
	struct oci_node linux_node;
	int found = oci_object(n, "linux", &linux_node, e);

	if (found < 0 || read_version(n, c, e) < 0 || oci_root_read(n, &c->spec, e) < 0 ||
	    read_process(n, c, e) < 0 || oci_linux_read_namespaces(&linux_node, c, e) < 0 ||
	    read_names(n, &c->spec, e) < 0 || oci_mounts_read(n, &c->spec, e) < 0)
		return -1;
	c->cgroup_delegated = c->spec.namespaces[NS_CGROUP].mode == NS_MODE_NEW &&
			      oci_mounts_have_writable_cgroup(&c->spec);
	return oci_linux_read(&linux_node, c, e) < 0 || oci_hooks_read(n, &c->spec.hooks, e) < 0 ||
			       oci_annotations_read(n, c, e) < 0 || read_landlock(n, c, e) < 0 ||
			       read_keep_groups(c, e) < 0
		       ? -1
		       : 0;
}

int oci_config_parse(const char *text, size_t n, struct arena *a, struct oci_config *ret,
		     struct err *e)
{
	cleanup_json json_t *json = json_parse_wide(text, n, JSON_FOREIGN_BYTES_MAX, e);
	const struct oci_node document = { .json = json, .arena = a };

	*ret = (struct oci_config){};
	if (!json)
		return -1;
	if (!json_is_object(json))
		return err_set(e, ERR_INVALID, "is not a JSON object");
	return read_document(&document, ret, e);
}

static const char *below(const char *bundle, const char *path, struct arena *a)
{
	return *path == '/' ? path : arena_printf(a, "%s/%s", bundle, path);
}

/* Some name a place in the container by where it is on the host. */
static const char *inside(const char *target, const char *root)
{
	size_t n = strlen(root);

	return n > 1 && !strncmp(target, root, n) && target[n] == '/' ? target + n : target;
}

void oci_config_resolve(struct oci_config *c, const char *bundle, struct arena *a)
{
	struct spec_mount *mounts = arena_alloc(a, (c->spec.n_mounts + 1) * sizeof *mounts);

	c->spec.rootfs.path = below(bundle, c->spec.rootfs.path, a);
	for (size_t i = 0; i < c->spec.n_mounts; i++) {
		mounts[i] = c->spec.mounts[i];
		if (mounts[i].kind == MOUNT_BIND)
			mounts[i].source = below(bundle, mounts[i].source, a);
		mounts[i].target = inside(mounts[i].target, c->spec.rootfs.path);
	}
	c->spec.mounts = mounts;
	/* Where /dev is the host's none is made. */
	if (!c->spec.default_devices)
		c->spec.n_devices = 0;
}
