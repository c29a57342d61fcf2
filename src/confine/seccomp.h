/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System call filters: a profile (data) becomes a classic BPF program for seccomp(2).
 * OCI runtime specification 1.3, config-linux.md "Seccomp"; Docker's format with its conditions.
 *
 * Meaning of a profile, for each system call: rules with argument conditions are tried in the
 * profile's order and the first that matches decides; then the rule without conditions (of
 * several the strictest); then, if the call is named in `refused`, `refused_action`; then the
 * default action. So a general "allow" doesn't undo a refusal of certain arguments.
 * Profiles may be a stranger's; they are parsed with limits. Pure but for the cache.
 */
#pragma once

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"

/* clang-format off */
enum seccomp_compare {
	SECCOMP_EQ, SECCOMP_NE, SECCOMP_LT, SECCOMP_LE, SECCOMP_GT, SECCOMP_GE,
	SECCOMP_MASKED_EQ, /* (argument & value) == value_two */
};
/* clang-format on */

struct seccomp_arg {
	unsigned index; /* 0 … 5 */
	enum seccomp_compare compare;
	uint64_t value, value_two;
};

/* When a rule is part of the filter at all; an empty condition is none. */
struct seccomp_condition {
	uint64_t caps; /* includes: all of them; excludes: any of them, in the bounding set */
	const char *const
		*arches; /* native architecture, Docker's names ("amd64"); NULL-terminated */
	unsigned kernel; /* at least this one, SECCOMP_KERNEL(major, minor) */
};
#define SECCOMP_KERNEL(major, minor) ((unsigned)(major) << 16 | (unsigned)(minor))
struct seccomp_rule {
	const char *const *names; /* NULL-terminated; unknown ones are passed over */
	uint32_t action;	  /* SECCOMP_RET_* with its data */
	const struct seccomp_arg *args;
	size_t n_args; /* all must hold; conditions on the same argument are alternatives, as in runc */
	struct seccomp_condition includes, excludes;
};

struct seccomp_arch_map {
	const char *arch; /* "SCMP_ARCH_X86_64" */
	const char *const
		*subs; /* further ones of a host with that architecture; NULL-terminated */
};

struct seccomp_profile {
	uint32_t default_action;
	const struct seccomp_arch_map *arch_maps;
	size_t n_arch_maps;
	const char *const *arches; /* instead of maps: on every host; NULL-terminated */
	const struct seccomp_rule *rules;
	size_t n_rules;
	const char *const *refused; /* NULL-terminated, or NULL */
	uint32_t refused_action;
	unsigned flags; /* SECCOMP_FILTER_FLAG_* */
	int notifies;	/* some call is handed to a listener: SECCOMP_RET_USER_NOTIF */
	const char *listener_path, *listener_metadata; /* of an OCI profile, or NULL */
};

/* What a container gets by default, and the number that changes with its content. */
extern const struct seccomp_profile seccomp_default_profile;
#define SECCOMP_DEFAULT_VERSION 1

/* Docker's or the OCI's JSON. ERR_INVALID names the member, ERR_LIMIT the limit. */
int seccomp_from_json(const json_t *o, struct arena *a, struct seccomp_profile *ret, struct err *e);
/* The text of it, for containers without a listener: a profile that needs one is ERR_UNENFORCED. */
int seccomp_parse(const char *json, size_t n, struct arena *a, struct seccomp_profile *ret,
		  struct err *e);

struct seccomp_target {
	uint64_t caps;	  /* the bounding set */
	const char *arch; /* "SCMP_ARCH_…" of the host; NULL: this program's */
	unsigned kernel;  /* SECCOMP_KERNEL(); 0: the running one */
};
struct seccomp_program {
	struct sock_filter *code;
	size_t n;
	unsigned flags;
	int notifies; /* as in the profile: it takes SECCOMP_FILTER_FLAG_NEW_LISTENER */
};

/* ERR_LIMIT when the program would exceed the kernel's BPF_MAXINSNS. */
int seccomp_compile(const struct seccomp_profile *p, const struct seccomp_target *t,
		    struct arena *a, struct seccomp_program *ret, struct err *e);

struct seccomp_request {
	int cache_fd;		 /* folder for compiled programs, or -1 */
	const char *text, *name; /* JSON and what messages call it; NULL: the default profile */
	const struct seccomp_profile *profile; /* instead of text, one that is parsed already */
	uint64_t caps;
};
/* The program for this host, from the cache where it has it (one read), else compiled and kept. */
int seccomp_get(const struct seccomp_request *r, struct arena *a, struct seccomp_program *ret,
		struct err *e);
