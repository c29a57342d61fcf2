/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/net_devices.h"

#include <string.h>

#include "oci/namespaces.h"

static int is_taken(const struct spec_net_device *list, size_t n, const char *name)
{
	/* The kernel counts this one up. */
	if (strstr(name, "%d"))
		return 0;
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(list[i].name_inside ?: list[i].name, name))
			return 1;
	}
	return 0;
}

int oci_net_devices_read(const struct oci_node *linux_node, struct spec *spec, struct err *e)
{
	static const struct oci_field fields[] = {
		{ "name", OCI_TEXT, offsetof(struct spec_net_device, name_inside) },
		{},
	};
	struct spec_net_device *list;
	struct oci_node n;
	const char *name;
	json_t *value;
	int found = oci_object(linux_node, "netDevices", &n, e);

	if (found <= 0 || !json_object_size(n.json))
		return found < 0 ? -1 : 0;
	if (!oci_has_namespace(spec, NS_NETWORK))
		return oci_invalid(&n, NULL, e, "there is no network namespace to move them to");
	if (oci_limit(&n, OCI_NET_DEVICES_MAX, e) < 0)
		return -1;
	list = arena_alloc(n.arena, json_object_size(n.json) * sizeof *list);
	json_object_foreach ((json_t *)n.json, name, value) {
		struct spec_net_device d = { .name = arena_strdup(n.arena, name) };
		const struct oci_node entry = oci_entry(&n, name, value);

		if (!json_is_object(value))
			return oci_invalid(&entry, NULL, e, "is not an object");
		if (oci_read(&entry, fields, &d, e) < 0)
			return -1;
		if (d.name_inside && !*d.name_inside)
			d.name_inside = NULL;
		if (!oci_is_device_name(name))
			return oci_invalid(&n, NULL, e, "\"%s\" is no network device", name);
		if (d.name_inside && !oci_is_device_name(d.name_inside))
			return oci_invalid(&entry, "name", e, "\"%s\" is no name for a device",
					   d.name_inside);
		if (is_taken(list, spec->n_net_devices, d.name_inside ?: d.name))
			return oci_invalid(&entry, "name", e, "a second \"%s\"",
					   d.name_inside ?: d.name);
		list[spec->n_net_devices++] = d;
	}
	spec->net_devices = list;
	return 0;
}
