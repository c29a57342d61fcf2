/* SPDX-License-Identifier: Apache-2.0 */
/* cale oci update: new limits for a container, by flags or as linux.resources in JSON. */
#include <string.h>

#include "base/parse.h"
#include "cli/oci.h"
#include "oci/handover.h"
#include "oci/resources.h"
#include "oci/update.h"

struct update_options {
	struct options_head head;
	const char *resources, *l3_cache_schema, *mem_bw_schema;
	struct resources limits;
};

static struct resources *limits_of(void *options)
{
	return &((struct update_options *)options)->limits;
}

/* ---- setters: a number each ---- */

static int set_number(const char *value, int64_t min, int64_t *ret, struct err *e)
{
	return parse_int(value, min, INT64_MAX, ret, e);
}

static int set_unsigned(const char *value, uint64_t *ret, struct err *e)
{
	return parse_uint(value, INT64_MAX, ret, e);
}

static int set_bytes(const char *value, int64_t *ret, struct err *e)
{
	if (strcmp(value, "-1") != 0)
		return parse_size(value, ret, e);
	*ret = RESOURCE_UNLIMITED;
	return 0;
}

static int set_optional(const char *value, struct resource_value *ret, struct err *e)
{
	ret->set = 1;
	return set_number(value, 0, &ret->value, e);
}

#define SETTER(name, call)                                                                         \
	static int name(void *options, const char *value, struct err *e)                           \
	{                                                                                          \
		struct resources *r = limits_of(options);                                          \
                                                                                                   \
		return call;                                                                       \
	}
SETTER(set_memory, set_bytes(value, &r->memory_bytes, e))
SETTER(set_swap, set_bytes(value, &r->memory_swap_bytes, e))
SETTER(set_reservation, set_bytes(value, &r->memory_reservation_bytes, e))
SETTER(set_kernel, set_bytes(value, &r->memory_kernel_bytes, e))
SETTER(set_kernel_tcp, set_bytes(value, &r->memory_kernel_tcp_bytes, e))
SETTER(set_quota, set_number(value, RESOURCE_UNLIMITED, &r->cpu_quota_usec, e))
SETTER(set_period, set_unsigned(value, &r->cpu_period_usec, e))
SETTER(set_burst, set_optional(value, &r->cpu_burst_usec, e))
SETTER(set_shares, set_unsigned(value, &r->cpu_shares, e))
SETTER(set_idle, set_optional(value, &r->cpu_idle, e))
SETTER(set_rt_runtime, set_number(value, RESOURCE_UNLIMITED, &r->cpu_realtime_runtime_usec, e))
SETTER(set_rt_period, set_unsigned(value, &r->cpu_realtime_period_usec, e))

static int set_pids(void *options, const char *value, struct err *e)
{
	struct resources *r = limits_of(options);

	if (set_number(value, RESOURCE_UNLIMITED, &r->pids_max, e) < 0)
		return -1;
	/* As in the document: 0 lets nobody but the first process in, and so does 1. */
	if (!r->pids_max)
		r->pids_max = 1;
	return 0;
}

static int set_weight(void *options, const char *value, struct err *e)
{
	uint64_t weight;

	if (parse_uint(value, UINT16_MAX, &weight, e) < 0)
		return -1;
	limits_of(options)->io.weight = (uint16_t)weight;
	return 0;
}

#define STORE(field) OPTION_STORE(struct update_options, field)
#define SET(setter)  setter, 0

static const struct option_row rows[] = {
	{ "blkio-weight", 0, OPTION_VALUE, "weight", "Share of disk time, 10 to 1000",
	  SET(set_weight) },
	{ "cpu-burst", 0, OPTION_VALUE, "usec", "Unused time that may be spent later",
	  SET(set_burst) },
	{ "cpu-idle", 0, OPTION_VALUE, "0|1", "1: only when nobody else wants to run",
	  SET(set_idle) },
	{ "cpu-period", 0, OPTION_VALUE, "usec", "Period of the quota", SET(set_period) },
	{ "cpu-quota", 0, OPTION_VALUE, "usec", "CPU time in a period; -1: no limit",
	  SET(set_quota) },
	{ "cpu-rt-period", 0, OPTION_VALUE, "usec", "Period of real-time processes",
	  SET(set_rt_period) },
	{ "cpu-rt-runtime", 0, OPTION_VALUE, "usec", "CPU time of real-time processes in it",
	  SET(set_rt_runtime) },
	{ "cpu-share", 0, OPTION_VALUE, "shares", "Relative weight, default 1024",
	  SET(set_shares) },
	{ "cpuset-cpus", 0, OPTION_VALUE, "list", "CPUs to run on", STORE(limits.cpuset_cpus) },
	{ "cpuset-mems", 0, OPTION_VALUE, "list", "Memory nodes to use",
	  STORE(limits.cpuset_mems) },
	{ "kernel-memory", 0, OPTION_VALUE, "bytes", NULL, SET(set_kernel) },
	{ "kernel-memory-tcp", 0, OPTION_VALUE, "bytes", NULL, SET(set_kernel_tcp) },
	{ "l3-cache-schema", 0, OPTION_VALUE, "schema", "Intel RDT: L3 cache",
	  STORE(l3_cache_schema) },
	{ "mem-bw-schema", 0, OPTION_VALUE, "schema", "Intel RDT: memory bandwidth",
	  STORE(mem_bw_schema) },
	{ "memory", 0, OPTION_VALUE, "bytes", "Memory; -1: no limit", SET(set_memory) },
	{ "memory-reservation", 0, OPTION_VALUE, "bytes", "Memory to keep under pressure",
	  SET(set_reservation) },
	{ "memory-swap", 0, OPTION_VALUE, "bytes", "Memory and swap together; -1: no limit",
	  SET(set_swap) },
	{ "pids-limit", 0, OPTION_VALUE, "n", "Processes and threads; -1: no limit",
	  SET(set_pids) },
	{ "resources", 'r', OPTION_VALUE, "file",
	  "JSON with linux.resources instead of all other options; -: standard input",
	  STORE(resources) },
	{},
};
static const struct option_row *const tables[] = { rows, NULL };

static int read_resources(const char *path, struct arena *a, struct resources *ret, struct err *e)
{
	size_t n;
	cleanup_free char *text = oci_read_document(path, &n, e);

	if (!text || oci_resources_parse(text, n, a, ret, e) < 0)
		return err_wrap(e, "--resources");
	return 0;
}

static int update(struct command_call *call, struct err *e)
{
	const struct update_options *o = call->options;
	cleanup_oci_store struct oci_store store = { .fd = -1 };
	cleanup_oci_container struct oci_container c = { .dir_fd = -1 };
	struct resources r = o->limits;

	if (oci_open_container(call, &store, &c, e) < 0)
		return -1;
	if (o->resources && read_resources(o->resources, call->arena, &r, e) < 0)
		return -1;
	if (!o->resources)
		oci_resources_require(&r);
	if (o->l3_cache_schema || o->mem_bw_schema) {
		if (handover_update_rdt(&c, o->l3_cache_schema, o->mem_bw_schema, e) < 0)
			return -1;
	}
	return oci_update(&c, &r, e);
}

const struct command command_oci_update = {
	.name = "oci update",
	.section = SECTION_HIDDEN,
	.usage = "[OPTIONS] ID",
	.summary = "Change a container's limits",
	.options = tables,
	.options_bytes = sizeof(struct update_options),
	.arguments_min = 1,
	.arguments_max = 1,
	.run = update,
};
