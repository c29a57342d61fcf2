/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/namespaces.h"

#include <string.h>

#include "oci/mappings.h"

const struct oci_name oci_namespace_names[] = {
	{ "cgroup", NS_CGROUP },   { "ipc", NS_IPC }, { "mount", NS_MOUNT },
	{ "network", NS_NETWORK }, { "pid", NS_PID }, { "time", NS_TIME },
	{ "user", NS_USER },	   { "uts", NS_UTS }, {},
};

int oci_has_namespace(const struct spec *spec, enum namespace_kind kind)
{
	return spec->namespaces[kind].mode != NS_MODE_HOST;
}

static int read_one(const struct oci_node *n, struct spec *spec, struct err *e)
{
	struct entry {
		const char *type, *path;
	} entry = {};
	static const struct oci_field fields[] = {
		{ "type", OCI_TEXT, offsetof(struct entry, type), .required = 1 },
		{ "path", OCI_TEXT, offsetof(struct entry, path) },
		{},
	};
	const struct oci_name *known;
	struct spec_namespace *ns;

	if (oci_read(n, fields, &entry, e) < 0)
		return -1;
	known = oci_name_find(oci_namespace_names, entry.type);
	if (!known)
		return oci_invalid(n, "type", e, "unknown namespace \"%s\"", entry.type);
	ns = &spec->namespaces[known->value];
	if (ns->mode != NS_MODE_HOST)
		return oci_invalid(n, "type", e, "a second \"%s\" namespace", entry.type);
	if (!entry.path || !*entry.path) {
		ns->mode = NS_MODE_NEW;
		return 0;
	}
	if (*entry.path != '/')
		return oci_invalid(n, "path", e, "\"%s\" is not absolute", entry.path);
	*ns = (struct spec_namespace){ NS_MODE_JOIN, entry.path };
	return 0;
}

static int read_list(const struct oci_node *linux_node, struct spec *spec, struct err *e)
{
	struct oci_node list, item;
	int found = oci_array(linux_node, "namespaces", &list, e);

	for (size_t i = 0; found > 0 && i < json_array_size(list.json); i++) {
		if (oci_item(&list, i, &item, e) < 0 || read_one(&item, spec, e) < 0)
			return -1;
	}
	return found < 0 ? -1 : 0;
}

static int read_maps(const struct oci_node *linux_node, struct spec *spec, struct err *e)
{
	struct oci_mapping uid, gid;

	if (oci_mapping_read(linux_node, "uidMappings", &uid, e) < 0 ||
	    oci_mapping_read(linux_node, "gidMappings", &gid, e) < 0)
		return -1;
	if ((uid.n || gid.n) && !oci_has_namespace(spec, NS_USER))
		return oci_invalid(linux_node, uid.n ? "uidMappings" : "gidMappings", e,
				   "there is no user namespace that it could be for");
	if (spec->namespaces[NS_USER].mode == NS_MODE_NEW && (!uid.n || !gid.n))
		return oci_invalid(linux_node, uid.n ? "gidMappings" : "uidMappings", e,
				   "is missing, and the user namespace is new");
	if (!uid.n != !gid.n)
		return oci_invalid(linux_node, uid.n ? "gidMappings" : "uidMappings", e,
				   "is missing");
	spec->uid_map = uid.ranges;
	spec->n_uid_map = uid.n;
	spec->gid_map = gid.ranges;
	spec->n_gid_map = gid.n;
	return 0;
}

static int read_offset(const struct oci_node *offsets, const char *clock,
		       struct spec_time_offset *to, struct err *e)
{
	static const struct oci_field fields[] = {
		{ "secs", OCI_INT64, offsetof(struct spec_time_offset, sec), INT64_MIN, INT64_MAX },
		{ "nanosecs", OCI_UINT32, offsetof(struct spec_time_offset, nsec), 0, 999999999 },
		{},
	};
	struct oci_node n;
	int found = oci_object(offsets, clock, &n, e);

	return found > 0 ? oci_read(&n, fields, to, e) : found;
}

static int read_time(const struct oci_node *linux_node, struct spec *spec, struct err *e)
{
	struct oci_node n;
	const char *clock;
	json_t *value;
	int found = oci_object(linux_node, "timeOffsets", &n, e);

	if (found <= 0 || !json_object_size(n.json))
		return found < 0 ? -1 : 0;
	if (!oci_has_namespace(spec, NS_TIME))
		return oci_invalid(&n, NULL, e, "there is no time namespace that it could be for");
	if (spec->namespaces[NS_TIME].mode == NS_MODE_JOIN)
		return oci_invalid(&n, NULL, e, "the time namespace is an existing one");
	json_object_foreach ((json_t *)n.json, clock, value) {
		if (strcmp(clock, "monotonic") && strcmp(clock, "boottime"))
			return oci_invalid(&n, clock, e, "no clock that has an offset");
	}
	return read_offset(&n, "monotonic", &spec->monotonic, e) < 0 ||
			       read_offset(&n, "boottime", &spec->boottime, e) < 0
		       ? -1
		       : 0;
}

int oci_namespaces_read(const struct oci_node *linux_node, struct spec *spec, struct err *e)
{
	return read_list(linux_node, spec, e) < 0 || read_maps(linux_node, spec, e) < 0 ||
			       read_time(linux_node, spec, e) < 0
		       ? -1
		       : 0;
}
