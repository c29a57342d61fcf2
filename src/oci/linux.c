/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/linux.h"

#include <string.h>

#include "oci/devices.h"
#include "oci/mounts.h"
#include "oci/namespaces.h"
#include "oci/net_devices.h"
#include "oci/rdt.h"
#include "oci/resources.h"
#include "oci/scheduling.h"
#include "oci/seccomp.h"
#include "oci/sysctls.h"

int oci_linux_read_namespaces(const struct oci_node *n, struct oci_config *c, struct err *e)
{
	return oci_namespaces_read(n, &c->spec, e);
}

static int read_texts(const struct oci_node *n, struct oci_config *c, struct err *e)
{
	static const struct oci_field fields[] = {
		{ "cgroupsPath", OCI_TEXT, offsetof(struct oci_config, cgroups_path) },
		{ "mountLabel", OCI_TEXT, offsetof(struct oci_config, mount_label) },
		{},
	};

	if (oci_read(n, fields, c, e) < 0)
		return -1;
	if (c->cgroups_path && strchr(c->cgroups_path, '\n'))
		return oci_invalid(n, "cgroupsPath", e, "has more than one line");
	if (c->cgroups_path && !*c->cgroups_path)
		c->cgroups_path = NULL;
	if (c->mount_label && strpbrk(c->mount_label, "\n\""))
		return oci_invalid(n, "mountLabel", e, "is no label");
	if (c->mount_label && !*c->mount_label)
		c->mount_label = NULL;
	return 0;
}

static int read_resources(const struct oci_node *linux_node, struct resources *r, struct err *e)
{
	struct oci_node n;
	int found = oci_object(linux_node, "resources", &n, e);

	if (found < 0 || (found && oci_resources_read(&n, r, e) < 0))
		return -1;
	if (r->memory_swap_bytes > 0 && !r->memory_bytes)
		return oci_invalid(&n, "memory.swap", e, "is a limit, and the memory has none");
	oci_device_rules_add_defaults(linux_node->arena, r);
	return 0;
}

static int read_seccomp(const struct oci_node *n, struct oci_config *c, struct err *e)
{
	c->has_seccomp = oci_seccomp_read(n, &c->seccomp, e);
	return c->has_seccomp;
}

int oci_linux_read(const struct oci_node *n, struct oci_config *c, struct err *e)
{
	struct spec *spec = &c->spec;

	return read_texts(n, c, e) < 0 || read_resources(n, &spec->resources, e) < 0 ||
			       oci_devices_read(n, spec, e) < 0 ||
			       oci_net_devices_read(n, spec, e) < 0 ||
			       oci_sysctls_read(n, spec, e) < 0 ||
			       oci_rdt_read(n, &spec->rdt, e) < 0 ||
			       oci_scheduling_read_linux(n, &spec->process, e) < 0 ||
			       oci_mounts_read_linux(n, spec, e) < 0 || read_seccomp(n, c, e) < 0
		       ? -1
		       : 0;
}
