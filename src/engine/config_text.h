/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The notations in which people ask for settings: Docker's grammar of volumes, mounts, ulimits,
 * capabilities and names. Pure; the same functions serve the command line and the API.
 *
 * All return -1 with ERR_USAGE (or ERR_UNENFORCED for what is known and not built) and touch the
 * result only on success. Whatever isn't understood is refused, nothing is skipped. Results live in
 * the arena or are the given text.
 */
#pragma once

#include "base/err.h"
#include "base/mem.h"
#include "engine/config.h"

struct config_reader {
	struct arena *arena;
	const char *cwd; /* absolute: what "./data" is relative to */
};

/* -v: "/target", "name:/target", "/host:/target:ro,noexec", "./data:/data". */
int config_parse_volume(const struct config_reader *r, const char *text, struct config_mount *ret,
			struct err *e);
/* --mount: "type=bind,source=/a,target=/b,readonly", comma-separated values as in RFC 4180. */
int config_parse_mount(const struct config_reader *r, const char *text, struct config_mount *ret,
		       struct err *e);
/* --tmpfs: "/run" or "/run:size=64m,mode=755,exec". */
int config_parse_tmpfs(const struct config_reader *r, const char *text, struct config_mount *ret,
		       struct err *e);

/* One option of a mount without "=": "ro", "nosuid", "rslave". 1: known and set, 0: unknown. */
int config_mount_flag(struct config_mount *m, const char *name, struct err *e);
/* Every option that differs from its default, as config_mount_flag() reads it; NULL-terminated. */
char **config_mount_flags(const struct config_mount *m, struct arena *a, size_t *ret_n);
/* Octal, as tmpfs-mode=1770; decimal bytes with units, as tmpfs-size=64m. */
int config_parse_tmpfs_mode(const char *text, uint32_t *ret, struct err *e);
int config_parse_tmpfs_size(const char *text, int64_t *ret_bytes, struct err *e);
/* Absolute and not "/": the cleaned path in the arena, or NULL. */
const char *config_parse_target(struct arena *a, const char *text, struct err *e);
/* "/a//b/./../c" to "/a/c", by its text alone. */
char *config_clean_path(struct arena *a, const char *absolute);

/* --ulimit: "nofile=1024:2048", -1 is unlimited. */
int config_parse_ulimit(struct arena *a, const char *text, struct config_ulimit *ret,
			struct err *e);
/* RLIMIT_NOFILE for "nofile"; -1 for an unknown name. */
int config_ulimit_kind(const char *name);
/* --restart: no, always, unless-stopped, on-failure[:N]. */
int config_parse_restart(const char *text, struct config_restart *ret, struct err *e);
const char *config_restart_name(const struct config_restart *r);

/*
 * --security-opt: "no-new-privileges[=false]", "apparmor=NAME", "label=…", "systempaths=unconfined",
 * "seccomp=unconfined|builtin". A seccomp profile's text is put in by the caller, who reads the file.
 */
int config_parse_security(struct arena *a, const char *text, struct config *c, struct err *e);

int config_check_name(const char *text, const char *what, struct err *e); /* containers, volumes */
int config_check_hostname(const char *text, struct err *e);
int config_check_user(const char *text, struct err *e);
int config_check_env(const char *text, struct err *e);	  /* "NAME=value" or "NAME" */
int config_check_label(const char *text, struct err *e);  /* "key=value" or "key" */
int config_check_cpuset(const char *text, struct err *e); /* "0-2,5" */
/* The kernel's number of its highest member. */
uint32_t config_cpuset_last(const char *text);

/* none, host; what isn't built is named. */
int config_check_network(const char *text, struct err *e);
int config_check_userns(const char *text, struct err *e);

/*
 * Everything that can be wrong with a config: names, ranges, limits that contradict each other,
 * --rm with --restart, text that isn't UTF-8. The message begins with the flag's name.
 */
int config_check(const struct config *c, struct err *e);
