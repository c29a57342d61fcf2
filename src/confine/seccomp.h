/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System call filters: a profile (data) becomes a classic BPF program for seccomp(2).
 * Profiles may be a stranger's; they are parsed with limits. Pure but for the cache.
 */
#pragma once

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "confine/seccomp_profile.h"

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
