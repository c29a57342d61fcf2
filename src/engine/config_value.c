/* SPDX-License-Identifier: Apache-2.0 */
/* Names, labels, variables and small notations: each check is the whole grammar of one setting. */
#include <ctype.h>
#include <string.h>
#include <sys/resource.h>

#include "base/parse.h"
#include "engine/config_text.h"

#define HOSTNAME_MAX 64	  /* the kernel's __NEW_UTS_LEN */
#define USER_MAX     256  /* name:group */
#define CPU_MAX	     8191 /* the kernel's largest CONFIG_NR_CPUS is 8192 */
#define RETRIES_MAX  1000000

/* ASCII only, whatever the locale: a name is a file name and a word for shells. */
static int is_name_char(char c)
{
	return isascii(c) && (isalnum((unsigned char)c) || c == '_' || c == '.' || c == '-');
}

int config_check_name(const char *text, const char *what, struct err *e)
{
	size_t n = strlen(text);
	int good = n >= 1 && isascii(text[0]) && isalnum((unsigned char)text[0]);

	if (n > CONFIG_NAME_MAX)
		return err_set(e, ERR_LIMIT, "a %s name has at most %d characters", what,
			       CONFIG_NAME_MAX);
	for (size_t i = 0; i < n && good; i++)
		good = is_name_char(text[i]);
	if (!good)
		return err_set(e, ERR_USAGE, "\"%s\" is no %s name: [a-zA-Z0-9][a-zA-Z0-9_.-]*",
			       text, what);
	return 0;
}

int config_check_hostname(const char *text, struct err *e)
{
	size_t n = strlen(text);
	int good = n > 0 && text[0] != '-' && text[0] != '.';

	if (n > HOSTNAME_MAX)
		return err_set(e, ERR_LIMIT, "a host name has at most %d characters", HOSTNAME_MAX);
	for (size_t i = 0; i < n && good; i++)
		good = is_name_char(text[i]);
	return good ? 0 : err_set(e, ERR_USAGE, "\"%s\" is not a host name", text);
}

/* Looked up in the container's files when it starts; here only its form: USER[:GROUP]. */
int config_check_user(const char *text, struct err *e)
{
	const char *colon = strchr(text, ':');

	if (strlen(text) > USER_MAX)
		return err_set(e, ERR_LIMIT, "longer than %d", USER_MAX);
	for (const char *p = text; *p; p++) {
		if ((unsigned char)*p <= ' ' || *p == 0x7f || *p == '/')
			return err_set(e, ERR_USAGE, "\"%s\" is not USER[:GROUP]", text);
	}
	if (colon && (strchr(colon + 1, ':') || !colon[1]))
		return err_set(e, ERR_USAGE, "\"%s\" is not USER[:GROUP]", text);
	return 0;
}

int config_check_env(const char *text, struct err *e)
{
	if (!*text || *text == '=')
		return err_set(e, ERR_USAGE, "\"%s\" has no name in front of \"=\"", text);
	return 0;
}

int config_check_label(const char *text, struct err *e)
{
	if (!*text || *text == '=')
		return err_set(e, ERR_USAGE, "\"%s\" has no key in front of \"=\"", text);
	return 0;
}

static const struct {
	const char *name;
	int kind;
} ulimits[] = {
	{ "as", RLIMIT_AS },
	{ "core", RLIMIT_CORE },
	{ "cpu", RLIMIT_CPU },
	{ "data", RLIMIT_DATA },
	{ "fsize", RLIMIT_FSIZE },
	{ "locks", RLIMIT_LOCKS },
	{ "memlock", RLIMIT_MEMLOCK },
	{ "msgqueue", RLIMIT_MSGQUEUE },
	{ "nice", RLIMIT_NICE },
	{ "nofile", RLIMIT_NOFILE },
	{ "nproc", RLIMIT_NPROC },
	{ "rss", RLIMIT_RSS },
	{ "rtprio", RLIMIT_RTPRIO },
	{ "rttime", RLIMIT_RTTIME },
	{ "sigpending", RLIMIT_SIGPENDING },
	{ "stack", RLIMIT_STACK },
};

int config_ulimit_kind(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(ulimits); i++) {
		if (!strcmp(name, ulimits[i].name))
			return ulimits[i].kind;
	}
	return -1;
}

