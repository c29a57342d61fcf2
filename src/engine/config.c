/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/config.h"

#include <string.h>

void config_init(struct config *ret)
{
	*ret = (struct config){ .stop_timeout_sec = -1 };
}

/* Which member tells that a setting was made: it differs from config_init()'s. */
#define MADE(setting, member)                                                                      \
	{                                                                                          \
		SETTING_##setting, offsetof(struct config, member),                                \
			sizeof((struct config *)NULL)->member                                      \
	}
static const struct {
	enum setting setting;
	size_t field, size;
} made[] = {
	MADE(COMMAND, n_cmd),
	MADE(ENTRYPOINT, n_entrypoint),
	MADE(ENV, n_env),
	MADE(LABELS, n_labels),
	MADE(WORKDIR, workdir),
	MADE(USER, user),
	MADE(HOSTNAME, hostname),
	MADE(STOP_SIGNAL, stop_signal),
	MADE(STOP_TIMEOUT, stop_timeout_sec),
	MADE(TTY, tty),
	MADE(INIT, init),
	MADE(READ_ONLY, readonly_rootfs),
	MADE(PRIVILEGED, privileged),
	MADE(MOUNTS, n_mounts),
	MADE(MEMORY, memory_bytes),
	MADE(MEMORY_SWAP, memory_swap_bytes),
	MADE(MEMORY_RESERVATION, memory_reservation_bytes),
	MADE(CPUS, nano_cpus),
	MADE(CPUS, cpu_shares),
	MADE(CPUS, cpu_period_usec),
	MADE(CPUS, cpu_quota_usec),
	MADE(CPUSET, cpuset_cpus),
	MADE(CPUSET, cpuset_mems),
	MADE(PIDS_LIMIT, pids_limit),
	MADE(SHM_SIZE, shm_bytes),
	MADE(ULIMITS, n_ulimits),
	MADE(CAPABILITIES, n_cap_add),
	MADE(CAPABILITIES, n_cap_drop),
	MADE(SECCOMP, security.seccomp),
	MADE(NO_NEW_PRIVILEGES, security.no_new_privileges),
	MADE(APPARMOR, security.apparmor),
	MADE(SELINUX, security.n_labels),
	MADE(MASKED_PATHS, security.systempaths_unconfined),
	MADE(RESTART, restart.kind),
	MADE(NETWORK, network),
	MADE(USER_NAMESPACE, userns),
};

void config_mark(struct config *c, enum origin by)
{
	struct config untouched;

	config_init(&untouched);
	for (size_t i = 0; i < ARRAY_SIZE(made); i++) {
		uint8_t *origin = &c->origin.of[made[i].setting];

		if (*origin == ORIGIN_DEFAULT &&
		    memcmp((const char *)c + made[i].field,
			   (const char *)&untouched + made[i].field, made[i].size) != 0)
			*origin = (uint8_t)by;
	}
}

void config_push(struct arena *a, char ***list, size_t *n, const char *s)
{
	ARENA_PUSH(a, *list, *n) = arena_strdup(a, s);
	ARENA_PUSH(a, *list, *n) = NULL;
	(*n)--; /* the end isn't counted, but there is room for it */
}
