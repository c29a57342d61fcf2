/* SPDX-License-Identifier: Apache-2.0 */
/* Flags of run and create: what the container may use up. Ranges are config_check()'s. */
#include <string.h>

#include "base/parse.h"
#include "cli/container_options.h"
#include "engine/config_text.h"

#define STORE(field) OPTION_STORE(struct container_options, field)

static int set_memory(void *options, const char *value, struct err *e)
{
	struct container_options *o = options;

	return parse_size(value, &o->config.memory_bytes, e);
}

static int set_memory_swap(void *options, const char *value, struct err *e)
{
	struct container_options *o = options;

	if (!strcmp(value, "-1")) {
		o->config.memory_swap_bytes = -1;
		return 0;
	}
	return parse_size(value, &o->config.memory_swap_bytes, e);
}

static int set_memory_reservation(void *options, const char *value, struct err *e)
{
	struct container_options *o = options;

	return parse_size(value, &o->config.memory_reservation_bytes, e);
}

static int set_shm_size(void *options, const char *value, struct err *e)
{
	struct container_options *o = options;

	return parse_size(value, &o->config.shm_bytes, e);
}

static int set_cpus(void *options, const char *value, struct err *e)
{
	struct container_options *o = options;

	return parse_nano_cpus(value, &o->config.nano_cpus, e);
}

static int set_cpu_shares(void *options, const char *value, struct err *e)
{
	struct container_options *o = options;

	return parse_uint(value, INT64_MAX, &o->config.cpu_shares, e);
}

static int set_cpu_period(void *options, const char *value, struct err *e)
{
	struct container_options *o = options;

	return parse_uint(value, INT64_MAX, &o->config.cpu_period_usec, e);
}

static int set_cpu_quota(void *options, const char *value, struct err *e)
{
	struct container_options *o = options;

	return parse_int(value, 0, INT64_MAX, &o->config.cpu_quota_usec, e);
}

/* 0 and -1 are both "without limit" in Docker; for us 0 would be "not set", which has a default. */
static int set_pids_limit(void *options, const char *value, struct err *e)
{
	struct container_options *o = options;

	if (parse_int(value, -1, INT64_MAX, &o->config.pids_limit, e) < 0)
		return -1;
	if (!o->config.pids_limit)
		o->config.pids_limit = -1;
	return 0;
}

static int add_ulimit(void *options, const char *value, struct err *e)
{
	struct container_options *o = options;
	struct config *c = &o->config;
	struct config_ulimit u;

	if (config_parse_ulimit(o->head.arena, value, &u, e) < 0)
		return -1;
	for (size_t i = 0; i < c->n_ulimits; i++) {
		if (!strcmp(c->ulimits[i].name, u.name)) {
			c->ulimits[i] = u;
			return 0;
		}
	}
	ARENA_PUSH(o->head.arena, c->ulimits, c->n_ulimits) = u;
	return 0;
}

const struct option_row container_limit_rows[] = {
	{ "cpu-period", 0, OPTION_VALUE, "int", "Length of a period of CPU time in microseconds",
	  set_cpu_period },
	{ "cpu-quota", 0, OPTION_VALUE, "int", "CPU time in each period, in microseconds",
	  set_cpu_quota },
	{ "cpu-shares", 'c', OPTION_VALUE, "int", "Weight where CPU time is short (1024 is usual)",
	  set_cpu_shares },
	{ "cpus", 0, OPTION_VALUE, "decimal", "CPU time, in CPUs: 1.5", set_cpus },
	{ "cpuset-cpus", 0, OPTION_VALUE, "string", "CPUs to run on: 0-3 or 0,2",
	  STORE(config.cpuset_cpus) },
	{ "cpuset-mems", 0, OPTION_VALUE, "string", "Memory nodes to use: 0-3 or 0,2",
	  STORE(config.cpuset_mems) },
	{ "memory", 'm', OPTION_VALUE, "bytes", "Most memory: 512m, 2g", set_memory },
	{ "memory-reservation", 0, OPTION_VALUE, "bytes",
	  "Memory to be left with where it is short", set_memory_reservation },
	{ "memory-swap", 0, OPTION_VALUE, "bytes",
	  "Most memory and swap together; -1: any amount of swap", set_memory_swap },
	{ "pids-limit", 0, OPTION_VALUE, "int", "Most processes and threads; -1: any number",
	  set_pids_limit },
	{ "shm-size", 0, OPTION_VALUE, "bytes", "Size of /dev/shm", set_shm_size },
	{ "ulimit", 0, OPTION_LIST, "ulimit", "Limit of each process, soft:hard: nofile=1024:2048",
	  add_ulimit },
	{},
};
