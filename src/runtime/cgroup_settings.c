/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/cgroup_settings.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_PERIOD_USEC 100000
/* The kernel's ranges of the two weights, which the conversion maps onto each other. */
#define SHARES_MIN 2
#define SHARES_MAX 262144
#define WEIGHT_MAX 10000
/* CPU and memory node numbers in a list; CONFIG_NR_CPUS ends at 8192. */
#define LIST_NUMBERS_MAX 8192

static const struct {
	const char *name;
	enum cgroup_controller controller;
} resource_rows[RESOURCE_COUNT] = {
	[RESOURCE_MEMORY] = { "memory", CGROUP_MEMORY },
	[RESOURCE_SWAP] = { "swap", CGROUP_MEMORY },
	[RESOURCE_CPU] = { "cpu", CGROUP_CPU },
	[RESOURCE_CPUSET] = { "cpuset", CGROUP_CPUSET },
	[RESOURCE_PIDS] = { "pids", CGROUP_PIDS },
};

const char *cgroup_resource_name(enum resource r)
{
	return resource_rows[r].name;
}

enum cgroup_controller cgroup_resource_controller(enum resource r)
{
	return resource_rows[r].controller;
}

uint32_t cgroup_settings_controllers(const struct resources *r)
{
	struct cgroup_setting rows[CGROUP_SETTINGS_MAX];
	size_t n = cgroup_settings(1, r, rows);
	uint32_t bits = 1U << CGROUP_PIDS;

	for (size_t i = 0; i < n; i++)
		bits |= 1U << rows[i].controller;
	return bits;
}

/* ---- writing ---- */

struct row_list {
	struct cgroup_setting *rows;
	size_t n;
};

static struct cgroup_setting *add(struct row_list *l, enum resource r, const char *file,
				  enum cgroup_echo echo)
{
	struct cgroup_setting *s = &l->rows[l->n++];

	*s = (struct cgroup_setting){
		.controller = resource_rows[r].controller, .resource = r, .echo = echo, .file = file
	};
	return s;
}

static void add_number(struct row_list *l, enum resource r, const char *file, int64_t value)
{
	enum cgroup_echo echo = CGROUP_ECHO_SAME;

	if (resource_rows[r].controller == CGROUP_MEMORY)
		echo = CGROUP_ECHO_PAGES;
	else if (!strcmp(file, "cpu.shares"))
		echo = CGROUP_ECHO_CLAMPED;
	struct cgroup_setting *s = add(l, r, file, echo);
	snprintf(s->text, sizeof(s->text), "%" PRId64, value);
}

/* v2 takes CPUs that the parent doesn't have and only leaves them out of the effective ones. */
static void add_cpuset(struct row_list *l, const struct resources *r, int version)
{
	static const struct {
		const char *file, *effective;
	} files[] = { { "cpuset.mems", "cpuset.mems.effective" },
		      { "cpuset.cpus", "cpuset.cpus.effective" } };
	const char *const lists[] = { r->cpuset_mems, r->cpuset_cpus };

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		if (!lists[i])
			continue;
		struct cgroup_setting *s = add(l, RESOURCE_CPUSET, files[i].file, CGROUP_ECHO_LIST);
		s->list = lists[i];
		if (version == 2)
			s->effective = files[i].effective;
	}
}

static void settings_v1(struct row_list *l, const struct resources *r)
{
	if (r->memory_bytes > 0)
		add_number(l, RESOURCE_MEMORY, "memory.limit_in_bytes", r->memory_bytes);
	if (r->memory_swap_bytes > 0)
		add_number(l, RESOURCE_SWAP, "memory.memsw.limit_in_bytes", r->memory_swap_bytes);
	if (r->memory_reservation_bytes > 0)
		add_number(l, RESOURCE_MEMORY, "memory.soft_limit_in_bytes",
			   r->memory_reservation_bytes);
	if (r->cpu_period_usec)
		add_number(l, RESOURCE_CPU, "cpu.cfs_period_us", (int64_t)r->cpu_period_usec);
	if (r->cpu_quota_usec > 0)
		add_number(l, RESOURCE_CPU, "cpu.cfs_quota_us", r->cpu_quota_usec);
	if (r->cpu_shares)
		add_number(l, RESOURCE_CPU, "cpu.shares", (int64_t)r->cpu_shares);
}

