/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The probes behind host.h: one file for each kernel interface, one function for each row. Each
 * fills detail, cause and mend of a row that comes in as "enforced". Used by host*.c only.
 */
#pragma once

#include "confine/host.h"

struct host_probe {
	const struct host_question *question;
	struct arena *arena;
};

typedef void host_asker(const struct host_probe *p, struct host_row *row);

host_asker host_ask_kernel, host_ask_no_new_privileges, host_ask_seccomp, host_ask_landlock;
host_asker host_ask_user_namespaces, host_ask_user_ids, host_ask_overlay, host_ask_idmapped_mounts;
host_asker host_ask_cgroups, host_ask_memory, host_ask_swap, host_ask_cpu, host_ask_cpuset,
	host_ask_pids;
host_asker host_ask_apparmor, host_ask_selinux, host_ask_ptrace_scope;
host_asker host_ask_low_ports, host_ask_ping;

/* For the end of an asker. */
void host_lacks(struct host_row *row, enum host_state state, const char *cause, const char *mend);
/* First number of a small file such as a sysctl's; -1 when it is missing or empty. */
long host_number(const char *path);
/* Runs `f` in a child process, which may do to its namespaces what it likes; 0 or an errno. */
int host_in_child(int (*f)(const void *argument), const void *argument);
