/* SPDX-License-Identifier: Apache-2.0 */
/* A further process in a running container, as runc's exec has it. */
#pragma once

#include "oci/container.h"
#include "runtime/runtime.h"

struct oci_exec {
	const char *
		process_file; /* process.json, or NULL: the container's own, changed by what follows */
	char *const *args;    /* NULL-terminated */
	const char *cwd, *user; /* "UID[:GID]" */
	char *const *env;
	size_t n_env;
	char *const *capabilities;
	size_t n_capabilities;
	char *const *groups; /* additional group ids */
	size_t n_groups;
	const char *apparmor, *selinux_label;
	int tty, no_new_privileges, has_no_new_privileges;
	char *const *cgroups; /* "[CTRL[,CTRL]:]PATH" below the container's own groups */
	size_t n_cgroups;
	int ignore_paused;
	int preserved;
	int detached;
	const char *console_socket, *pid_file, *pidfd_socket;
};

/* The process that will run; in the arena. Pure but for reading the process file. */
int oci_exec_plan(const struct oci_container *c, const struct oci_exec *r, struct spec_process *ret,
		  struct err *e);
/* Makes it and has it execute its program. *ret is the caller's child, with its terminal. */
int oci_exec(const struct oci_container *c, const struct oci_exec *r, struct runtime_process *ret,
	     struct err *e);
