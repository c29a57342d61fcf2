/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/rdt.h"

#include <string.h>

/* A folder of resctrl, or "/" for its root. */
static int is_class(const char *id)
{
	return !strcmp(id, "/") || (!strchr(id, '/') && strcmp(id, ".") && strcmp(id, ".."));
}

struct lines {
	const char *items[OCI_RDT_LINES_MAX + 3]; /* two more members can have one each */
	size_t n;
};

static int add_line(const struct oci_node *n, const char *key, const char *line,
		    struct lines *lines, struct err *e)
{
	if (!line || !*line)
		return 0;
	if (strchr(line, '\n'))
		return oci_invalid(n, key, e, "has more than one line");
	lines->items[lines->n++] = line;
	return 0;
}

static const char *const *keep(struct arena *a, const struct lines *lines)
{
	const char **copy = arena_alloc(a, (lines->n + 1) * sizeof *copy);

	memcpy(copy, lines->items, lines->n * sizeof *copy);
	return lines->n ? copy : NULL;
}

int oci_rdt_read(const struct oci_node *linux_node, struct spec_rdt *ret, struct err *e)
{
	struct entry {
		const char *id, *l3, *bandwidth;
		const char *const *schemata;
		int monitoring;
	} entry = { .id = "" };
#define AT(member) offsetof(struct entry, member)
	static const struct oci_field fields[] = {
		{ "closID", OCI_TEXT, AT(id) },
		{ "l3CacheSchema", OCI_TEXT, AT(l3) },
		{ "memBwSchema", OCI_TEXT, AT(bandwidth) },
		{ "schemata", OCI_STRINGS, AT(schemata), 0, OCI_RDT_LINES_MAX },
		{ "enableMonitoring", OCI_SWITCH, AT(monitoring) },
		{},
	};
#undef AT
	struct lines lines = {};
	struct oci_node n;
	int found = oci_object(linux_node, "intelRdt", &n, e);

	if (found <= 0)
		return found;
	if (oci_read(&n, fields, &entry, e) < 0)
		return -1;
	if (!is_class(entry.id))
		return oci_invalid(&n, "closID", e, "\"%s\" is no name of a class", entry.id);
	if (entry.bandwidth && *entry.bandwidth && strncmp(entry.bandwidth, "MB:", 3) != 0)
		return oci_invalid(&n, "memBwSchema", e, "doesn't begin with \"MB:\"");
	if (add_line(&n, "l3CacheSchema", entry.l3, &lines, e) < 0 ||
	    add_line(&n, "memBwSchema", entry.bandwidth, &lines, e) < 0)
		return -1;
	for (; entry.schemata && *entry.schemata; entry.schemata++) {
		if (add_line(&n, "schemata", *entry.schemata, &lines, e) < 0)
			return -1;
	}
	*ret = (struct spec_rdt){
		.set = 1,
		.clos_id = *entry.id ? entry.id : NULL,
		.schemata = keep(n.arena, &lines),
		.monitoring = entry.monitoring,
	};
	return 0;
}
