/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one table of what a container gets when nobody asks for anything: DESIGN.md "Defaults that a
 * container gets" in numbers. The planner copies from it, `--explain` and `cale info` print it,
 * nothing else holds a default. Pure.
 *
 * A default that the host can't enforce is left out by whoever plans, and shown as missing.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "runtime/resources.h"
#include "runtime/spec.h"
#include "runtime/spec_mount.h"

struct defaults {
	uint64_t capabilities; /* bounding and, for root, permitted and effective */
	int no_new_privileges;
	int64_t pids_max;
	const struct resource_limit *limits;
	size_t n_limits;

	/* In order of mounting; /dev/pts's gid=5 and the like are for a map that has those ids. */
	const struct spec_mount *mounts;
	size_t n_mounts;
	/* Folders and files that show kernel state of the host; "%u" stands for each CPU's number. */
	const char *const *masked_paths;
	size_t n_masked_paths;
	const char *const *readonly_paths;
	size_t n_readonly_paths;
	/* With a network namespace of its own. */
	const struct spec_sysctl *sysctls;
	size_t n_sysctls;
	int64_t shm_bytes;

	const char *path_env; /* "PATH=…" where the image has none */
	const char *stop_signal;
	int64_t stop_timeout_sec;
	int64_t log_bytes; /* of one file, then it is rotated */
	unsigned log_files;

	/* Root's containers: id ranges of their own, slice k from id_base + k × id_count. */
	uint32_t id_base, id_count, id_slices;
	/* As root with swap accounting and unset --memory-swap: this many times the memory in all. */
	unsigned memory_swap_factor;
};

extern const struct defaults defaults;

/*
 * Masked paths with "%u" spelled out for CPUs 0 … cpus - 1 (0: those paths are left out, for hosts
 * that have none of them). NULL-terminated.
 */
const char **defaults_masked_paths(struct arena *a, unsigned cpus, size_t *ret_n);