/* The linear map that the OCI specification's users agree on: 2 … 262144 onto 1 … 10000. */
static int64_t weight_of_shares(uint64_t shares)
{
	if (shares < SHARES_MIN)
		shares = SHARES_MIN;
	if (shares > SHARES_MAX)
		shares = SHARES_MAX;
	return (int64_t)(1 + (shares - SHARES_MIN) * (WEIGHT_MAX - 1) / (SHARES_MAX - SHARES_MIN));
}

/* One file for both; "max" stands for no quota. */
static void add_cpu_max(struct row_list *l, const struct resources *r)
{
	uint64_t period = r->cpu_period_usec ? r->cpu_period_usec : DEFAULT_PERIOD_USEC;
	struct cgroup_setting *s = add(l, RESOURCE_CPU, "cpu.max", CGROUP_ECHO_SAME);

	if (r->cpu_quota_usec > 0)
		snprintf(s->text, sizeof(s->text), "%" PRId64 " %" PRIu64, r->cpu_quota_usec,
			 period);
	else
		snprintf(s->text, sizeof(s->text), "max %" PRIu64, period);
}

static void settings_v2(struct row_list *l, const struct resources *r)
{
	if (r->memory_bytes > 0)
		add_number(l, RESOURCE_MEMORY, "memory.max", r->memory_bytes);
	/* v2 counts swap by itself, OCI counts memory and swap together. */
	if (r->memory_swap_bytes > 0 && r->memory_swap_bytes >= r->memory_bytes)
		add_number(l, RESOURCE_SWAP, "memory.swap.max",
			   r->memory_swap_bytes - (r->memory_bytes > 0 ? r->memory_bytes : 0));
	if (r->memory_reservation_bytes > 0)
		add_number(l, RESOURCE_MEMORY, "memory.low", r->memory_reservation_bytes);
	if (r->cpu_quota_usec > 0 || r->cpu_period_usec)
		add_cpu_max(l, r);
	if (r->cpu_shares)
		add_number(l, RESOURCE_CPU, "cpu.weight", weight_of_shares(r->cpu_shares));
}

size_t cgroup_settings(int version, const struct resources *r, struct cgroup_setting *out)
{
	struct row_list l = { .rows = out };

	if (version == 1)
		settings_v1(&l, r);
	else
		settings_v2(&l, r);
	add_cpuset(&l, r, version);
	if (r->pids_max > 0)
		add_number(&l, RESOURCE_PIDS, "pids.max", r->pids_max);
	return l.n;
}

const char *cgroup_setting_value(const struct cgroup_setting *s)
{
	return s->list ? s->list : s->text;
}

/* ---- reading back ---- */

/* "0-2,5" into bits; 0 when it isn't such a list. */
static int list_parse(const char *text, uint8_t bits[LIST_NUMBERS_MAX / 8])
{
	while (*text && *text != '\n') {
		char *end;
		unsigned long from = strtoul(text, &end, 10), to = from;

		if (end == text)
			return 0;
		if (*end == '-') {
			text = end + 1;
			to = strtoul(text, &end, 10);
			if (end == text)
				return 0;
		}
		if (from > to || to >= LIST_NUMBERS_MAX)
			return 0;
		for (; from <= to; from++)
			bits[from / 8] |= (uint8_t)(1U << from % 8);
		text = *end == ',' ? end + 1 : end;
		if (*end && *end != ',' && *end != '\n')
			return 0;
	}
	return 1;
}

static int list_equal(const char *a, const char *b)
{
	uint8_t bits[2][LIST_NUMBERS_MAX / 8] = {};

	return list_parse(a, bits[0]) && list_parse(b, bits[1]) &&
	       !memcmp(bits[0], bits[1], sizeof(bits[0]));
}

static int same_text(const char *value, const char *line)
{
	size_t n = strlen(value);

	return !strncmp(value, line, n) && (line[n] == '\n' || line[n] == '\0');
}

int cgroup_setting_holds(const struct cgroup_setting *s, const char *read_back)
{
	long long asked, got;

	switch (s->echo) {
	case CGROUP_ECHO_LIST:
		return list_equal(s->list, read_back);
	case CGROUP_ECHO_PAGES:
		asked = strtoll(s->text, NULL, 10);
		got = strtoll(read_back, NULL, 10);
		return got <= asked && asked - got < sysconf(_SC_PAGESIZE);
	case CGROUP_ECHO_CLAMPED:
		return strtoll(read_back, NULL, 10) > 0;
	case CGROUP_ECHO_SAME:
		break;
	}
	return same_text(s->text, read_back);
}
