/* SPDX-License-Identifier: Apache-2.0 */
#include "confine/host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/process.h"
#include "confine/host_parts.h"

static const struct {
	const char *name;
	host_asker *ask;
} rows[HOST_FEATURE_COUNT] = {
	[HOST_KERNEL] = { "Kernel", host_ask_kernel },
	[HOST_USER_NAMESPACES] = { "User namespaces", host_ask_user_namespaces },
	[HOST_USER_IDS] = { "Ids for containers", host_ask_user_ids },
	[HOST_OVERLAY] = { "Overlay file system", host_ask_overlay },
	[HOST_IDMAPPED_MOUNTS] = { "Idmapped mounts", host_ask_idmapped_mounts },
	[HOST_CGROUPS] = { "Control groups", host_ask_cgroups },
	[HOST_MEMORY_LIMIT] = { "Memory limit", host_ask_memory },
	[HOST_SWAP_LIMIT] = { "Swap limit", host_ask_swap },
	[HOST_CPU_LIMIT] = { "CPU limit", host_ask_cpu },
	[HOST_CPUSET_LIMIT] = { "CPU set", host_ask_cpuset },
	[HOST_PIDS_LIMIT] = { "Process limit", host_ask_pids },
	[HOST_NO_NEW_PRIVILEGES] = { "no_new_privs", host_ask_no_new_privileges },
	[HOST_SECCOMP] = { "Seccomp filters", host_ask_seccomp },
	[HOST_LANDLOCK] = { "Landlock", host_ask_landlock },
	[HOST_APPARMOR] = { "AppArmor", host_ask_apparmor },
	[HOST_SELINUX] = { "SELinux", host_ask_selinux },
	[HOST_PTRACE_SCOPE] = { "ptrace scope", host_ask_ptrace_scope },
	[HOST_LOW_PORTS] = { "Ports below 1024", host_ask_low_ports },
	[HOST_PING] = { "Ping", host_ask_ping },
};

struct host_row host_ask(enum host_feature f, const struct host_question *q, struct arena *a)
{
	struct host_probe p = { .question = q, .arena = a };
	struct host_row row = { .name = rows[f].name };

	rows[f].ask(&p, &row);
	return row;
}

const char *host_state_text(enum host_state s)
{
	static const char *const texts[] = {
		[HOST_ENFORCED] = "enforced", [HOST_PARTLY] = "partly", [HOST_MISSING] = "missing"
	};

	return texts[s];
}

int host_check(enum host_feature f, const struct host_question *q, struct err *e)
{
	cleanup_arena struct arena *a = arena_new();
	struct host_row row = host_ask(f, q, a);

	if (row.state != HOST_MISSING)
		return 0;
	err_set(e, ERR_UNENFORCED, "%s: %s", row.name, row.cause);
	return row.mend ? err_hint(e, "%s", row.mend) : -1;
}

void host_lacks(struct host_row *row, enum host_state state, const char *cause, const char *mend)
{
	row->state = state;
	row->cause = cause;
	row->mend = mend;
}

long host_number(const char *path)
{
	struct err ignored;
	cleanup_free char *text = fd_read_file(AT_FDCWD, path, 4096, &ignored);
	char *end = text;
	long value = text ? strtol(text, &end, 10) : 0;

	return end == text ? -1 : value;
}

int host_in_child(int (*f)(const void *argument), const void *argument)
{
	struct err e;
	pid_t pid = fork();
	int status;

	if (pid < 0)
		return errno;
	if (pid == 0)
		_exit(f(argument) == 0 ? 0 : errno);
	status = process_wait(pid, &e);
	return status < 0 ? ECHILD : process_exit_code(status);
}