static int read_ulimit_value(const char *text, uint64_t *ret, struct err *e)
{
	if (!strcmp(text, "-1") || !strcmp(text, "unlimited")) {
		*ret = UINT64_MAX;
		return 0;
	}
	return parse_uint(text, INT64_MAX, ret, e);
}

int config_parse_ulimit(struct arena *a, const char *text, struct config_ulimit *ret, struct err *e)
{
	char *value = arena_strdup(a, text), *name = strsep(&value, "="), *soft;
	struct config_ulimit u = { .name = name };

	if (!value)
		return err_set(e, ERR_USAGE, "not NAME=SOFT[:HARD]");
	if (config_ulimit_kind(name) < 0)
		return err_set(e, ERR_USAGE, "\"%s\" is not the name of a ulimit", name);
	soft = strsep(&value, ":");
	if (read_ulimit_value(soft, &u.soft, e) < 0 ||
	    read_ulimit_value(value ?: soft, &u.hard, e) < 0)
		return -1;
	if (u.soft > u.hard)
		return err_set(e, ERR_USAGE, "the soft limit is greater than the hard one");
	*ret = u;
	return 0;
}

static const char *const restart_names[] = {
	[RESTART_NO] = "no",
	[RESTART_ALWAYS] = "always",
	[RESTART_UNLESS_STOPPED] = "unless-stopped",
	[RESTART_ON_FAILURE] = "on-failure",
};

int config_parse_restart(const char *text, struct config_restart *ret, struct err *e)
{
	size_t n = strcspn(text, ":");
	uint64_t maximum = 0;

	for (size_t i = 0; i < ARRAY_SIZE(restart_names); i++) {
		if (strlen(restart_names[i]) != n || memcmp(text, restart_names[i], n) != 0)
			continue;
		if (text[n] && i != RESTART_ON_FAILURE)
			return err_set(e, ERR_USAGE, "only on-failure has a maximum of retries");
		if (text[n] && parse_uint(text + n + 1, RETRIES_MAX, &maximum, e) < 0)
			return -1;
		ret->kind = i;
		ret->maximum = (uint32_t)maximum;
		return 0;
	}
	return err_set(e, ERR_USAGE, "no, always, unless-stopped and on-failure[:N] are known");
}

const char *config_restart_name(const struct config_restart *r)
{
	return restart_names[r->kind];
}

/* One of "0" and "0-3" at *p, which is left behind it. */
static int read_cpu_range(const char **p, uint32_t *ret_last)
{
	uint32_t ends[2] = {};
	int n = 0;

	do {
		if (!isdigit((unsigned char)**p))
			return -1;
		for (; isdigit((unsigned char)**p); ++*p) {
			ends[n] = ends[n] * 10 + (uint32_t)(**p - '0');
			if (ends[n] > CPU_MAX)
				return -1;
		}
	} while (++n < 2 && **p == '-' && ++*p);
	if (n == 2 && ends[1] < ends[0])
		return -1;
	*ret_last = ends[n - 1];
	return 0;
}

static int read_cpuset(const char *text, uint32_t *ret_last)
{
	uint32_t last;

	*ret_last = 0;
	for (const char *p = text;; p++) {
		if (read_cpu_range(&p, &last) < 0)
			return -1;
		if (last > *ret_last)
			*ret_last = last;
		if (!*p)
			return 0;
		if (*p != ',')
			return -1;
	}
}

int config_check_cpuset(const char *text, struct err *e)
{
	uint32_t last;

	if (read_cpuset(text, &last) < 0)
		return err_set(e, ERR_USAGE, "\"%s\" is not a list such as 0-2,5", text);
	return 0;
}

uint32_t config_cpuset_last(const char *text)
{
	uint32_t last;

	(void)read_cpuset(text, &last);
	return last;
}

int config_check_network(const char *text, struct err *e)
{
	if (!strcmp(text, "none") || !strcmp(text, "host"))
		return 0;
	err_set(e, ERR_UNENFORCED, "\"%s\": only none and host are built yet", text);
	return err_hint(e, "--network host shares the host's network, --network none has only lo");
}

int config_check_userns(const char *text, struct err *e)
{
	if (!*text || !strcmp(text, "host"))
		return 0;
	return err_set(e, ERR_USAGE,
		       "only \"host\" is known; without --userns each container has "
		       "its own user namespace");
}
