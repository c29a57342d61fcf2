/* SPDX-License-Identifier: Apache-2.0 */
#include "confine/capability.h"

#include <string.h>
#include <strings.h>

#define PREFIX	 "CAP_"
#define N_PREFIX (sizeof(PREFIX) - 1)

static const char *const names[CAPABILITY_COUNT] = {
	"CAP_CHOWN",
	"CAP_DAC_OVERRIDE",
	"CAP_DAC_READ_SEARCH",
	"CAP_FOWNER",
	"CAP_FSETID",
	"CAP_KILL",
	"CAP_SETGID",
	"CAP_SETUID",
	"CAP_SETPCAP",
	"CAP_LINUX_IMMUTABLE",
	"CAP_NET_BIND_SERVICE",
	"CAP_NET_BROADCAST",
	"CAP_NET_ADMIN",
	"CAP_NET_RAW",
	"CAP_IPC_LOCK",
	"CAP_IPC_OWNER",
	"CAP_SYS_MODULE",
	"CAP_SYS_RAWIO",
	"CAP_SYS_CHROOT",
	"CAP_SYS_PTRACE",
	"CAP_SYS_PACCT",
	"CAP_SYS_ADMIN",
	"CAP_SYS_BOOT",
	"CAP_SYS_NICE",
	"CAP_SYS_RESOURCE",
	"CAP_SYS_TIME",
	"CAP_SYS_TTY_CONFIG",
	"CAP_MKNOD",
	"CAP_LEASE",
	"CAP_AUDIT_WRITE",
	"CAP_AUDIT_CONTROL",
	"CAP_SETFCAP",
	"CAP_MAC_OVERRIDE",
	"CAP_MAC_ADMIN",
	"CAP_SYSLOG",
	"CAP_WAKE_ALARM",
	"CAP_BLOCK_SUSPEND",
	"CAP_AUDIT_READ",
	"CAP_PERFMON",
	"CAP_BPF",
	"CAP_CHECKPOINT_RESTORE",
};

const char *capability_name(unsigned number)
{
	return number < CAPABILITY_COUNT ? names[number] : NULL;
}

static int find(const char *text)
{
	if (!strncasecmp(text, PREFIX, N_PREFIX))
		text += N_PREFIX;
	for (int i = 0; i < CAPABILITY_COUNT; i++)
		if (!strcasecmp(names[i] + N_PREFIX, text))
			return i;
	return -1;
}

static int is_all(const char *text)
{
	return !strcasecmp(text, "ALL") || !strcasecmp(text, "CAP_ALL");
}

int capability_number(const char *text, struct err *e)
{
	int number = find(text);

	if (number < 0)
		return err_set(e, ERR_USAGE, "unknown capability \"%s\"", text);
	return number;
}

const char *capability_canonical(const char *text, struct err *e)
{
	int number;

	if (is_all(text))
		return "ALL";
	number = capability_number(text, e);
	return number < 0 ? NULL : names[number];
}

int capability_set_parse(char *const *list, size_t n, uint64_t *ret, struct err *e)
{
	uint64_t set = 0;

	for (size_t i = 0; i < n; i++) {
		int number;

		if (is_all(list[i])) {
			set |= CAPABILITY_ALL;
			continue;
		}
		number = capability_number(list[i], e);
		if (number < 0)
			return -1;
		set |= 1ULL << number;
	}
	*ret |= set;
	return 0;
}

static int names_all(char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is_all(list[i]))
			return 1;
	return 0;
}

int capability_combine(const struct capability_request *r, uint64_t *ret, struct err *e)
{
	uint64_t add = 0, drop = 0;

	if (capability_set_parse(r->add, r->n_add, &add, e) < 0)
		return err_wrap(e, "--cap-add");
	if (capability_set_parse(r->drop, r->n_drop, &drop, e) < 0)
		return err_wrap(e, "--cap-drop");
	if (names_all(r->add, r->n_add) && names_all(r->drop, r->n_drop))
		return err_set(e, ERR_USAGE, "--cap-add ALL and --cap-drop ALL exclude each other");
	if (names_all(r->add, r->n_add))
		*ret = CAPABILITY_ALL & ~drop;
	else
		*ret = (r->base & ~drop) | add;
	return 0;
}

void capability_set_add_text(struct text *t, uint64_t set)
{
	const char *between = "";

	if (!(set & CAPABILITY_ALL) || (set & CAPABILITY_ALL) == CAPABILITY_ALL) {
		text_add(t, "%s", set & CAPABILITY_ALL ? "all" : "none");
		return;
	}
	for (int i = 0; i < CAPABILITY_COUNT; i++) {
		if (!(set & 1ULL << i))
			continue;
		text_add(t, "%s%s", between, names[i] + N_PREFIX);
		between = ", ";
	}
}

const char **capability_set_names(struct arena *a, uint64_t set, size_t *ret_n)
{
	const char **list = arena_alloc(a, (CAPABILITY_COUNT + 1) * sizeof(*list));
	size_t n = 0;

	for (int i = 0; i < CAPABILITY_COUNT; i++)
		if (set & 1ULL << i)
			list[n++] = names[i];
	if (ret_n)
		*ret_n = n;
	return list;
}
