/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System call filters as data: OCI runtime specification 1.3, config-linux.md "Seccomp"; Docker's
 * format with its conditions.
 *
 * Meaning of a profile, for each system call: rules with argument conditions are tried in the
 * profile's order and the first that matches decides; then the rule without conditions (of
 * several the strictest); then, if the call is named in `refused`, `refused_action`; then the
 * default action. So a general "allow" doesn't undo a refusal of certain arguments.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

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
