/* SPDX-License-Identifier: Apache-2.0 */
/* What only several settings together can get wrong, and what holds for every text. */
#include <string.h>

#include "base/signals.h"
#include "base/utf8.h"
#include "confine/capability.h"
#include "engine/config_text.h"

#define MEMORY_MIN_BYTES (512 << 10) /* less can't even start a program: it would only be killed */
#define NANO_CPUS_MIN	 10000000    /* 0.01: the kernel's least quota is 1 ms of 100 ms */
#define PIDS_MAX	 4194304     /* the kernel's PID_MAX_LIMIT */

#define RANGE(name, field, min, max, rule)                                                         \
	{                                                                                          \
		name, offsetof(struct config, field), min, max, rule                               \
	}
static const struct {
	const char *name;
	size_t field; /* int64_t or uint64_t in struct config; 0 is "not set" */
	int64_t min, max;
	const char *rule;
} ranges[] = {
	RANGE("--memory", memory_bytes, MEMORY_MIN_BYTES, INT64_MAX, "at least 512k"),
	RANGE("--memory-reservation", memory_reservation_bytes, MEMORY_MIN_BYTES, INT64_MAX,
	      "at least 512k"),
	RANGE("--memory-swap", memory_swap_bytes, -1, INT64_MAX, "a size or -1"),
	RANGE("--cpus", nano_cpus, NANO_CPUS_MIN, INT64_MAX, "at least 0.01"),
	RANGE("--cpu-shares", cpu_shares, 2, 262144, "between 2 and 262144"),
	RANGE("--cpu-period", cpu_period_usec, 1000, 1000000, "between 1000 and 1000000"),
	RANGE("--cpu-quota", cpu_quota_usec, 1000, INT64_MAX / 1000, "at least 1000"),
	RANGE("--pids-limit", pids_limit, -1, PIDS_MAX, "-1, or between 1 and 4194304"),
	RANGE("--shm-size", shm_bytes, 1, INT64_MAX, "at least 1"),
};

static int check_ranges(const struct config *c, struct err *e)
{
	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++) {
		int64_t value = *(const int64_t *)((const char *)c + ranges[i].field);

		if (value && (value < ranges[i].min || value > ranges[i].max))
			return err_set(e, ERR_USAGE, "%s: must be %s", ranges[i].name,
				       ranges[i].rule);
	}
	return 0;
}

static int check_memory(const struct config *c, struct err *e)
{
	if (c->memory_swap_bytes && !c->memory_bytes)
		return err_set(e, ERR_USAGE, "--memory-swap: needs --memory, which it includes");
	if (c->memory_swap_bytes > 0 && c->memory_swap_bytes < c->memory_bytes)
		return err_set(e, ERR_USAGE,
			       "--memory-swap: less than --memory, which it includes");
	if (c->memory_bytes && c->memory_reservation_bytes > c->memory_bytes)
		return err_set(e, ERR_USAGE, "--memory-reservation: greater than --memory");
	return 0;
}

static int check_conflicts(const struct config *c, struct err *e)
{
	if (c->auto_remove && c->restart.kind != RESTART_NO)
		return err_set(e, ERR_USAGE, "--restart and --rm exclude each other");
	if (c->nano_cpus && (c->cpu_period_usec || c->cpu_quota_usec))
		return err_set(e, ERR_USAGE,
			       "--cpus excludes --cpu-period and --cpu-quota, which it sets");
	return 0;
}

static int check_mounts(const struct config *c, struct err *e)
{
	if (c->n_mounts > CONFIG_MOUNTS_MAX)
		return err_set(e, ERR_LIMIT, "more than %d mounts", CONFIG_MOUNTS_MAX);
	for (size_t i = 0; i < c->n_mounts; i++) {
		for (size_t k = 0; k < i; k++) {
			if (!strcmp(c->mounts[i].target, c->mounts[k].target))
				return err_set(e, ERR_USAGE, "two mounts on %s",
					       c->mounts[i].target);
		}
	}
	return 0;
}

/* Records and logs are JSON: what isn't UTF-8 couldn't be kept as it was asked for. */
static int check_text(const char *what, const char *s, struct err *e)
{
	size_t n = s ? strlen(s) : 0;

	if (n > CONFIG_TEXT_MAX)
		return err_set(e, ERR_LIMIT, "%s: longer than %d bytes", what, CONFIG_TEXT_MAX);
	for (size_t i = 0, step; i < n; i += step) {
		step = utf8_sequence(s + i, n - i);
		if (!step)
			return err_set(e, ERR_USAGE, "%s: \"%s\" is not UTF-8", what, s);
	}
	return 0;
}

