/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of v2 that a spec names itself (config-linux.md "Unified") as properties, where systemd has
 * one: it would write its own value over the file's otherwise. Others are only written to the file.
 */
#include "runtime/systemd_plan.h"

#include <string.h>

#include "base/parse.h"

#define VALUE_SIZE 32

static const struct {
	const char *file, *property;
	uint64_t min; /* systemd takes no less */
} numbers[] = {
	{ "cpu.weight", "CPUWeight", 1 },
	{ "memory.high", "MemoryHigh", 0 },
	{ "memory.low", "MemoryLow", 0 },
	{ "memory.max", "MemoryMax", 0 },
	{ "memory.min", "MemoryMin", 0 },
	{ "memory.swap.max", "MemorySwapMax", 0 },
	{ "memory.zswap.max", "MemoryZSwapMax", 0 },
	{ "pids.max", "TasksMax", 1 },
};

static const struct {
	const char *file, *property;
} sets[] = { { "cpuset.cpus", "AllowedCPUs" }, { "cpuset.mems", "AllowedMemoryNodes" } };

/* The word at *text, and steps behind it; 0 when there is none or it is too long. */
static int next_word(const char **text, char word[VALUE_SIZE])
{
	const char *start = *text + strspn(*text, " \t\n");
	size_t n = strcspn(start, " \t\n");

	if (!n || n >= VALUE_SIZE)
		return 0;
	memcpy(word, start, n);
	word[n] = '\0';
	*text = start + n;
	return 1;
}

static int is_end(const char *text)
{
	return !text[strspn(text, " \t\n")];
}

static int parse_limit(const char *word, uint64_t *ret)
{
	struct err ignored;

	if (!strcmp(word, "max")) {
		*ret = UINT64_MAX;
		return 1;
	}
	return parse_uint(word, INT64_MAX, ret, &ignored) == 0;
}

static int parse_one_limit(const char *text, uint64_t *ret)
{
	char word[VALUE_SIZE];

	return next_word(&text, word) && is_end(text) && parse_limit(word, ret);
}

/* "max 100000", "50000" */
static int parse_cpu_max(const char *text, int64_t *ret_quota, uint64_t *ret_period)
{
	char word[VALUE_SIZE];
	uint64_t quota;

	*ret_period = 100000;
	if (!next_word(&text, word) || !parse_limit(word, &quota))
		return 0;
	*ret_quota = quota == UINT64_MAX ? -1 : (int64_t)quota;
	if (is_end(text))
		return 1;
	return next_word(&text, word) && is_end(text) && strcmp(word, "max") != 0 &&
	       parse_limit(word, ret_period) && *ret_period > 0;
}

static int wants_idle(const struct resources *r)
{
	uint64_t value;

	for (size_t i = 0; i < r->n_unified; i++) {
		if (!strcmp(r->unified[i].name, "cpu.idle"))
			return parse_one_limit(r->unified[i].value, &value) && value == 1;
	}
	return 0;
}

static int plan_file(const struct resource_file *f, struct systemd_properties *ret, struct err *e)
{
	uint64_t value, period;
	int64_t quota;

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		if (strcmp(f->name, numbers[i].file) != 0)
			continue;
		if (!parse_one_limit(f->value, &value))
			return err_set(e, ERR_INVALID, "%s: \"%s\" is no limit", f->name, f->value);
		systemd_add_u64(ret, numbers[i].property,
				value < numbers[i].min ? numbers[i].min : value);
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(sets); i++) {
		if (!strcmp(f->name, sets[i].file))
			return systemd_plan_set(sets[i].property, f->value, ret, e);
	}
	if (strcmp(f->name, "cpu.max") != 0)
		return 0;
	if (!parse_cpu_max(f->value, &quota, &period))
		return err_set(e, ERR_INVALID, "cpu.max: \"%s\" is no limit", f->value);
	systemd_plan_cpu_max(quota, period, ret);
	return 0;
}

int systemd_plan_unified(const struct resources *r, struct systemd_properties *ret, struct err *e)
{
	int idle = wants_idle(r);

	if (idle)
		systemd_add_u64(ret, "CPUWeight", 0);
	for (size_t i = 0; i < r->n_unified; i++) {
		if (idle && !strcmp(r->unified[i].name, "cpu.weight"))
			continue; /* there is no weight within SCHED_IDLE */
		if (plan_file(&r->unified[i], ret, e) < 0)
			return err_wrap(e, "unified");
	}
	return 0;
}
