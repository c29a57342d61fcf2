/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/settings.h"

#include <string.h>

/* What sets it on the command line, in an image; the texts for "implied by" are put together here. */
#define ROW(setting, name, flag, image)                                                            \
	[SETTING_##setting] = { name, flag, image, "implied by " flag }

static const struct row {
	const char *name, *flag, *image, *implied;
} rows[SETTING_COUNT] = {
	ROW(COMMAND, "command", "command line", "image CMD"),
	ROW(ENTRYPOINT, "entrypoint", "--entrypoint", "image ENTRYPOINT"),
	ROW(ENV, "env", "--env", "image ENV"),
	ROW(LABELS, "labels", "--label", "image LABEL"),
	ROW(WORKDIR, "workdir", "--workdir", "image WORKDIR"),
	ROW(USER, "user", "--user", "image USER"),
	ROW(HOSTNAME, "hostname", "--hostname", "image"),
	ROW(STOP_SIGNAL, "stop-signal", "--stop-signal", "image STOPSIGNAL"),
	ROW(STOP_TIMEOUT, "stop-timeout", "--stop-timeout", "image"),
	ROW(TTY, "tty", "--tty", "image"),
	ROW(INIT, "init", "--init", "image"),
	ROW(READ_ONLY, "read-only", "--read-only", "image"),
	ROW(PRIVILEGED, "privileged", "--privileged", "image"),
	ROW(MOUNTS, "mounts", "-v/--mount/--tmpfs", "image VOLUME"),
	ROW(MEMORY, "memory", "--memory", "image"),
	ROW(MEMORY_SWAP, "memory-swap", "--memory-swap", "image"),
	ROW(MEMORY_RESERVATION, "memory-reservation", "--memory-reservation", "image"),
	ROW(CPUS, "cpus", "--cpus", "image"),
	ROW(CPUSET, "cpuset", "--cpuset-cpus", "image"),
	ROW(PIDS_LIMIT, "pids-limit", "--pids-limit", "image"),
	ROW(ULIMITS, "ulimits", "--ulimit", "image"),
	ROW(CAPABILITIES, "capabilities", "--cap-add/--cap-drop", "image"),
	ROW(SECCOMP, "seccomp", "--security-opt seccomp", "image"),
	ROW(NO_NEW_PRIVILEGES, "no-new-privileges", "--security-opt no-new-privileges", "image"),
	ROW(APPARMOR, "apparmor", "--security-opt apparmor", "image"),
	ROW(SELINUX, "selinux", "--security-opt label", "image"),
	ROW(LANDLOCK, "landlock", "--security-opt landlock", "image"),
	ROW(RESTART, "restart", "--restart", "image"),
	ROW(NETWORK, "network", "--network", "image"),
	ROW(USER_NAMESPACE, "user-namespace", "--userns", "image"),
	ROW(NAMESPACES, "namespaces", "--pid", "image"),
	ROW(LOG, "log", "--log-opt", "image"),
	ROW(DEVICES, "devices", "--device", "image"),
	ROW(MASKED_PATHS, "masked-paths", "--security-opt systempaths", "image"),
	ROW(SHM_SIZE, "shm-size", "--shm-size", "image"),
};

const char *settings_name(enum setting s)
{
	return rows[s].name;
}

enum setting settings_find(const char *name)
{
	int s = 0;

	while (s < SETTING_COUNT && strcmp(name, rows[s].name) != 0)
		s++;
	return (enum setting)s;
}

const char *settings_origin_text(const struct settings_origin *o, enum setting s)
{
	switch ((enum origin)o->of[s]) {
	case ORIGIN_IMAGE:
		return rows[s].image;
	case ORIGIN_FLAG:
		return rows[s].flag;
	case ORIGIN_POLICY:
		return "policy";
	case ORIGIN_IMPLIED:
		return rows[o->implied_by[s]].implied;
	default:
		return "default";
	}
}