static int check_texts(const struct config *c, struct err *e)
{
	const struct {
		const char *what;
		char **items;
		size_t n;
	} lists[] = {
		{ "entrypoint", c->entrypoint, c->n_entrypoint },
		{ "command", c->cmd, c->n_cmd },
		{ "environment", c->env, c->n_env },
		{ "labels", c->labels, c->n_labels },
	};
	const struct {
		const char *what, *text;
	} texts[] = {
		{ "image", c->image },
		{ "--workdir", c->workdir },
		{ "seccomp profile's name", c->security.seccomp_name },
	};

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		if (lists[i].n > CONFIG_STRINGS_MAX)
			return err_set(e, ERR_LIMIT, "%s: more than %d", lists[i].what,
				       CONFIG_STRINGS_MAX);
		for (size_t k = 0; k < lists[i].n; k++) {
			if (check_text(lists[i].what, lists[i].items[k], e) < 0)
				return -1;
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		if (check_text(texts[i].what, texts[i].text, e) < 0)
			return -1;
	}
	for (size_t i = 0; i < c->n_mounts; i++) {
		if (check_text("mount", c->mounts[i].source, e) < 0 ||
		    check_text("mount", c->mounts[i].target, e) < 0)
			return -1;
	}
	return 0;
}

static int check_container_name(const char *text, struct err *e)
{
	return config_check_name(text, "container", e);
}

static int check_stop_signal(const char *text, struct err *e)
{
	return signals_parse(text, e) < 0 ? -1 : 0;
}

static int check_absolute(const char *text, struct err *e)
{
	return *text == '/' ? 0 : err_set(e, ERR_USAGE, "\"%s\" is not an absolute path", text);
}

static const struct {
	const char *flag;
	size_t field; /* const char * in struct config */
	int (*check)(const char *text, struct err *e);
} grammars[] = {
	{ "--name", offsetof(struct config, name), check_container_name },
	{ "--hostname", offsetof(struct config, hostname), config_check_hostname },
	{ "--user", offsetof(struct config, user), config_check_user },
	{ "--workdir", offsetof(struct config, workdir), check_absolute },
	{ "--stop-signal", offsetof(struct config, stop_signal), check_stop_signal },
	{ "--cpuset-cpus", offsetof(struct config, cpuset_cpus), config_check_cpuset },
	{ "--cpuset-mems", offsetof(struct config, cpuset_mems), config_check_cpuset },
	{ "--network", offsetof(struct config, network), config_check_network },
	{ "--userns", offsetof(struct config, userns), config_check_userns },
};

static int check_grammars(const struct config *c, struct err *e)
{
	for (size_t i = 0; i < ARRAY_SIZE(grammars); i++) {
		const char *text = *(char *const *)((const char *)c + grammars[i].field);

		if (text && grammars[i].check(text, e) < 0)
			return err_wrap(e, "%s", grammars[i].flag);
	}
	if (c->stop_timeout_sec < -1 || c->stop_timeout_sec > INT32_MAX)
		return err_set(e, ERR_USAGE, "--stop-timeout %jd: must be -1 or more",
			       (intmax_t)c->stop_timeout_sec);
	return 0;
}

static int check_capabilities(char *const *names, size_t n, struct err *e)
{
	if (n > CONFIG_CAPS_MAX)
		return err_set(e, ERR_LIMIT, "more than %d", CONFIG_CAPS_MAX);
	for (size_t i = 0; i < n; i++) {
		if (!capability_canonical(names[i], e))
			return -1;
	}
	return 0;
}

int config_check(const struct config *c, struct err *e)
{
	if (check_texts(c, e) < 0 || check_grammars(c, e) < 0 || check_ranges(c, e) < 0 ||
	    check_memory(c, e) < 0 || check_conflicts(c, e) < 0 || check_mounts(c, e) < 0)
		return -1;
	if (check_capabilities(c->cap_add, c->n_cap_add, e) < 0)
		return err_wrap(e, "--cap-add");
	if (check_capabilities(c->cap_drop, c->n_cap_drop, e) < 0)
		return err_wrap(e, "--cap-drop");
	return 0;
}
