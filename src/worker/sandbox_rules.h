/* SPDX-License-Identifier: Apache-2.0 */
/* What one worker may do: the plan that sandbox_enter() carries out. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum sandbox_access {
	SANDBOX_READ,  /* list and read */
	SANDBOX_WRITE, /* files and folders: make, write, remove, rename */
	SANDBOX_TREE,  /* everything that unpacking a tree needs: nodes, links, any metadata */
};

struct sandbox_folder {
	int fd;
	enum sandbox_access access;
};

struct sandbox {
	const struct sandbox_folder *folders;
	size_t n_folders;
	uint64_t capabilities; /* bits to keep of those that there are */
	uint64_t memory_bytes; /* address space */
	uint64_t cpu_sec;
	uint64_t file_bytes; /* largest file */
};

struct sandbox_state {
	int landlock_abi; /* 0: none */
	int own_network; /* in an empty network namespace; without it seccomp alone forbids sockets */
};
