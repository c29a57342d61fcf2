/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading JSON objects with their place in the document, so that a message names the member:
 * "linux.resources.memory.limit: …". Objects of plain members are tables of fields. Used by this
 * folder only; pure.
 *
 * An absent or null member leaves the field as it is, unless it is required. Strings are copied into
 * the arena; one with a NUL in it is refused, as the kernel would see something else.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"

/* Entries of any one list; where a list has a limit of its own, it is said there. */
#define OCI_LIST_MAX	4096
#define OCI_STRINGS_MAX 65536 /* arguments, environment, groups */

struct oci_node {
	const struct oci_node *parent; /* NULL: the document */
	const char *key;	       /* in the parent, or NULL: */
	size_t index;		       /* the place in an array */
	const json_t *json;
	struct arena *arena;
};

/* Puts the place in front of a message. Returns -1. */
int oci_wrap(const struct oci_node *n, const char *key, struct err *e);

/* ERR_INVALID about member `key` of `n`, or about `n` itself with NULL. Returns -1. */
#define oci_invalid(n, key, e, ...)                                                                \
	(err_set(e, ERR_INVALID, __VA_ARGS__), err_always(oci_wrap(n, key, e)))

/* 1 when the member is there and an object (or array of at most `limit`), 0 when absent, -1. */
int oci_object(const struct oci_node *n, const char *key, struct oci_node *ret, struct err *e);
int oci_array(const struct oci_node *n, const char *key, struct oci_node *ret, struct err *e);
/* Its i-th member, which must be an object; the array's length is json_array_size(n->json). */
int oci_item(const struct oci_node *array, size_t i, struct oci_node *ret, struct err *e);
/* A member of an object that is read as a map; any type. */
struct oci_node oci_entry(const struct oci_node *n, const char *key, const json_t *value);

int oci_limit(const struct oci_node *array, size_t limit, struct err *e);

enum oci_kind {
	OCI_TEXT,    /* const char * */
	OCI_STRINGS, /* const char *const *, NULL-terminated; at most `max` */
	OCI_SWITCH,  /* int */
	OCI_INT,     /* int, min … max */
	OCI_INT64,   /* int64_t, min … max */
	OCI_UINT16,  /* min … max */
	OCI_UINT32,
	OCI_UINT64, /* any */
	OCI_VALUE,  /* struct resource_value, min … max */
};

struct oci_field {
	const char *key;
	enum oci_kind kind;
	size_t offset;
	int64_t min, max;
	int required;
};

/* Reads the fields of a table into the struct at `to`. */
int oci_read(const struct oci_node *n, const struct oci_field *fields, void *to, struct err *e);

/* "0-3,7": as the kernel takes lists of CPUs and memory nodes. */
int oci_is_number_list(const char *text);
/* A name for a network device, with or without the "%d" that the kernel fills in. */
int oci_is_device_name(const char *text);
