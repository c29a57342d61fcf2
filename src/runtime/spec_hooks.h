/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Programs that are run at certain moments of a container's life: OCI runtime specification 1.3,
 * config.md "POSIX-platform Hooks". They are the caller's and trusted. The container's state as
 * JSON is their stdin.
 */
#pragma once

#include <stddef.h>

/* In the order of a container's life. */
enum hook_kind {
	HOOK_PRESTART,	       /* the caller's namespaces, before pivot_root (deprecated) */
	HOOK_CREATE_RUNTIME,   /* the caller's namespaces, before pivot_root */
	HOOK_CREATE_CONTAINER, /* the container's namespaces, before pivot_root: a path of the host */
	HOOK_START_CONTAINER, /* inside, before the program is executed: a path of the container */
	HOOK_POSTSTART,	      /* the caller's namespaces, after the program was executed */
	HOOK_POSTSTOP,	      /* the caller's namespaces, after the container was deleted */
	HOOK_COUNT,
};

struct spec_hook {
	const char *path;	 /* absolute */
	const char *const *args; /* NULL-terminated with args[0]; NULL: the path alone */
	const char *const *env;	 /* NULL-terminated; NULL: of whoever runs it */
	int timeout_sec;	 /* 0: none */
};

struct spec_hooks {
	struct spec_hook_list {
		const struct spec_hook *items;
		size_t n;
	} kinds[HOOK_COUNT];
	/* What those of the host print goes there; 0: into the message of one that fails. */
	int stdout_fd, stderr_fd;
};
