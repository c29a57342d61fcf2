/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The settings of a container by name, and who set each: what `--explain` prints behind every line.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum setting {
	SETTING_COMMAND,
	SETTING_ENTRYPOINT,
	SETTING_ENV,
	SETTING_LABELS,
	SETTING_WORKDIR,
	SETTING_USER,
	SETTING_HOSTNAME,
	SETTING_STOP_SIGNAL,
	SETTING_STOP_TIMEOUT,
	SETTING_TTY,
	SETTING_INIT,
	SETTING_READ_ONLY,
	SETTING_PRIVILEGED,
	SETTING_MOUNTS,
	SETTING_MEMORY,
	SETTING_MEMORY_SWAP,
	SETTING_MEMORY_RESERVATION,
	SETTING_CPUS,
	SETTING_CPUSET,
	SETTING_PIDS_LIMIT,
	SETTING_ULIMITS,
	SETTING_CAPABILITIES,
	SETTING_SECCOMP,
	SETTING_NO_NEW_PRIVILEGES,
	SETTING_APPARMOR,
	SETTING_SELINUX,
	SETTING_LANDLOCK,
	SETTING_RESTART,
	SETTING_NETWORK,
	SETTING_USER_NAMESPACE,
	SETTING_NAMESPACES,
	SETTING_LOG,
	SETTING_DEVICES,
	SETTING_MASKED_PATHS,
	SETTING_SHM_SIZE,
	SETTING_COUNT,
};

enum origin {
	ORIGIN_DEFAULT, /* Cale's table of defaults */
	ORIGIN_IMAGE,	/* a field of the image's config */
	ORIGIN_FLAG,	/* the command line */
	ORIGIN_POLICY,	/* a file of the administrator or user */
	ORIGIN_IMPLIED, /* another flag brings it along: `implied_by` */
};

struct settings_origin {
	uint8_t of[SETTING_COUNT];	   /* enum origin */
	uint8_t implied_by[SETTING_COUNT]; /* enum setting, with ORIGIN_IMPLIED */
};

/* "memory-swap": a stable word for records; settings_find() gives SETTING_COUNT for an unknown one. */
const char *settings_name(enum setting s);
enum setting settings_find(const char *name);
/* "--memory", "image USER", "default": text for people, static. */
const char *settings_origin_text(const struct settings_origin *o, enum setting s);
