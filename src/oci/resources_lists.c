/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/resources_lists.h"

#include <string.h>

#include "base/path.h"

/* ---- huge pages ---- */

/* "2MB": it becomes part of a file's name. */
static int is_page_size(const char *text)
{
	size_t n = strspn(text, "0123456789");

	return n && n < 10 && *text != '0' && text[n] && strchr("KMG", text[n]) &&
	       !strcmp(text + n + 1, "B");
}

static int read_hugepages(const struct oci_node *resources, struct resources *ret, struct err *e)
{
	/* The second spelling is what runc takes too, since Go doesn't look at the case of names. */
	static const struct oci_field fields[] = {
		{ "pageSize", OCI_TEXT, offsetof(struct resource_hugepage, page_size) },
		{ "pagesize", OCI_TEXT, offsetof(struct resource_hugepage, page_size) },
		{ "limit", OCI_UINT64, offsetof(struct resource_hugepage, limit_bytes),
		  .required = 1 },
		{},
	};
	struct resource_hugepage *pages = NULL;
	struct oci_node list, item;
	size_t n = 0;
	int found = oci_array(resources, "hugepageLimits", &list, e);

	for (size_t i = 0; found > 0 && i < json_array_size(list.json); i++) {
		struct resource_hugepage p = {};

		if (oci_item(&list, i, &item, e) < 0 || oci_read(&item, fields, &p, e) < 0)
			return -1;
		if (!p.page_size)
			return oci_invalid(&item, "pageSize", e, "is missing");
		if (!is_page_size(p.page_size))
			return oci_invalid(&item, "pageSize", e, "\"%s\" is not of the form 2MB",
					   p.page_size);
		ARENA_PUSH(list.arena, pages, n) = p;
	}
	ret->hugepages = pages;
	ret->n_hugepages = n;
	return found < 0 ? -1 : 0;
}

/* ---- network ---- */

static int read_priorities(const struct oci_node *network, struct resources *ret, struct err *e)
{
	static const struct oci_field fields[] = {
		{ "name", OCI_TEXT, offsetof(struct resource_priority, interface), .required = 1 },
		{ "priority", OCI_UINT32, offsetof(struct resource_priority, priority), 0,
		  UINT32_MAX, 1 },
		{},
	};
	struct resource_priority *priorities = NULL;
	struct oci_node list, item;
	size_t n = 0;
	int found = oci_array(network, "priorities", &list, e);

	for (size_t i = 0; found > 0 && i < json_array_size(list.json); i++) {
		struct resource_priority p = {};

		if (oci_item(&list, i, &item, e) < 0 || oci_read(&item, fields, &p, e) < 0)
			return -1;
		if (!oci_is_device_name(p.interface))
			return oci_invalid(&item, "name", e, "\"%s\" is no network device",
					   p.interface);
		ARENA_PUSH(list.arena, priorities, n) = p;
	}
	ret->network_priorities = priorities;
	ret->n_network_priorities = n;
	return found < 0 ? -1 : 0;
}

static int read_network(const struct oci_node *resources, struct resources *ret, struct err *e)
{
	static const struct oci_field fields[] = {
		{ "classID", OCI_VALUE, offsetof(struct resources, network_class), 0, UINT32_MAX },
		{},
	};
	struct oci_node n;
	int found = oci_object(resources, "network", &n, e);

	if (found <= 0)
		return found;
	return oci_read(&n, fields, ret, e) < 0 ? -1 : read_priorities(&n, ret, e);
}

/* ---- RDMA ---- */

static int read_rdma(const struct oci_node *resources, struct resources *ret, struct err *e)
{
	static const struct oci_field fields[] = {
		{ "hcaHandles", OCI_INT64, offsetof(struct resource_rdma, handles), 0, UINT32_MAX },
		{ "hcaObjects", OCI_INT64, offsetof(struct resource_rdma, objects), 0, UINT32_MAX },
		{},
	};
	struct resource_rdma *list = NULL;
	struct oci_node n, entry;
	const char *device;
	size_t count = 0;
	json_t *value;
	int found = oci_object(resources, "rdma", &n, e);

	if (found <= 0)
		return found;
	if (oci_limit(&n, OCI_LIST_MAX, e) < 0)
		return -1;
	json_object_foreach ((json_t *)n.json, device, value) {
		struct resource_rdma r = { arena_strdup(n.arena, device), -1, -1 };

		entry = oci_entry(&n, device, value);
		if (!json_is_object(value))
			return oci_invalid(&entry, NULL, e, "is not an object");
		if (oci_read(&entry, fields, &r, e) < 0)
			return -1;
		if (!*device || strpbrk(device, " \t\n="))
			return oci_invalid(&n, NULL, e, "\"%s\" is no device", device);
		if (r.handles < 0 && r.objects < 0)
			return oci_invalid(&entry, NULL, e,
					   "neither hcaHandles nor hcaObjects is given");
		ARENA_PUSH(n.arena, list, count) = r;
	}
	ret->rdma = list;
	ret->n_rdma = count;
	return 0;
}

/* ---- unified ---- */

static int read_unified(const struct oci_node *resources, struct resources *ret, struct err *e)
{
	struct resource_file *files = NULL;
	const char *name, *text;
	struct oci_node n;
	size_t count = 0;
	json_t *value;
	int found = oci_object(resources, "unified", &n, e);

	if (found <= 0)
		return found;
	if (oci_limit(&n, OCI_LIST_MAX, e) < 0)
		return -1;
	json_object_foreach ((json_t *)n.json, name, value) {
		text = json_string_only(value);
		if (!text)
			return oci_invalid(&n, name, e, "is not a string");
		if (strchr(name, '/') || !path_is_plain_relative(name) || !strchr(name, '.'))
			return oci_invalid(&n, NULL, e, "\"%s\" is no file of a cgroup", name);
		ARENA_PUSH(n.arena, files, count) =
			(struct resource_file){ arena_strdup(n.arena, name),
						arena_strdup(n.arena, text) };
	}
	ret->unified = files;
	ret->n_unified = count;
	return 0;
}

int oci_resources_lists_read(const struct oci_node *resources, struct resources *ret, struct err *e)
{
	return read_hugepages(resources, ret, e) < 0 || read_network(resources, ret, e) < 0 ||
			       read_rdma(resources, ret, e) < 0 ||
			       read_unified(resources, ret, e) < 0
		       ? -1
		       : 0;
}
