/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/devices.h"

#include <string.h>
#include <sys/stat.h>

#include "oci/names.h"
#include "runtime/cgroup_devices.h"

#define MAJOR_MAX    0xfff /* the kernel's dev_t has 12 and 20 bits */
#define MINOR_MAX    0xfffff
#define MODE_DEFAULT 0666
#define LAST_ID	     (UINT32_MAX - 1LL)

/* ---- nodes ---- */

static const struct oci_name node_types[] = {
	{ "c", S_IFCHR }, { "u", S_IFCHR }, { "b", S_IFBLK }, { "p", S_IFIFO }, {},
};

static int read_node(const struct oci_node *n, struct spec_device *to, struct err *e)
{
	struct entry {
		const char *type;
		int64_t major, minor, mode;
		struct spec_device device;
	} entry = { .major = -1, .minor = -1, .mode = MODE_DEFAULT };
#define AT(member) offsetof(struct entry, member)
	static const struct oci_field fields[] = {
		{ "type", OCI_TEXT, AT(type), .required = 1 },
		{ "path", OCI_TEXT, AT(device.path), .required = 1 },
		{ "major", OCI_INT64, AT(major), 0, MAJOR_MAX },
		{ "minor", OCI_INT64, AT(minor), 0, MINOR_MAX },
		{ "fileMode", OCI_INT64, AT(mode), 0, UINT32_MAX },
		{ "uid", OCI_UINT32, AT(device.uid), 0, LAST_ID },
		{ "gid", OCI_UINT32, AT(device.gid), 0, LAST_ID },
		{},
	};
#undef AT
	const struct oci_name *type;

	if (oci_read(n, fields, &entry, e) < 0)
		return -1;
	type = oci_name_find(node_types, entry.type);
	if (!type)
		return oci_invalid(n, "type", e, "unknown type \"%s\"", entry.type);
	if (*entry.device.path != '/')
		return oci_invalid(n, "path", e, "\"%s\" is not absolute", entry.device.path);
	if (type->value != S_IFIFO && (entry.major < 0 || entry.minor < 0))
		return oci_invalid(n, entry.major < 0 ? "major" : "minor", e, "is missing");
	*to = entry.device;
	to->type = (unsigned)type->value;
	to->major = entry.major < 0 ? 0 : (unsigned)entry.major;
	to->minor = entry.minor < 0 ? 0 : (unsigned)entry.minor;
	/* Some write the type's bits into it too. */
	to->mode = (unsigned)entry.mode & 07777;
	return 0;
}

int oci_devices_read(const struct oci_node *linux_node, struct spec *spec, struct err *e)
{
	struct spec_device *devices = NULL;
	struct oci_node list, item;
	size_t n = 0;
	int found = oci_array(linux_node, "devices", &list, e);

	for (size_t i = 0; found > 0 && i < json_array_size(list.json); i++) {
		struct spec_device device;

		if (oci_item(&list, i, &item, e) < 0 || read_node(&item, &device, e) < 0)
			return -1;
		ARENA_PUSH(list.arena, devices, n) = device;
	}
	spec->devices = devices;
	spec->n_devices = n;
	return found < 0 ? -1 : 0;
}

/* ---- rules ---- */

static int parse_access(const char *text, unsigned *ret)
{
	for (*ret = 0; *text; text++) {
		switch (*text) {
		case 'r':
			*ret |= RESOURCE_ACCESS_READ;
			break;
		case 'w':
			*ret |= RESOURCE_ACCESS_WRITE;
			break;
		case 'm':
			*ret |= RESOURCE_ACCESS_MKNOD;
			break;
		default:
			return -1;
		}
	}
	return *ret ? 0 : -1;
}

static int read_rule(const struct oci_node *n, struct resource_device_rule *to, struct err *e)
{
	struct entry {
		const char *type, *access;
		struct resource_device_rule rule;
	} entry = { "a", "", { .major = RESOURCE_DEVICE_ANY, .minor = RESOURCE_DEVICE_ANY } };
#define AT(member) offsetof(struct entry, member)
	static const struct oci_field fields[] = {
		{ "allow", OCI_SWITCH, AT(rule.allow), .required = 1 },
		{ "type", OCI_TEXT, AT(type) },
		{ "major", OCI_INT64, AT(rule.major), RESOURCE_DEVICE_ANY, MAJOR_MAX },
		{ "minor", OCI_INT64, AT(rule.minor), RESOURCE_DEVICE_ANY, MINOR_MAX },
		{ "access", OCI_TEXT, AT(access), .required = 1 },
		{},
	};
#undef AT

	if (oci_read(n, fields, &entry, e) < 0)
		return -1;
	if (!*entry.type)
		entry.type = "a";
	if (!strchr("abc", *entry.type) || entry.type[1])
		return oci_invalid(n, "type", e, "unknown type \"%s\"", entry.type);
	if (parse_access(entry.access, &entry.rule.access) < 0)
		return oci_invalid(n, "access", e, "\"%s\" is not made of r, w and m",
				   entry.access);
	*to = entry.rule;
	to->type = *entry.type;
	return 0;
}

static void push_rule(struct arena *a, struct resources *r, const struct resource_device_rule *rule)
{
	struct resource_device_rule *rules = (struct resource_device_rule *)r->devices;

	ARENA_PUSH(a, rules, r->n_devices) = *rule;
	r->devices = rules;
}

int oci_device_rules_read(const struct oci_node *resources, struct resources *ret, struct err *e)
{
	struct oci_node list, item;
	int found = oci_array(resources, "devices", &list, e);

	for (size_t i = 0; found > 0 && i < json_array_size(list.json); i++) {
		struct resource_device_rule rule;

		if (oci_item(&list, i, &item, e) < 0 || read_rule(&item, &rule, e) < 0)
			return -1;
		push_rule(list.arena, ret, &rule);
	}
	return found < 0 ? -1 : 0;
}

static int is_rule(const struct resource_device_rule *a, const struct resource_device_rule *b)
{
	return a->allow == b->allow && a->type == b->type && a->major == b->major &&
	       a->minor == b->minor && a->access == b->access;
}

int oci_device_rules_are(const struct resources *r, const struct resources *of)
{
	size_t n;

	cgroup_default_devices(&n);
	if (r->n_devices + n != of->n_devices)
		return 0;
	for (size_t i = 0; i < r->n_devices; i++) {
		if (!is_rule(&r->devices[i], &of->devices[i]))
			return 0;
	}
	return 1;
}

void oci_device_rules_add_defaults(struct arena *a, struct resources *r)
{
	size_t n;
	const struct resource_device_rule *rules = cgroup_default_devices(&n);

	for (size_t i = 0; i < n; i++)
		push_rule(a, r, &rules[i]);
	r->devices_limited = 1;
}
