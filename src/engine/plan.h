/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a config to a spec: every decision of what a container may do, as a pure function of the
 * config, its image's record and facts about the host. What was asked for and can't be enforced is
 * ERR_UNENFORCED; a default that can't be is left out and becomes a PLAN_MISSING line.
 *
 * The seccomp filter is named here and compiled by planning.h, which also gathers the facts.
 */
#pragma once

#include "engine/config.h"
#include "engine/id_maps.h"
#include "image/record.h"
#include "runtime/spec.h"

enum plan_lack {
	LACK_APPARMOR,
	LACK_SELINUX,
	LACK_LANDLOCK_SCOPES, /* ABI 6 */
	LACK_SECCOMP,
	LACK_COUNT,
};

/* Why something can't be had here, and the command or flag that mends it (or NULL). */
struct plan_cause {
	const char *why, *mend;
};

/* Facts. A NULL `why` means "this host can". */
struct plan_host {
	int privileged;	       /* root in the initial user namespace */
	struct id_maps maps;   /* of the user namespace that we are in */
	uint32_t slice_base;   /* privileged: where this container's own ids begin */
	unsigned cpus;	       /* of the host */
	uint64_t capabilities; /* that this kernel knows, as bits */
	uint64_t held; /* … and that we can hand on where the container has no user namespace */
	struct plan_cause resources[RESOURCE_COUNT], lacks[LACK_COUNT];
};

struct plan_input {
	const char *id;
	const struct config *config; /* merged; volumes are named */
	const struct image_record *image;
	const struct plan_host *host;
	const struct spec_rootfs *rootfs; /* kind, paths and layers; the flags are decided here */
	const char *cgroup;		  /* path of the container's group */
	const char *volumes;		  /* folder: a volume NAME is volumes/NAME/_data */
	const char *etc; /* folder with hosts, hostname and resolv.conf for /etc, or NULL */
};

enum plan_kind {
	PLAN_MAY,
	PLAN_MAY_NOT,
	PLAN_LIMIT,
	PLAN_MISSING,
	PLAN_KINDS,
};

struct plan_line {
	enum plan_kind kind;
	const char *text;
	enum setting setting;
	const char *origin;	 /* who set it: "--memory", "image USER", "default" */
	struct plan_cause cause; /* of PLAN_MISSING */
};

enum plan_seccomp {
	PLAN_SECCOMP_DEFAULT,
	PLAN_SECCOMP_PROFILE, /* config.security.seccomp's text */
	PLAN_SECCOMP_NONE,
};

struct plan {
	struct spec spec; /* process.seccomp is still empty */
	enum plan_seccomp seccomp;
	struct settings_origin origin; /* of the config, with what other settings imply */
	struct plan_line *lines;
	size_t n_lines;
};

int plan_make(const struct plan_input *in, struct arena *a, struct plan *ret, struct err *e);
