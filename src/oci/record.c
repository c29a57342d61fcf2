/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "oci/store.h"

#define RECORD_FILE	 "record.json"
#define RECORD_BYTES_MAX (64 << 10)

/* One row per member: the same table reads and writes them. */
static const struct {
	const char *key;
	size_t offset;
} strings[] = {
	{ "bundle", offsetof(struct oci_record, bundle) },
	{ "manager", offsetof(struct oci_record, manager) },
	{ "cgroup", offsetof(struct oci_record, cgroup) },
	{ "unit", offsetof(struct oci_record, unit) },
};

static const struct {
	const char *key;
	size_t offset;
} limits[] = {
	{ "memory", offsetof(struct resources, memory_bytes) },
	{ "memorySwap", offsetof(struct resources, memory_swap_bytes) },
	{ "cpuQuota", offsetof(struct resources, cpu_quota_usec) },
	{ "cpuPeriod", offsetof(struct resources, cpu_period_usec) },
};

static int64_t *limit_at(struct oci_record *r, size_t i)
{
	return (int64_t *)((char *)&r->limits + limits[i].offset);
}

static const char **string_at(struct oci_record *r, size_t i)
{
	return (const char **)((char *)r + strings[i].offset);
}

int oci_record_read(int dir_fd, struct arena *a, struct oci_record *ret, struct err *e)
{
	cleanup_json json_t *o = json_parse_file(dir_fd, RECORD_FILE, RECORD_BYTES_MAX, e);
	int64_t pid = 0, ticks = 0, owner = 0, unit_uid = 0;

	*ret = (struct oci_record){};
	if (!o)
		return err_wrap(e, "the container's record");
	for (size_t i = 0; i < ARRAY_SIZE(strings); i++) {
		const char *value = NULL;

		if (json_get_string(o, strings[i].key, &value, e) < 0)
			return -1;
		*string_at(ret, i) = arena_strdup(a, value);
	}
	if (json_get_int(o, "created", &ret->created_nsec, e) < 0 ||
	    json_get_int(o, "pid", &pid, e) < 0 || json_get_int(o, "ticks", &ticks, e) < 0 ||
	    json_get_int(o, "owner", &owner, e) < 0 ||
	    json_get_int(o, "unitUid", &unit_uid, e) < 0 ||
	    json_get_bool(o, "restored", &ret->restored, e) < 0 ||
	    json_get_bool(o, "rdtGroupMade", &ret->rdt_group_made, e) < 0 ||
	    json_get_bool(o, "rdtMonitorMade", &ret->rdt_monitor_made, e) < 0)
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
		if (json_get_int(o, limits[i].key, limit_at(ret, i), e) < 0)
			return -1;
	}
	ret->init = (struct process_id){ (pid_t)pid, (uint64_t)ticks };
	ret->owner = (uint32_t)owner;
	ret->unit_uid = (uint32_t)unit_uid;
	if (!ret->bundle || !ret->manager)
		return err_set(e, ERR_INVALID, "the container's record is damaged");
	return 0;
}

int oci_record_write(int dir_fd, const struct oci_record *r, struct err *e)
{
	cleanup_json json_t *o = json_object();
	struct oci_record copy = *r;
	cleanup_free char *text = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(strings); i++) {
		if (*string_at(&copy, i))
			json_put_string(o, strings[i].key, *string_at(&copy, i));
	}
	json_object_set_new(o, "created", json_integer(r->created_nsec));
	json_object_set_new(o, "pid", json_integer(r->init.pid));
	json_object_set_new(o, "ticks", json_integer((json_int_t)r->init.start_ticks));
	json_object_set_new(o, "owner", json_integer(r->owner));
	json_object_set_new(o, "unitUid", json_integer(r->unit_uid));
	json_object_set_new(o, "restored", json_boolean(r->restored));
	json_object_set_new(o, "rdtGroupMade", json_boolean(r->rdt_group_made));
	json_object_set_new(o, "rdtMonitorMade", json_boolean(r->rdt_monitor_made));
	for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
		if (*limit_at(&copy, i))
			json_object_set_new(o, limits[i].key, json_integer(*limit_at(&copy, i)));
	}
	text = json_dump(o, 0);
	return file_replace(dir_fd, RECORD_FILE, text, FILE_VOLATILE, e);
}
