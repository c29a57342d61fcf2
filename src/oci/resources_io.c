/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/resources_io.h"

#define WEIGHT_MIN 10
#define WEIGHT_MAX 1000
#define MAJOR_MAX  0xfff
#define MINOR_MAX  0xfffff

/* 0 asks for nothing. */
static int is_weight(uint16_t weight)
{
	return !weight || (weight >= WEIGHT_MIN && weight <= WEIGHT_MAX);
}

static int check_weights(const struct oci_node *n, uint16_t weight, uint16_t leaf, struct err *e)
{
	if (!is_weight(weight) || !is_weight(leaf))
		return oci_invalid(n, is_weight(weight) ? "leafWeight" : "weight", e,
				   "is not between %d and %d", WEIGHT_MIN, WEIGHT_MAX);
	return 0;
}

static int read_weights(const struct oci_node *io, struct resource_io *ret, struct err *e)
{
#define AT(member) offsetof(struct resource_weight, member)
	static const struct oci_field fields[] = {
		{ "major", OCI_UINT32, AT(major), 0, MAJOR_MAX, 1 },
		{ "minor", OCI_UINT32, AT(minor), 0, MINOR_MAX, 1 },
		{ "weight", OCI_UINT16, AT(weight), 0, WEIGHT_MAX },
		{ "leafWeight", OCI_UINT16, AT(leaf_weight), 0, WEIGHT_MAX },
		{},
	};
#undef AT
	struct resource_weight *weights = NULL;
	struct oci_node list, item;
	size_t n = 0;
	int found = oci_array(io, "weightDevice", &list, e);

	for (size_t i = 0; found > 0 && i < json_array_size(list.json); i++) {
		struct resource_weight w = {};

		if (oci_item(&list, i, &item, e) < 0 || oci_read(&item, fields, &w, e) < 0 ||
		    check_weights(&item, w.weight, w.leaf_weight, e) < 0)
			return -1;
		if (!w.weight && !w.leaf_weight)
			return oci_invalid(&item, "weight", e, "is missing");
		ARENA_PUSH(list.arena, weights, n) = w;
	}
	ret->weights = weights;
	ret->n_weights = n;
	return found < 0 ? -1 : 0;
}

static int read_throttles(const struct oci_node *io, const char *key,
			  struct resource_throttles *ret, struct err *e)
{
#define AT(member) offsetof(struct resource_throttle, member)
	static const struct oci_field fields[] = {
		{ "major", OCI_UINT32, AT(major), 0, MAJOR_MAX, 1 },
		{ "minor", OCI_UINT32, AT(minor), 0, MINOR_MAX, 1 },
		{ "rate", OCI_UINT64, AT(rate), .required = 1 },
		{},
	};
#undef AT
	struct resource_throttle *items = NULL;
	struct oci_node list, item;
	size_t n = 0;
	int found = oci_array(io, key, &list, e);

	for (size_t i = 0; found > 0 && i < json_array_size(list.json); i++) {
		struct resource_throttle t = {};

		if (oci_item(&list, i, &item, e) < 0 || oci_read(&item, fields, &t, e) < 0)
			return -1;
		ARENA_PUSH(list.arena, items, n) = t;
	}
	*ret = (struct resource_throttles){ items, n };
	return found < 0 ? -1 : 0;
}

int oci_resources_io_read(const struct oci_node *resources, struct resource_io *ret, struct err *e)
{
	static const char *const throttle_keys[RESOURCE_THROTTLE_COUNT] = {
		[RESOURCE_READ_BYTES] = "throttleReadBpsDevice",
		[RESOURCE_WRITE_BYTES] = "throttleWriteBpsDevice",
		[RESOURCE_READ_OPERATIONS] = "throttleReadIOPSDevice",
		[RESOURCE_WRITE_OPERATIONS] = "throttleWriteIOPSDevice",
	};
	static const struct oci_field fields[] = {
		{ "weight", OCI_UINT16, offsetof(struct resource_io, weight), 0, WEIGHT_MAX },
		{ "leafWeight", OCI_UINT16, offsetof(struct resource_io, leaf_weight), 0,
		  WEIGHT_MAX },
		{},
	};
	struct oci_node n;
	int found = oci_object(resources, "blockIO", &n, e);

	if (found <= 0)
		return found;
	if (oci_read(&n, fields, ret, e) < 0 ||
	    check_weights(&n, ret->weight, ret->leaf_weight, e) < 0 || read_weights(&n, ret, e) < 0)
		return -1;
	for (int i = 0; i < RESOURCE_THROTTLE_COUNT; i++) {
		if (read_throttles(&n, throttle_keys[i], &ret->throttles[i], e) < 0)
			return -1;
	}
	return 0;
}
