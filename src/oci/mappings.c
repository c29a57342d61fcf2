/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/mappings.h"

static int overlap(uint32_t a, uint32_t n_a, uint32_t b, uint32_t n_b)
{
	return (uint64_t)a < (uint64_t)b + n_b && (uint64_t)b < (uint64_t)a + n_a;
}

const char *oci_mapping_fault(const struct id_range *r, size_t n)
{
	if (n > OCI_MAPPINGS_MAX)
		return "has more than 340 ranges";
	for (size_t i = 0; i < n; i++) {
		/* (uid_t)-1 is nobody's. */
		if (!r[i].count || (uint64_t)r[i].inside + r[i].count > UINT32_MAX ||
		    (uint64_t)r[i].outside + r[i].count > UINT32_MAX)
			return "has a range that is empty or goes beyond the last id";
		for (size_t k = 0; k < i; k++) {
			if (overlap(r[i].inside, r[i].count, r[k].inside, r[k].count) ||
			    overlap(r[i].outside, r[i].count, r[k].outside, r[k].count))
				return "has ranges that overlap";
		}
	}
	return NULL;
}

int oci_mapping_read(const struct oci_node *n, const char *key, struct oci_mapping *ret,
		     struct err *e)
{
	static const struct oci_field fields[] = {
		{ "containerID", OCI_UINT32, offsetof(struct id_range, inside), 0, UINT32_MAX, 1 },
		{ "hostID", OCI_UINT32, offsetof(struct id_range, outside), 0, UINT32_MAX, 1 },
		{ "size", OCI_UINT32, offsetof(struct id_range, count), 0, UINT32_MAX, 1 },
		{},
	};
	struct oci_node list, item;
	struct id_range *ranges;
	const char *fault;
	size_t count;
	int found = oci_array(n, key, &list, e);

	*ret = (struct oci_mapping){};
	if (found <= 0)
		return found;
	if (oci_limit(&list, OCI_MAPPINGS_MAX, e) < 0)
		return -1;
	count = json_array_size(list.json);
	ranges = arena_alloc(n->arena, (count + 1) * sizeof *ranges);
	for (size_t i = 0; i < count; i++) {
		if (oci_item(&list, i, &item, e) < 0 || oci_read(&item, fields, &ranges[i], e) < 0)
			return -1;
	}
	fault = oci_mapping_fault(ranges, count);
	if (fault)
		return oci_invalid(n, key, e, "%s", fault);
	*ret = (struct oci_mapping){ ranges, count };
	return 0;
}
